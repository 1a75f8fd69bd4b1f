package io.camelsegment.event;

/** Bytes that are not JSON, or nest too deep: what was expected and at which byte. Never leaves the package. */
final class JsonSyntaxException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final int offset;

    JsonSyntaxException(String message, int offset) {
        super(message);
        this.offset = offset;
    }

    /** Returns the offending byte's offset from the array's start. */
    int offset() {
        return offset;
    }

    @Override
    public synchronized Throwable fillInStackTrace() {
        return this; // the sender's fault: a stack trace would cost much and tell nothing
    }
}
