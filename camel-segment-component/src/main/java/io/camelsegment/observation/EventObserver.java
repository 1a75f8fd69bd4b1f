package io.camelsegment.observation;

import io.camelsegment.event.SegmentEvent;

/**
 * Hears what becomes of events, from their arrival to each stream. It is called on the threads that do the work, by
 * several at a time, and must neither block nor throw. Bytes that it gets are shared: not to be changed, and secret as
 * events are. A {@code messageId} ties the calls of an event together.
 */
public interface EventObserver {

    /** A request was refused as a whole, with all its events. */
    default void refused(Reception request, Refusal refusal) {}

    /**
     * An event was refused for good.
     *
     * @param refusal  the reason
     * @param messageId null when there is none to read
     * @param original its bytes as they were sent
     */
    default void rejected(Reception request, Refusal refusal, String messageId, byte[] original) {}

    /**
     * An event was received. Called before all else of this event.
     *
     * @param original its bytes as they were sent
     */
    default void received(Reception request, SegmentEvent event, byte[] original) {}

    /** An event was not routed: its source has delivered it, or delivers it just now. */
    default void duplicate(String source, SegmentEvent event) {}

    /**
     * A mapping does not deliver an event, or sends it where unmapped events go.
     *
     * @param mapping  the mapping's name
     * @param excluded whether a row of {@code none} ends it; else no row fits it
     */
    default void unmapped(String mapping, SegmentEvent event, boolean excluded) {}

    /** A step that changes events leaves one out: it goes no further there. */
    default void leftOut(String step, SegmentEvent event) {}

    /** The event's {@code integrations} exclude a stream. */
    default void filtered(StreamPlace stream, SegmentEvent event) {}

    /** An earlier attempt of the request has delivered an event to a stream. */
    default void deliveredBefore(StreamPlace stream, SegmentEvent event) {}

    /** A stream takes an event as it is now: as the route has changed it. */
    default void sending(StreamPlace stream, SegmentEvent event) {}

    /**
     * A stream stored an event.
     *
     * @param partition its shard; null where the service names none
     * @param recordId  the sequence number or record ID
     */
    default void delivered(StreamPlace stream, SegmentEvent event, String partition, String recordId) {}

    /**
     * A stream did not store an event, which is sent again.
     *
     * @param code     the service's error code, or one of ours
     * @param message  the service's explanation; null if there is none
     * @param attempts made so far, 1 or more
     */
    default void retried(StreamPlace stream, SegmentEvent event, String code, String message, int attempts) {}

    /**
     * A stream did not take an event, or it was given up.
     *
     * @param source  name of its source; null when it is unknown
     * @param message the reason as a sentence
     */
    default void failed(
            StreamPlace stream, String source, SegmentEvent event, String code, String message, int attempts) {}

    /**
     * Facts of a request. It holds no write key.
     *
     * @param source      name of its source; null when it is unknown
     * @param call        kind of call, such as {@code batch} or {@code pixel}
     * @param userAgent   null if the sender names none
     * @param contentType null if the sender names none
     * @param encoding    of its body, such as {@code gzip}; null for none
     * @param address     the sender's IP address; null when it is unknown
     */
    record Reception(
            String source, String call, String userAgent, String contentType, String encoding, String address) {}

    /**
     * Why a request or an event was refused.
     *
     * @param status  of the answer to the request; 0 for an event whose request goes on
     * @param code    such as {@code request_too_large} or {@code no_user_anon_id}
     * @param message the reason as a sentence; quotes nothing of the request
     */
    record Refusal(int status, String code, String message) {}

    /**
     * A stream.
     *
     * @param service such as {@code kinesis}
     * @param region  place of the service: an AWS region, or a host
     * @param stream  the stream's name within the service
     */
    record StreamPlace(String service, String region, String stream) {}
}
