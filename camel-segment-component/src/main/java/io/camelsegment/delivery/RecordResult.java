package io.camelsegment.delivery;

/**
 * What the service said about one record. Thread-safe.
 *
 * @param verdict      what it means
 * @param recordId     Kinesis: the sequence number, Firehose: the record id; null unless delivered
 * @param shardId      Kinesis: the shard that has the record or throttled it; otherwise null
 * @param errorCode    the service's error code, such as {@code ProvisionedThroughputExceededException}; null when delivered
 * @param errorMessage the service's explanation; null when delivered, or when there is none
 */
public record RecordResult(Verdict verdict, String recordId, String shardId, String errorCode, String errorMessage) {

    static final String TOO_LARGE = "RecordTooLarge";

    /** Returns the result of a record that has more bytes than the stream takes; both are named. */
    public static RecordResult tooLarge(int size, int limit) {
        return failed(Verdict.FAIL, TOO_LARGE, "record is " + size + " bytes, the limit is " + limit);
    }

    /** Returns the result of a record that a Kinesis shard has. */
    public static RecordResult delivered(String shardId, String sequenceNumber) {
        return new RecordResult(Verdict.DELIVERED, sequenceNumber, shardId, null, null);
    }

    /** Returns the result of a record that the service has under this id. */
    public static RecordResult delivered(String recordId) {
        return delivered(null, recordId);
    }

    /** Returns the result of a record that the service does not have, or may not have. */
    public static RecordResult failed(Verdict verdict, String errorCode, String errorMessage) {
        return new RecordResult(verdict, null, null, errorCode, errorMessage);
    }

    /** Returns the result of a record that this request left out, and why. */
    public static RecordResult unsent(String reason) {
        return failed(Verdict.UNSENT, "NotSent", reason);
    }

    /** Returns the result of a record that this shard has no capacity for now; the shard is null if it is not known. */
    public static RecordResult throttled(String shardId, String errorCode, String errorMessage) {
        return new RecordResult(Verdict.THROTTLED, null, shardId, errorCode, errorMessage);
    }

    /** Returns whether it is a {@link #tooLarge} one. */
    public boolean isTooLarge() {
        return TOO_LARGE.equals(errorCode);
    }

    boolean isDelivered() {
        return verdict == Verdict.DELIVERED;
    }

    /** Returns code and message, for people. */
    String describe() {
        return errorMessage == null ? errorCode : errorCode + ": " + errorMessage;
    }
}
