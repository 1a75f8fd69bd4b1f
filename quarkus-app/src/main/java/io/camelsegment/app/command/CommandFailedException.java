package io.camelsegment.app.command;

/**
 * A command could not do its work. The message is for people, on one line, and holds no secret and nothing of events.
 */
public final class CommandFailedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** What failed, what was expected, and what to do. */
    public CommandFailedException(String message) {
        super(message);
    }

    /** Keeps the cause, which is not shown. */
    CommandFailedException(String message, Throwable cause) {
        super(message, cause);
    }
}
