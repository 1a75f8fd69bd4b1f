package io.camelsegment.delivery;

/**
 * A record was not delivered. Holds what the service said and none of the record's contents. It has no stack trace: it
 * tells about a remote answer, and whole batches of them are made when a stream is down.
 */
public class DeliveryException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String service;
    private final String stream;
    private final String errorCode;
    private final String errorMessage;
    private final int attempts;
    private final boolean retryable;

    /** Makes one of a record about which the service was not asked; see the other constructor. */
    public DeliveryException(
            String service, String stream, String errorCode, String message, int attempts, boolean retryable) {
        this(service, stream, errorCode, null, message, attempts, retryable);
    }

    /**
     * Makes one.
     *
     * @param service      the service's name, such as {@code Kinesis}
     * @param stream       the stream's name
     * @param errorCode    the service's error code, or a word of ours where the service was not asked
     * @param errorMessage the service's explanation, null if it gave none
     * @param message      a whole sentence, without service and stream
     * @param attempts     requests in which the record was sent, 0 or more
     * @param retryable    whether the same record may be taken later
     */
    public DeliveryException(
            String service,
            String stream,
            String errorCode,
            String errorMessage,
            String message,
            int attempts,
            boolean retryable) {
        super(service + " stream " + stream + ": " + message, null, false, false);
        this.service = service;
        this.stream = stream;
        this.errorCode = errorCode;
        this.errorMessage = errorMessage;
        this.attempts = attempts;
        this.retryable = retryable;
    }

    /** Returns the service's name, {@code Kinesis} or {@code Firehose}. */
    public String getService() {
        return service;
    }

    /** Returns the stream's name. */
    public String getStream() {
        return stream;
    }

    /** Returns the service's error code, such as {@code ResourceNotFoundException}, or the reason why it was not asked. */
    public String getErrorCode() {
        return errorCode;
    }

    /** Returns the service's explanation of the code, null if it gave none. */
    public String getErrorMessage() {
        return errorMessage;
    }

    /** Returns the number of requests in which the record was sent. */
    public int getAttempts() {
        return attempts;
    }

    /** Returns whether the same record may be taken later: false only when the record itself is at fault. */
    public boolean isRetryable() {
        return retryable;
    }
}
