package io.camelsegment.delivery;

/**
 * Limits the records of a stream in flight: additive increase, multiplicative decrease. Not thread-safe: guarded by the
 * sender's lock.
 *
 * <p>The limit starts with one batch and doubles with each round trip until the first throttling, so a cold start costs
 * nothing. From then on the first round trip of good answers adds one record, the next two, and so on: the limit
 * approaches the stream's capacity slowly, and regains full speed soon after a long quiet. An answer with throttled
 * records lowers the limit by their number, at most by half. The limit grows only while it is used, since an untried
 * limit is not known to work.
 *
 * <p>An answer with up to a quarter of its records throttled counts as good: partitions are never loaded evenly, and a
 * fault unrelated to load must not slow the stream to a trickle.
 */
final class InFlightLimit {

    private static final double BORNE = 0.25;

    private final int most;
    private double limit;
    private boolean neverThrottled = true;
    /** Records that the next round trip of good answers adds. */
    private double step = 1;

    /**
     * Creates the limit.
     *
     * @param batchRecords first limit: the most records in a request
     * @param most         highest limit, at least 1
     */
    InFlightLimit(int batchRecords, int most) {
        this.most = most;
        this.limit = Math.min(most, batchRecords);
    }

    /** Returns the most records in flight, at least 1. */
    int records() {
        return (int) limit;
    }

    /**
     * Adjusts the limit to an answer.
     *
     * @param records   records in the request
     * @param throttled throttled records among them
     * @param inFlight  records in flight when the request was sent, its own included
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
