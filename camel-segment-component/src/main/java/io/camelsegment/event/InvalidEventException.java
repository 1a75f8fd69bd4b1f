package io.camelsegment.event;

/**
 * One event of a request is refused; the others are not affected. The message has the expectation, the kind found and
 * the JSON path, as in {@code expected string but was object at $.batch[3].userId}, never a value.
 */
public final class InvalidEventException extends Exception {
    private static final long serialVersionUID = 1L;

    private final RejectionReason reason;
    private final int index;
    private final String messageId;

    InvalidEventException(RejectionReason reason, String message, int index, String messageId) {
        super(message, null, false, false); // the sender's fault: a stack trace costs much and tells nothing
        this.reason = reason;
        this.index = index;
        this.messageId = messageId;
    }

    public RejectionReason reason() {
        return reason;
    }

    /** Returns Segment's name of the reason, such as {@code no_user_anon_id}. */
    public String code() {
        return reason.code();
    }

    /** Returns the event's index in the batch, from 0; 0 for a single event. */
    public int index() {
        return index;
    }

    /** Returns the event's {@code messageId}; null if it has none that is a string or number. */
    public String messageId() {
        return messageId;
    }
}
