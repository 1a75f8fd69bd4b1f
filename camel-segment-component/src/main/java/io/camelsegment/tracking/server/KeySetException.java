package io.camelsegment.tracking.server;

/** The keys to verify a token cannot be fetched now, so nobody knows whether the token is valid. */
public final class KeySetException extends Exception {

    private static final long serialVersionUID = 1L;

    KeySetException(Throwable cause) {
        super("the key set could not be fetched", cause);
    }
}
