package io.camelsegment.delivery;

/**
 * The service's answer for one record. Thread-safe.
 *
 * @param verdict      consequence for the record
 * @param recordId     the service's id of the stored record; null unless delivered
 * @param partition    partition of the stream that stored or throttled the record; null if the service names none
 * @param errorCode    the service's error code, or a code of ours; null if delivered
 * @param errorMessage the service's explanation; null if delivered, or if there is none
 */
public record RecordResult(Verdict verdict, String recordId, String partition, String errorCode, String errorMessage) {

    static final String TOO_LARGE = "RecordTooLarge";

    private static final int MAX_CAUSES = 20; // a cause may be among its own causes

    /** Returns the result of a record that exceeds the stream's limit; the message has both numbers of bytes. */
    public static RecordResult tooLarge(int size, int limit) {
        return failed(Verdict.FAIL, TOO_LARGE, "record is " + size + " bytes, the limit is " + limit);
    }

    /** Returns the result of a record that a partition of the stream stored under this id. */
    public static RecordResult delivered(String partition, String recordId) {
        return new RecordResult(Verdict.DELIVERED, recordId, partition, null, null);
    }

    /** Returns the result of a record that the service stored under this id. */
    public static RecordResult delivered(String recordId) {
        return delivered(null, recordId);
    }

    /** Returns the result of a record that the service did not store, or may not have stored. */
    public static RecordResult failed(Verdict verdict, String errorCode, String errorMessage) {
        return new RecordResult(verdict, null, null, errorCode, errorMessage);
    }

    /**
     * Returns the result of a record whose request ended in a JVM error.
     *
     * @param failure of the request
     * @return null if there is no {@link Error} among its causes
     */
    public static RecordResult ofError(Throwable failure) {
        Throwable cause = failure;
        for (int depth = 0; cause != null && depth < MAX_CAUSES; depth++) {
            if (cause instanceof Error) {
                StackTraceElement[] frames = cause.getStackTrace();
                String message = cause.getMessage() + (frames.length == 0 ? "" : " at " + frames[0]);
                return failed(Verdict.BROKEN, cause.getClass().getSimpleName(), message);
            }
            cause = cause.getCause();
        }
        return null;
    }

    /** Returns the result of a record that the request left out. */
    public static RecordResult unsent(String reason) {
        return failed(Verdict.UNSENT, "NotSent", reason);
    }

    /** Returns the result of a record for which the partition has no capacity now; null for an unknown partition. */
    public static RecordResult throttled(String partition, String errorCode, String errorMessage) {
        return new RecordResult(Verdict.THROTTLED, null, partition, errorCode, errorMessage);
    }

    /** Returns whether this is a {@link #tooLarge} result. */
    public boolean isTooLarge() {
        return TOO_LARGE.equals(errorCode);
    }

    boolean isDelivered() {
        return verdict == Verdict.DELIVERED;
    }

    /** Returns code and message as text. */
    String describe() {
        return errorMessage == null ? errorCode : errorCode + ": " + errorMessage;
    }
}
