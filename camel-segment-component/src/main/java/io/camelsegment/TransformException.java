package io.camelsegment;

import java.util.Map;

/**
 * Events could not be changed, and never can: a repetition would fail in the same way. A source refuses such events as
 * it refuses broken ones, unless the route handles the failure. The messages hold nothing of the events.
 */
public final class TransformException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Most causes and suppressed exceptions followed from one failure. */
    private static final int MAX_DEPTH = 20;

    private final String code;

    @SuppressWarnings("serial") // an immutable map of text
    private final Map<Integer, String> messages;

    /**
     * Creates the failure of a single event.
     *
     * @param code    why, as a word for metrics and answers, such as {@code transform_failed}
     * @param message why, as a sentence
     * @param cause   null for none; must hold nothing of the event
     */
    public TransformException(String code, String message, Throwable cause) {
        this(code, message, Map.of(), cause);
    }

    /**
     * Creates the failure of events of a batch.
     *
     * @param messages why, by the index of each event in its request
     */
    public TransformException(String code, String message, Map<Integer, String> messages, Throwable cause) {
        super(message, cause);
        this.code = code;
        this.messages = Map.copyOf(messages);
    }

    /** Returns why, as a word such as {@code transform_failed}. */
    public String code() {
        return code;
    }

    /** Returns why an event failed, by its index in its request. */
    public String message(int index) {
        return messages.getOrDefault(index, getMessage());
    }

    /**
     * Returns the failure of a transform that ended an Exchange.
     *
     * @param failure of the Exchange; null for none
     * @return null if there is none, or another failure beside it, after which the sender shall repeat the events
     */
    public static TransformException of(Throwable failure) {
        return of(failure, 0);
    }

    /** Exceptions may refer to each other in a circle. */
    private static TransformException of(Throwable failure, int depth) {
        int at = depth;
        for (Throwable one = failure; one != null && at < MAX_DEPTH; one = one.getCause()) {
            at++;
            for (Throwable other : one.getSuppressed()) {
                if (of(other, at) == null) {
                    return null;
                }
            }
            if (one instanceof TransformException transform) {
                return transform;
            }
        }
        return null;
    }
}
