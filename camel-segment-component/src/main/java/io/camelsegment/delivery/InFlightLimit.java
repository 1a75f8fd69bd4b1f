package io.camelsegment.delivery;

/**
 * How many records of a stream may be in flight at a time: additive increase, multiplicative decrease. Not thread-safe: guarded
 * by the sender's lock.
 *
 * <p>It starts with one batch and doubles with each round trip until the first throttling, so that a cold start costs nothing.
 * From then on a round trip of good answers adds one record, the next one two, and so on: next to the stream's capacity the
 * limit feels its way, and after a long quiet it is soon at full speed. An answer with throttled records takes their number
 * away, at most half of the limit. It grows only while it is made use of: what was never tried is not known to go well.
 *
 * <p>An answer in which up to a quarter is throttled is a good one: the shards of a stream are never loaded alike, and a fault that
 * has nothing to do with the load must not slow the stream down to a trickle.
 */
final class InFlightLimit {

    /** A whole batch of the services. */
    private static final int FIRST = 500;

    private static final double BORNE = 0.25;

    private final int most;
    private double limit;
    private boolean neverThrottled = true;
    /** Added by the next round trip of good answers. */
    private double step = 1;

    /**
     * Makes one.
     *
     * @param batchRecords most records of a request
     * @param most         the highest limit, at least {@code batchRecords}
     */
    InFlightLimit(int batchRecords, int most) {
        this.most = most;
        this.limit = Math.min(most, Math.max(FIRST, batchRecords));
    }

    /** Returns the most records in flight, at least 1. */
    int records() {
        return (int) limit;
    }

    /**
     * Takes account of an answer.
     *
     * @param records   in the request
     * @param throttled those among them that were throttled
     * @param inFlight  records in flight when the request was sent, its own among them
     */
    void answered(int records, int throttled, int inFlight) {
        double excess = throttled - BORNE * records;
        if (excess > 0) {
            neverThrottled = false;
            step = 1;
            limit = Math.max(1, Math.max(limit / 2, Math.min(limit, inFlight) - excess));
        } else if (inFlight >= limit / 2) {
            double roundTrips = records / limit;
            limit = Math.min(most, limit + (neverThrottled ? records : step * roundTrips));
            step += roundTrips;
        }
    }
}
