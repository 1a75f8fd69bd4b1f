package io.camelsegment;

import io.camelsegment.delivery.BatchingSettings;
import io.camelsegment.delivery.Ordering;
import io.camelsegment.event.EventLimits;
import io.camelsegment.http.BearerTokens;
import io.camelsegment.http.RateLimit;
import java.net.URI;
import java.time.Duration;
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
            label = "security",
            secret = true,
            description =
                    "The write key that the SDKs send; several keys are separated by commas. A producer sends with the one key of the"
                            + " source that is to receive the events. Required, except with webhook.")
    private String writeKey;

    @UriParam(
            label = "consumer",
            description =
                    "Whether the source takes what Segment's Webhooks and Webhook (Actions) destinations post to webhook/SOURCE below"
                            + " the base path: events that Segment has normalised already, so that their times are not corrected again and"
                            + " All: false in integrations, which is about Segment's own destinations, is not applied.")
    private boolean webhook;

    @UriParam(
            label = "consumer,security",
            secret = true,
            description = "The shared secret of the webhook destination. With it a request must carry its X-Signature.")
    private String sharedSecret;

    @UriParam(
            label = "consumer,security",
            description =
                    "Where the JSON Web Key Set is that OAuth tokens are verified with. With it, or with publicKey, a request must carry"
                            + " Authorization: Bearer and a JWT signed with RS256, and the write key in the body.")
    private String jwksUrl;

    @UriParam(
            label = "consumer,security",
            description =
                    "The RSA key in PEM, at least 2048 bits, that OAuth tokens are verified with, instead of jwksUrl.")
    private String publicKey;

    @UriParam(
            label = "consumer,security",
            defaultValue = "tracking_api:write",
            description = "The scope that an OAuth token must have; empty for none.")
    private String scope = "tracking_api:write";

    @UriParam(
            label = "consumer,security",
            description = "The issuer (iss) that an OAuth token must have. Without it any will do.")
    private String issuer;

    @UriParam(
            label = "consumer,security",
            description =
                    "The audience (aud) that an OAuth token must have, among others. Without it any will do, also that of another service"
                            + " of the same issuer.")
    private String audience;

    @UriParam(
            label = "consumer",
            description =
                    "Most events a second of each write key, at least 1; 0 for any number. After a pause a key may bring as many at once"
                            + " as a second or a request has, whichever is more. Beyond it senders are told to come again later.",
            defaultValue = "0")
    private int maxEventsPerSecond;

    @UriParam(
            label = "consumer",
            defaultValue = "*",
            description =
                    "Origins whose pages may send to the source, such as https://shop.example, separated by commas; an asterisk stands for all.")
    private String allowedOrigins = "*";

    @UriParam(
            label = "consumer",
            enums = "clientSide,always,never",
            defaultValue = "clientSide",
            description =
                    "Which events that have no context.ip get the address they came from: those of the libraries for browsers and mobile"
                            + " apps (by context.library.name) and those with direct: true in their context; all; or none. Never those of"
                            + " a webhook source, which come from Segment's servers.")
    private SegmentContextIp contextIp = SegmentContextIp.CLIENT_SIDE;

    @UriParam(
            label = "consumer",
            description =
                    "Whether the last octet of an IPv4 address and the last 80 bits of an IPv6 address are 0 in the context.ip that"
                            + " contextIp adds. One that the event brings stays as it is.")
    private boolean anonymizeIp;

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
                    "Where deduplicate remembers the messageIds; by default in memory, the last half to whole million of them, for 24 hours. A repository"
                            + " that several instances share makes them act as one.")
    private IdempotentRepository idempotentRepository;

    @UriParam(
            label = "producer",
            defaultValue = "https://api.segment.io/v1",
            description =
                    "Where the tracking API that gets the events begins: Segment's, or the base path of another camel-segment.")
    private String url = "https://api.segment.io/v1";

    @UriParam(
            label = "producer",
            defaultValue = "event",
            description =
                    "What the message body is: the whole event, whose missing members the headers fill in; or its properties (traits of"
                            + " an identify or group call), with all else in headers.")
    private SegmentBody bodyAs = SegmentBody.EVENT;

    @UriParam(label = "producer", defaultValue = "true", description = "Whether requests are compressed.")
    private boolean gzip = true;

    @UriParam(
            label = "producer",
            defaultValue = "2500",
            description = "Most events in one request, 1 to 2500. A batch is sent when it has so many.")
    private int batchRecords = 2_500;

    @UriParam(
            label = "producer",
            defaultValue = "475000",
            description =
                    "Most bytes of the events in one request, before compression, 1 to 475000. An event has 32768 at most.")
    private int batchBytes = 475_000;

    @UriParam(
            label = "producer",
            javaType = "java.time.Duration",
            defaultValue = "100ms",
            description =
                    "How long an event waits for others while requests are under way, 0 or more. When none is, it is sent at once.")
    private Duration lingerTime = Duration.ofMillis(100);

    @UriParam(
            label = "producer",
            defaultValue = "5",
            description =
                    "Most requests under way at a time, at least 1. With 1 the events arrive in order, except for failed ones.")
    private int maxInFlightRequests = 5;

    @UriParam(
            label = "producer",
            javaType = "java.time.Duration",
            defaultValue = "10s",
            description = "How long the answer to a request is awaited. After that its events are sent again.")
    private Duration requestTimeout = Duration.ofSeconds(10);

    @UriParam(
            label = "producer",
            javaType = "java.time.Duration",
            defaultValue = "30s",
            description =
                    "How long an event is sent again and again before its Exchange fails. Longer than lingerTime.")
    private Duration deliveryTimeout = Duration.ofSeconds(30);

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

    public String getJwksUrl() {
        return jwksUrl;
    }

    public void setJwksUrl(String jwksUrl) {
        this.jwksUrl = jwksUrl;
    }

    public String getPublicKey() {
        return publicKey;
    }

    public void setPublicKey(String publicKey) {
        this.publicKey = publicKey;
    }

    public String getScope() {
        return scope;
    }

    public void setScope(String scope) {
        this.scope = scope;
    }

    public String getIssuer() {
        return issuer;
    }

    public void setIssuer(String issuer) {
        this.issuer = issuer;
    }

    public String getAudience() {
        return audience;
    }

    public void setAudience(String audience) {
        this.audience = audience;
    }

    public int getMaxEventsPerSecond() {
        return maxEventsPerSecond;
    }

    public void setMaxEventsPerSecond(int maxEventsPerSecond) {
        this.maxEventsPerSecond = maxEventsPerSecond;
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

    public SegmentContextIp getContextIp() {
        return contextIp;
    }

    public void setContextIp(SegmentContextIp contextIp) {
        this.contextIp = contextIp;
    }

    public boolean isAnonymizeIp() {
        return anonymizeIp;
    }

    public void setAnonymizeIp(boolean anonymizeIp) {
        this.anonymizeIp = anonymizeIp;
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

    public String getUrl() {
        return url;
    }

    public void setUrl(String url) {
        this.url = url;
    }

    public SegmentBody getBodyAs() {
        return bodyAs;
    }

    public void setBodyAs(SegmentBody bodyAs) {
        this.bodyAs = bodyAs;
    }

    public boolean isGzip() {
        return gzip;
    }

    public void setGzip(boolean gzip) {
        this.gzip = gzip;
    }

    public int getBatchRecords() {
        return batchRecords;
    }

    public void setBatchRecords(int batchRecords) {
        this.batchRecords = batchRecords;
    }

    public int getBatchBytes() {
        return batchBytes;
    }

    public void setBatchBytes(int batchBytes) {
        this.batchBytes = batchBytes;
    }

    public Duration getLingerTime() {
        return lingerTime;
    }

    public void setLingerTime(Duration lingerTime) {
        this.lingerTime = lingerTime;
    }

    public int getMaxInFlightRequests() {
        return maxInFlightRequests;
    }

    public void setMaxInFlightRequests(int maxInFlightRequests) {
        this.maxInFlightRequests = maxInFlightRequests;
    }

    public Duration getRequestTimeout() {
        return requestTimeout;
    }

    public void setRequestTimeout(Duration requestTimeout) {
        this.requestTimeout = requestTimeout;
    }

    public Duration getDeliveryTimeout() {
        return deliveryTimeout;
    }

    public void setDeliveryTimeout(Duration deliveryTimeout) {
        this.deliveryTimeout = deliveryTimeout;
    }

    /**
     * Returns the address of the {@code batch} call.
     *
     * @throws IllegalArgumentException if the url is not absolute HTTP, or holds credentials or a query; the message does not show it
     */
    URI batchUri() {
        URI base = URI.create(url.endsWith("/") ? url.substring(0, url.length() - 1) : url);
        boolean http = "https".equalsIgnoreCase(base.getScheme()) || "http".equalsIgnoreCase(base.getScheme());
        if (!http || base.getHost() == null || base.getRawUserInfo() != null || base.getRawQuery() != null) {
            throw new IllegalArgumentException(
                    "url must be http or https with a host and a path, without user and query,"
                            + " such as https://api.segment.io/v1; the key belongs into writeKey");
        }
        return URI.create(base + "/batch");
    }

    /**
     * Returns how events are gathered and sent.
     *
     * @throws IllegalArgumentException if one of the options is out of its range; the message names it
     */
    BatchingSettings batching() {
        return new BatchingSettings(
                batchRecords,
                batchBytes,
                lingerTime,
                false,
                maxInFlightRequests,
                requestTimeout,
                deliveryTimeout,
                Ordering.NONE);
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

    /**
     * Returns what verifies OAuth tokens; null when requests need none.
     *
     * @throws IllegalArgumentException if the options contradict each other or one is malformed; the message names it
     */
    BearerTokens bearerTokens() {
        if (jwksUrl != null && publicKey != null) {
            throw new IllegalArgumentException("expected jwksUrl or publicKey, but both are set; take one away");
        }
        String neededScope = scope == null || scope.isBlank() ? null : scope;
        if (jwksUrl != null) {
            return BearerTokens.ofKeySet(jwksUrl, neededScope, issuer, audience);
        }
        if (publicKey != null) {
            return BearerTokens.ofPublicKey(publicKey, neededScope, issuer, audience);
        }
        if (issuer != null || audience != null) {
            throw new IllegalArgumentException(
                    "issuer and audience are those of OAuth tokens, which are not verified without a key; set jwksUrl or publicKey");
        }
        return null;
    }

    /**
     * Returns how many events a write key may bring; null when any number. Its burst holds the largest request: one that is larger
     * would be sent again for ever.
     *
     * @throws IllegalArgumentException if the number is negative
     */
    RateLimit rateLimit() {
        if (maxEventsPerSecond < 0) {
            throw new IllegalArgumentException(
                    "maxEventsPerSecond must be 0 (no limit) or more, was " + maxEventsPerSecond);
        }
        return maxEventsPerSecond == 0
                ? null
                : new RateLimit(
                        maxEventsPerSecond, Math.max(maxEventsPerSecond, maxEventsPerRequest), System::nanoTime);
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
