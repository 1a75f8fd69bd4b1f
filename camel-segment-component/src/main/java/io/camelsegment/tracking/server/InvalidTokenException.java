package io.camelsegment.tracking.server;

/**
 * A request's bearer token is missing or not valid for its source. The message says why and shows nothing of the token.
 */
public final class InvalidTokenException extends Exception {

    private static final long serialVersionUID = 1L;

    private final String code;

    InvalidTokenException(String code, String message) {
        super(message);
        this.code = code;
    }

    /** Returns the code of the answer, such as {@code invalid_token}. */
    String code() {
        return code;
    }
}
