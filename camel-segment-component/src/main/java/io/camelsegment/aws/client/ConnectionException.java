package io.camelsegment.aws.client;

import java.io.IOException;

/** A call got no answer, or none that can be read. The message names host and port. */
public final class ConnectionException extends IOException {

    private static final long serialVersionUID = 1;

    ConnectionException(String message, Throwable cause) {
        super(message, cause);
    }

    ConnectionException(String message) {
        super(message);
    }
}
