package io.camelsegment;

import io.camelsegment.event.EventLimits;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.apache.camel.RuntimeCamelException;
import org.apache.camel.spi.IdempotentRepository;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriParams;

/** The options of a {@code segment:} endpoint. Not thread-safe: each endpoint has its own copy. */
@UriParams
public class SegmentConfiguration implements Cloneable {

    @UriParam(
            label = "consumer,security",
            secret = true,
            description =
                    "The write key that the SDKs send. Several keys are separated by commas. Required, except with webhook.")
    private String writeKey;

    @UriParam(
            label = "consumer",
            description =
                    "Whether the source takes what Segment's Webhooks and Webhook (Actions) destinations post to webhook/<source> below"
                            + " the base path: events that Segment has normalised already, so that their times are not corrected again and"
                            + " All: false in integrations, which is about Segment's own destinations, is not applied.")
    private boolean webhook;

    @UriParam(
            label = "consumer,security",
            secret = true,
            description = "The shared secret of the webhook destination. With it a request must carry its X-Signature.")
    private String sharedSecret;

    @UriParam(
            label = "consumer",
            defaultValue = "*",
            description =
                    "Origins whose pages may send to the source, such as https://shop.example, separated by commas; * for all.")
    private String allowedOrigins = "*";

    @UriParam(
            label = "consumer",
            description =
                    "An endpoint that gets each broken event as an Exchange of its own: the body is its bytes as they were sent,"
                            + " the header CamelSegmentInvalid the reason. Without it broken events are only counted and logged.")
    private String invalidUri;

    @UriParam(label = "consumer", defaultValue = "32768", description = "Most bytes of one event as it was sent.")
    private int maxEventBytes = EventLimits.DEFAULT.maxEventBytes();

    @UriParam(
            label = "consumer",
            defaultValue = "512000",
            description = "Most bytes of one request's body, after decompression.")
    private int maxRequestBytes = EventLimits.DEFAULT.maxRequestBytes();

    @UriParam(label = "consumer", defaultValue = "2500", description = "Most events in one request.")
    private int maxEventsPerRequest = EventLimits.DEFAULT.maxEventsPerRequest();

    @UriParam(
            label = "consumer",
            description =
                    "Whether an event whose messageId the source has delivered before is answered as delivered and not made an"
                            + " Exchange again. An event that failed is not remembered.")
    private boolean deduplicate;

    @UriParam(
            label = "consumer,advanced",
            description =
                    "Where deduplicate remembers the messageIds; by default in memory, a million of them for 24 hours. A repository"
                            + " that several instances share makes them act as one.")
    private IdempotentRepository idempotentRepository;

    public String getWriteKey() {
        return writeKey;
    }

    /** Sets the write key, or several separated by commas. */
    public void setWriteKey(String writeKey) {
        this.writeKey = writeKey;
    }

    public boolean isWebhook() {
        return webhook;
    }

    public void setWebhook(boolean webhook) {
        this.webhook = webhook;
    }

    public String getSharedSecret() {
        return sharedSecret;
    }

    public void setSharedSecret(String sharedSecret) {
        this.sharedSecret = sharedSecret;
    }

    public boolean isDeduplicate() {
        return deduplicate;
    }

    public void setDeduplicate(boolean deduplicate) {
        this.deduplicate = deduplicate;
    }

    public IdempotentRepository getIdempotentRepository() {
        return idempotentRepository;
    }

    public void setIdempotentRepository(IdempotentRepository idempotentRepository) {
        this.idempotentRepository = idempotentRepository;
    }

    public String getAllowedOrigins() {
        return allowedOrigins;
    }

    public void setAllowedOrigins(String allowedOrigins) {
        this.allowedOrigins = allowedOrigins;
    }

    public String getInvalidUri() {
        return invalidUri;
    }

    public void setInvalidUri(String invalidUri) {
        this.invalidUri = invalidUri;
    }

    public int getMaxEventBytes() {
        return maxEventBytes;
    }

    public void setMaxEventBytes(int maxEventBytes) {
        this.maxEventBytes = maxEventBytes;
    }

    public int getMaxRequestBytes() {
        return maxRequestBytes;
    }

    public void setMaxRequestBytes(int maxRequestBytes) {
        this.maxRequestBytes = maxRequestBytes;
    }

    public int getMaxEventsPerRequest() {
        return maxEventsPerRequest;
    }

    public void setMaxEventsPerRequest(int maxEventsPerRequest) {
        this.maxEventsPerRequest = maxEventsPerRequest;
    }

    /** Returns the write keys, none of them empty; an empty list when none is set. */
    List<String> writeKeys() {
        return commaSeparated(writeKey);
    }

    /** Returns the allowed origins, in which {@code *} stands for all. */
    Set<String> origins() {
        return Set.copyOf(commaSeparated(allowedOrigins));
    }

    /**
     * Returns the three limits as one.
     *
     * @throws IllegalArgumentException if one of them is less than 1; the message names it
     */
    EventLimits limits() {
        return new EventLimits(
                maxEventBytes, maxRequestBytes, maxEventsPerRequest, EventLimits.DEFAULT.maxNestingDepth());
    }

    static List<String> commaSeparated(String values) {
        return values == null
                ? List.of()
                : Arrays.stream(values.split(",", -1))
                        .map(String::trim)
                        .filter(value -> !value.isEmpty())
                        .toList();
    }

    public SegmentConfiguration copy() {
        try {
            return (SegmentConfiguration) clone();
        } catch (CloneNotSupportedException e) {
            throw new RuntimeCamelException(e);
        }
    }
}
