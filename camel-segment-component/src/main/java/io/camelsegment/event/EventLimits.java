package io.camelsegment.event;

/**
 * Limits of a request. All bytes are those of the JSON text, after decompression.
 *
 * @param maxEventBytes       most bytes of an event as sent, without the members that its batch adds; at least 1
 * @param maxRequestBytes     most bytes of a request's body; at least 1
 * @param maxEventsPerRequest most events in a batch; at least 1
 * @param maxNestingDepth     deepest nesting of objects and arrays, the batch's own two levels included; at least 3
 * @see <a
 *     href="https://segment.com/docs/connections/sources/catalog/libraries/server/http-api/#max-request-size">Segment's
 *     limits</a>: 32 KB, 500 KB and 2500, read 2026-11-21
 */
public record EventLimits(int maxEventBytes, int maxRequestBytes, int maxEventsPerRequest, int maxNestingDepth) {

    /** Segment's limits, in binary kilobytes as its SDKs count them, and half of Jackson's default nesting depth. */
    public static final EventLimits DEFAULT = new EventLimits(32_768, 512_000, 2_500, 500);

    public EventLimits {
        atLeast(1, maxEventBytes, "maxEventBytes");
        atLeast(1, maxRequestBytes, "maxRequestBytes");
        atLeast(1, maxEventsPerRequest, "maxEventsPerRequest");
        atLeast(3, maxNestingDepth, "maxNestingDepth");
    }

    /** Returns the larger of each limit. */
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
