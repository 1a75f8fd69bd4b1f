package io.camelsegment;

import org.apache.camel.spi.Metadata;

/** Names of the headers on each event's Exchange. All start with {@code Camel}, so that no HTTP client can set them. */
public final class SegmentConstants {

    @Metadata(
            description = "The name of the source that received the event, the path of the endpoint.",
            javaType = "String")
    public static final String SOURCE = "CamelSegmentSource";

    @Metadata(
            description = "The type of the event: track, identify, page, screen, group or alias.",
            javaType = "String")
    public static final String TYPE = "CamelSegmentType";

    @Metadata(
            description = "The name of the event: of a track its event, of a page or screen its name, if any.",
            javaType = "String")
    public static final String EVENT = "CamelSegmentEvent";

    @Metadata(description = "The event's userId, when present.", javaType = "String")
    public static final String USER_ID = "CamelSegmentUserId";

    @Metadata(description = "The event's anonymousId, when present.", javaType = "String")
    public static final String ANONYMOUS_ID = "CamelSegmentAnonymousId";

    @Metadata(description = "The event's groupId, when present.", javaType = "String")
    public static final String GROUP_ID = "CamelSegmentGroupId";

    @Metadata(
            description = "The event's messageId; made by the collector when the sender gave none.",
            javaType = "String")
    public static final String MESSAGE_ID = "CamelSegmentMessageId";

    @Metadata(
            description = "When the event happened, corrected for the skew of the sender's clock.",
            javaType = "java.time.Instant")
    public static final String TIMESTAMP = "CamelSegmentTimestamp";

    @Metadata(
            description = "When the request arrived; the same for all events of one request.",
            javaType = "java.time.Instant")
    public static final String RECEIVED_AT = "CamelSegmentReceivedAt";

    /** The same header as the stock {@code aws2-kinesis} producer reads, so that it may follow in the route. */
    @Metadata(
            description = "The partition key for Kinesis: userId, else anonymousId, else messageId.",
            javaType = "String")
    public static final String PARTITION_KEY = "CamelAwsKinesisPartitionKey";

    @Metadata(
            label = "consumer",
            description =
                    "On the Exchange of a broken event: why it was refused, one of Segment's drop reasons such as no_user_anon_id.",
            javaType = "String")
    public static final String INVALID = "CamelSegmentInvalid";

    @Metadata(
            label = "consumer",
            description =
                    "On the Exchange of a broken event: the reason in a sentence, with the JSON path and without the value.",
            javaType = "String")
    public static final String INVALID_MESSAGE = "CamelSegmentInvalidMessage";

    /**
     * Set by the sinks and not by {@code segment:}: on the Exchange of an event that its {@code integrations} keep from a sink, the
     * {@code integrationName} of that sink.
     */
    public static final String FILTERED = "CamelSegmentFiltered";

    private SegmentConstants() {}
}
