package io.camelsegment.delivery;

/**
 * Counts of the records given to a sender: {@code accepted = delivered + failed + refused + held}, exact at any moment.
 *
 * @param accepted  records given to the sender
 * @param refused   records refused: too large, no room, parked, stopping
 * @param delivered records stored by the service
 * @param failed    records given up
 * @param retried   resends, one per attempt after a record's first
 * @param requests  requests sent
 */
public record Ledger(long accepted, long refused, long delivered, long failed, long retried, long requests) {

    /** The ledger before the first record. */
    public static final Ledger EMPTY = new Ledger(0, 0, 0, 0, 0, 0);

    /** Returns the records that are neither delivered, failed nor refused. */
    public long held() {
        return accepted - delivered - failed - refused;
    }

    /** Returns the sum of two ledgers. */
    public Ledger plus(Ledger other) {
        return new Ledger(
                accepted + other.accepted,
                refused + other.refused,
                delivered + other.delivered,
                failed + other.failed,
                retried + other.retried,
                requests + other.requests);
    }

    /** Returns the equation as text. */
    @Override
    public String toString() {
        String rest = held() == 0 ? "" : " + held " + held();
        return "accepted " + accepted + " = delivered " + delivered + " + failed " + failed + " + refused " + refused
                + rest + " records, " + retried + " sent again, " + requests + " requests";
    }
}
