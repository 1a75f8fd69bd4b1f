package io.camelsegment.app;

import io.quarkus.logging.LoggingFilter;
import java.util.logging.Filter;
import java.util.logging.LogRecord;

/**
 * Leaves out what others log of a failed start, with a stack: {@link StartFailure} tells that in one line. It is what
 * Camel says of it, and what Netty says of a connection that reaches a server which is being closed.
 */
@LoggingFilter(name = "start-failure")
public final class StartFailureFilter implements Filter {

    private static final String CAMEL = "org.apache.camel.impl.engine.AbstractCamelContext";
    private static final String NETTY = "io.netty.bootstrap.ServerBootstrap";

    @Override
    public boolean isLoggable(LogRecord record) {
        return !isFrom(CAMEL, "Error starting CamelContext", record)
                // Vert.x takes a server's event loops away before its socket, and is then in no state to serve.
                && !(isFrom(NETTY, "Failed to register an accepted channel", record)
                        && record.getThrown() instanceof IllegalStateException);
    }

    private static boolean isFrom(String logger, String start, LogRecord record) {
        return logger.equals(record.getLoggerName())
                && String.valueOf(record.getMessage()).startsWith(start);
    }
}
