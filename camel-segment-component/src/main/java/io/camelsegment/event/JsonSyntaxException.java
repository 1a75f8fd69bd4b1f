package io.camelsegment.event;

/** Bytes that are not JSON, or nest too deep. The message has the expectation. Never leaves the package. */
final class JsonSyntaxException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final int offset;

    JsonSyntaxException(String message, int offset) {
        super(message);
        this.offset = offset;
    }

    /** Returns the offset of the offending byte in the array. */
    int offset() {
        return offset;
    }

    @Override
    public synchronized Throwable fillInStackTrace() {
        return this; // the sender's fault: a stack trace costs much and tells nothing
    }
}
