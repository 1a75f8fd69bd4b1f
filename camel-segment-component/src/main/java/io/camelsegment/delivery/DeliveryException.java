package io.camelsegment.delivery;

/**
 * A record was not delivered. Holds the service's answer and nothing of the record's contents. It has no stack trace,
 * since it reports a remote answer, and a failing stream creates whole batches of them.
 */
public class DeliveryException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String service;
    private final String stream;
    private final String errorCode;
    private final String errorMessage;
    private final int attempts;
    private final boolean retryable;

    /** Creates the exception without an explanation by the service; see the other constructor. */
    public DeliveryException(
            String service, String stream, String errorCode, String message, int attempts, boolean retryable) {
        this(service, stream, errorCode, null, message, attempts, retryable);
    }

    /**
     * Creates the exception.
     *
     * @param service      the service's name
     * @param stream       the stream's name
     * @param errorCode    the service's error code, or a code of ours if the service was not called
     * @param errorMessage the service's explanation; null if it gave none
     * @param message      a whole sentence, without service and stream
     * @param attempts     number of requests in which the record was sent, 0 or more
     * @param retryable    whether the same record may be accepted later
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

    /** Returns the service's name. */
    public String getService() {
        return service;
    }

    /** Returns the stream's name. */
    public String getStream() {
        return stream;
    }

    /** Returns the service's error code, or a code of ours such as {@code BufferFull}. */
    public String getErrorCode() {
        return errorCode;
    }

    /** Returns the service's explanation of the code; null if it gave none. */
    public String getErrorMessage() {
        return errorMessage;
    }

    /** Returns the number of requests in which the record was sent. */
    public int getAttempts() {
        return attempts;
    }

    /** Returns whether the same record may be accepted later: false only when the record itself is at fault. */
    public boolean isRetryable() {
        return retryable;
    }
}
