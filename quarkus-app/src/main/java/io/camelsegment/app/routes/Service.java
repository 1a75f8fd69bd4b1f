package io.camelsegment.app.routes;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The AWS services that destinations deliver to. */
public enum Service {
    /** Amazon Kinesis Data Streams. */
    KINESIS,

    /** Amazon Data Firehose. */
    FIREHOSE;

    /** Returns the service of a name such as {@code kinesis}; empty for any other name. */
    public static Optional<Service> named(String name) {
        return Arrays.stream(values())
                .filter(service -> service.word().equals(name))
                .findFirst();
    }

    /** Returns the name that settings, actions and ARNs have for it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
