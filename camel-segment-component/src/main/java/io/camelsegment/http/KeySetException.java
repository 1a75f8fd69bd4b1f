package io.camelsegment.http;

/** The keys that a token is to be verified with cannot be had now, so that nobody knows whether the token is good. */
final class KeySetException extends Exception {

    private static final long serialVersionUID = 1L;

    KeySetException(Throwable cause) {
        super("the key set could not be fetched", cause);
    }
}
