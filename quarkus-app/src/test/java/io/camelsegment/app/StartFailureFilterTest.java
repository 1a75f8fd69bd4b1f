package io.camelsegment.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is not logged beside the line of a failed start; that the line is alone is in PackagedAppIT. */
class StartFailureFilterTest {

    private static final String CAMEL = "org.apache.camel.impl.engine.AbstractCamelContext";
    private static final String NETTY = "io.netty.bootstrap.ServerBootstrap";

    @ParameterizedTest
    @CsvSource({
        CAMEL + ", Error starting CamelContext (camel-1)",
        NETTY + ", Failed to register an accepted channel: {}"
    })
    void leavesOutTheStackOfAFailedStart(String logger, String message) {
        assertThat(isLogged(logger, message, new IllegalStateException())).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        CAMEL + ", Apache Camel 4.17.0 (camel-1) is starting",
        NETTY + ", Unknown channel option",
        "org.example.Own, Error starting CamelContext",
        "org.example.Own, Failed to register an accepted channel: {}",
    })
    void keepsWhatElseIsLogged(String logger, String message) {
        assertThat(isLogged(logger, message, new IllegalStateException())).isTrue();
    }

    /** Such as too many open files. */
    @Test
    void keepsOtherFailuresOfConnections() {
        assertThat(isLogged(NETTY, "Failed to register an accepted channel: {}", new IOException()))
                .isTrue();
    }

    private static boolean isLogged(String logger, String message, Throwable thrown) {
        LogRecord record = new LogRecord(Level.WARNING, message);
        record.setLoggerName(logger);
        record.setThrown(thrown);
        return new StartFailureFilter().isLoggable(record);
    }
}
