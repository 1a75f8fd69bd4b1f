package io.camelsegment.event;

import java.util.Locale;

/**
 * Why a request or an event is refused for good.
 *
 * @see <a href="https://segment.com/docs/connections/delivery-overview/#discards">Segment's discards</a>, the source of
 *     all names but those in {@code _TOO_LARGE} and {@link #TOO_MANY_EVENTS}, read 2026-11-21
 */
public enum RejectionReason {
    /** The body is not JSON in UTF-8, or not the JSON value that was expected. */
    BAD_REQUEST,
    /** The batch has no events. */
    EMPTY_BATCH,
    /** The body exceeds {@link EventLimits#maxRequestBytes()}. */
    REQUEST_TOO_LARGE,
    /** The batch exceeds {@link EventLimits#maxEventsPerRequest()}. */
    TOO_MANY_EVENTS,
    /** The event exceeds {@link EventLimits#maxEventBytes()}. */
    EVENT_TOO_LARGE,
    /** Neither the event nor the path names a type. */
    MISSING_TYPE,
    /** The type is not one of the six. */
    INVALID_TYPE,
    /** No {@code userId}, no {@code anonymousId}, no group's {@code groupId} and no alias's {@code previousId}. */
    NO_USER_ANON_ID,
    /** An id is neither a string nor a number. */
    ID_NOT_STRING,
    /** A track call without {@code event}. */
    EVENT_NOT_DEFINED,
    /** A track call's {@code event} is not a string. */
    EVENT_NOT_STRING,
    /** {@code properties} is not an object. */
    PROPERTIES_NOT_OBJECT,
    /** {@code traits} is not an object. */
    TRAITS_NOT_OBJECT,
    /** A page's or screen's {@code name} is not a string. */
    NAME_NOT_STRING,
    /** A page's or screen's {@code category} is not a string. */
    CATEGORY_NOT_STRING;

    private final String code = name().toLowerCase(Locale.ROOT);

    /** Returns Segment's name, such as {@code no_user_anon_id}. */
    public String code() {
        return code;
    }
}
