package io.camelsegment.event;

/**
 * A whole request is refused: nothing of it can be delivered, now or later. The message names the fault and where it is, and
 * quotes nothing of the body.
 */
public final class InvalidRequestException extends Exception {
    private static final long serialVersionUID = 1L;

    private final RejectionReason reason;

    InvalidRequestException(RejectionReason reason, String message) {
        super(message, null, false, false); // the sender's fault: a stack trace would cost much and tell nothing
        this.reason = reason;
    }

    public RejectionReason reason() {
        return reason;
    }

    /** Returns the reason's name as Segment writes it, such as {@code bad_request}. */
    public String code() {
        return reason.code();
    }
}
