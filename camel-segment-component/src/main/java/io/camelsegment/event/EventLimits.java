package io.camelsegment.event;

/**
 * How much one request may hold. All bytes are those of the JSON text, after decompression.
 *
 * @param maxEventBytes       most bytes of one event as it was sent, without what a batch adds to it; at least 1
 * @param maxRequestBytes     most bytes of a request's body; at least 1
 * @param maxEventsPerRequest most events in one batch; at least 1
 * @param maxNestingDepth     how deep objects and arrays may nest, the batch's own two levels included; at least 3
 * @see <a href="https://segment.com/docs/connections/sources/catalog/libraries/server/http-api/#max-request-size">Segment's
 *     limits</a>: 32 KB, 500 KB and 2500, read 2026-11-21
 */
public record EventLimits(int maxEventBytes, int maxRequestBytes, int maxEventsPerRequest, int maxNestingDepth) {

    /** Segment's limits, in binary kilobytes as its SDKs count them, and half of the depth that Jackson reads by default. */
    public static final EventLimits DEFAULT = new EventLimits(32_768, 512_000, 2_500, 500);

    public EventLimits {
        atLeast(1, maxEventBytes, "maxEventBytes");
        atLeast(1, maxRequestBytes, "maxRequestBytes");
        atLeast(1, maxEventsPerRequest, "maxEventsPerRequest");
        atLeast(3, maxNestingDepth, "maxNestingDepth");
    }

    /** Returns limits that let everything through that either of two lets through. */
    public static EventLimits max(EventLimits a, EventLimits b) {
        return new EventLimits(
                Math.max(a.maxEventBytes, b.maxEventBytes),
                Math.max(a.maxRequestBytes, b.maxRequestBytes),
                Math.max(a.maxEventsPerRequest, b.maxEventsPerRequest),
                Math.max(a.maxNestingDepth, b.maxNestingDepth));
    }

    private static void atLeast(int least, int value, String name) {
        if (value < least) {
            throw new IllegalArgumentException(name + " (" + value + ") must be at least " + least);
        }
    }
}
