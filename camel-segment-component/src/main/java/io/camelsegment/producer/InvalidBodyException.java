package io.camelsegment.producer;

/**
 * A message cannot be made an event, so it was not sent; the same message never can. The text says what was expected, what came and at
 * which JSON path, and never a value.
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

    /** Returns the reason as Segment names it among its discards, such as {@code no_user_anon_id}. */
    public String getCode() {
        return code;
    }
}
