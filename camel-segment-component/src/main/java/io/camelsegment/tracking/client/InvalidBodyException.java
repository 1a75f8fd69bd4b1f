package io.camelsegment.tracking.client;

/**
 * A message is no valid event, so it was not sent and never will be. The text gives what was expected, what came and at
 * which JSON path, but never a value.
 */
public final class InvalidBodyException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String code;

    InvalidBodyException(String code, String message) {
        super(message);
        this.code = code;
    }

    InvalidBodyException(String code, Exception cause) {
        super(cause.getMessage(), cause);
        this.code = code;
    }

    /** Returns Segment's name for the reason, such as {@code no_user_anon_id}. */
    public String getCode() {
        return code;
    }
}
