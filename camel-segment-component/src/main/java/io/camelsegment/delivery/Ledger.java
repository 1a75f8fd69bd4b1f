package io.camelsegment.delivery;

/**
 * What became of the records given to a sender: {@code accepted = delivered + failed + held}, exact at any moment.
 *
 * @param accepted  records taken
 * @param refused   records not taken: too large, no room, parked, stopping
 * @param delivered records that the service has
 * @param failed    records taken and given up
 * @param retried   records sent again, counted once per attempt after the first
 * @param requests  requests sent
 */
public record Ledger(long accepted, long refused, long delivered, long failed, long retried, long requests) {

    /** Returns the records taken that are neither delivered nor failed. */
    public long held() {
        return accepted - delivered - failed;
    }
}
