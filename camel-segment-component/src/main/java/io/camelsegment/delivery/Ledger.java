package io.camelsegment.delivery;

/**
 * What became of the records given to a sender: {@code accepted = delivered + failed + refused + held}, exact at any moment.
 *
 * @param accepted  records given to the sender
 * @param refused   records not taken: too large, no room, parked, stopping
 * @param delivered records that the service has
 * @param failed    records taken and given up
 * @param retried   records sent again, counted once per attempt after the first
 * @param requests  requests sent
 */
public record Ledger(long accepted, long refused, long delivered, long failed, long retried, long requests) {

    /** The ledger before the first record. */
    public static final Ledger EMPTY = new Ledger(0, 0, 0, 0, 0, 0);

    /** Returns the records taken that are neither delivered nor failed. */
    public long held() {
        return accepted - delivered - failed - refused;
    }

    /** Returns the sums of two senders. */
    public Ledger plus(Ledger other) {
        return new Ledger(
                accepted + other.accepted,
                refused + other.refused,
                delivered + other.delivered,
                failed + other.failed,
                retried + other.retried,
                requests + other.requests);
    }

    /** Returns the equation, for people. */
    @Override
    public String toString() {
        String rest = held() == 0 ? "" : " + held " + held();
        return "accepted " + accepted + " = delivered " + delivered + " + failed " + failed + " + refused " + refused
                + rest + " records, " + retried + " sent again, " + requests + " requests";
    }
}
