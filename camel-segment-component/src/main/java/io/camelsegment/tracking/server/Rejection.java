package io.camelsegment.tracking.server;

/**
 * Why an event was refused for good.
 *
 * @param index     the event's position in its batch, from 0; 0 for a single event
 * @param messageId the event's; null when there is none to read
 * @param code      one of Segment's drop reasons, such as {@code no_user_anon_id}
 * @param message   the reason as a sentence; quotes nothing of the event
 */
public record Rejection(int index, String messageId, String code, String message) {}
