package io.camelsegment.tracking.server;

import io.camelsegment.event.EventLimits;

/**
 * A source with the limits that it has at one moment.
 *
 * @param limits    of its requests and events
 * @param rateLimit of its write keys; null for none
 */
record KnownSource(TrackingSource source, EventLimits limits, RateLimit rateLimit) {

    /** Returns a source with its present limits. */
    static KnownSource of(TrackingSource source) {
        return new KnownSource(source, source.limits(), source.rateLimit());
    }
}
