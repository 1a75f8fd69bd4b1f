package io.camelsegment.localaws;

import java.util.Locale;

/** The services, each with the marker of its requests. */
enum Service {
    KINESIS("Kinesis_20131202"),
    FIREHOSE("Firehose_20150804"),
    STS("2011-06-15"),
    IAM("2010-05-08");

    /** The prefix of {@code X-Amz-Target}, or the {@code Version} of a query request. */
    private final String marker;

    Service(String marker) {
        this.marker = marker;
    }

    /** The name in IAM actions, ARNs and credential scopes: {@code kinesis}. */
    String prefix() {
        return name().toLowerCase(Locale.ROOT);
    }

    String marker() {
        return marker;
    }

    boolean speaksQuery() {
        return this == STS || this == IAM;
    }

    /** The service with the given marker, or null. */
    static Service ofMarker(String marker) {
        for (Service service : values()) {
            if (service.marker.equals(marker)) {
                return service;
            }
        }
        return null;
    }
}
