package io.camelsegment.http;

/**
 * Why an event was refused for good.
 *
 * @param index     the event's place in its batch, from 0; 0 for a single event
 * @param messageId null when it had none that could be read
 * @param code      one of Segment's drop reasons, such as {@code no_user_anon_id}
 * @param message   the reason in a sentence; quotes nothing of the event
 */
public record Rejection(int index, String messageId, String code, String message) {}
