package io.camelsegment.event;

/**
 * A whole request is refused for good. The message has the fault and its place, and quotes nothing of the body.
 */
public final class InvalidRequestException extends Exception {
    private static final long serialVersionUID = 1L;

    private final RejectionReason reason;

    InvalidRequestException(RejectionReason reason, String message) {
        super(message, null, false, false); // the sender's fault: a stack trace costs much and tells nothing
        this.reason = reason;
    }

    public RejectionReason reason() {
        return reason;
    }

    /** Returns Segment's name of the reason, such as {@code bad_request}. */
    public String code() {
        return reason.code();
    }
}
