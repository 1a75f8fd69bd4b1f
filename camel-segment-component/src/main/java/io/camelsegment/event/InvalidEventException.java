package io.camelsegment.event;

/**
 * One event of a request is refused; the others are not concerned. The message says what was expected, what came and at which
 * JSON path, such as {@code expected string but was object at $.batch[3].userId}, and never a value.
 */
public final class InvalidEventException extends Exception {
    private static final long serialVersionUID = 1L;

    private final RejectionReason reason;
    private final int index;
    private final String messageId;

    InvalidEventException(RejectionReason reason, String message, int index, String messageId) {
        super(message, null, false, false); // the sender's fault: a stack trace would cost much and tell nothing
        this.reason = reason;
        this.index = index;
        this.messageId = messageId;
    }

    public RejectionReason reason() {
        return reason;
    }

    /** Returns the reason's name as Segment writes it, such as {@code no_user_anon_id}. */
    public String code() {
        return reason.code();
    }

    /** Returns the event's place in the batch, from 0; 0 for a single event. */
    public int index() {
        return index;
    }

    /** Returns the event's {@code messageId}, or null when it has none that can be read. */
    public String messageId() {
        return messageId;
    }
}
