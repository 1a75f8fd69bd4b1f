package io.camelsegment.app;

import io.quarkus.logging.LoggingFilter;
import java.util.logging.Filter;
import java.util.logging.LogRecord;

/** Leaves out what Camel logs of a failed start, with its stack: {@link StartFailure} tells that in one line. */
@LoggingFilter(name = "start-failure")
public final class StartFailureFilter implements Filter {

    private static final String CAMEL = "org.apache.camel.impl.engine.AbstractCamelContext";

    @Override
    public boolean isLoggable(LogRecord record) {
        return !CAMEL.equals(record.getLoggerName())
                || !String.valueOf(record.getMessage()).startsWith("Error starting CamelContext");
    }
}
