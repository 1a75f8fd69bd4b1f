package io.camelsegment.tracking;

import io.camelsegment.delivery.BatchingSettings;
import io.camelsegment.delivery.Ordering;
import io.camelsegment.event.EventLimits;
import io.camelsegment.tracking.client.SegmentBody;
import io.camelsegment.tracking.server.BearerTokens;
import io.camelsegment.tracking.server.RateLimit;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.camel.RuntimeCamelException;
import org.apache.camel.spi.IdempotentRepository;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriParams;

/** The options of a {@code segment:} endpoint. Not thread-safe: each endpoint has its own copy. */
@UriParams
public class SegmentConfiguration implements Cloneable {

    /** Scheme, host and perhaps a port. */
    private static final Pattern ORIGIN = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*://[^/?#@\\s]+");

    @UriParam(
            label = "security",
            secret = true,
            description =
                    "The write key that the SDKs send; separate several with commas. A producer needs exactly one:"
                            + " the key of the receiving source. Required, except with webhook.")
    private String writeKey;

    @UriParam(
            label = "consumer",
            description =
                    "Whether the source accepts what Segment's Webhooks and Webhook (Actions) destinations post to"
                            + " webhook/SOURCE below the base path. Segment has normalised these events: their"
                            + " times are not corrected again, and All: false in integrations, meant for Segment's"
                            + " own destinations, is ignored.")
    private boolean webhook;

    @UriParam(
            label = "consumer,security",
            secret = true,
            description = "Shared secret of Segment's webhook destination. With it, each request needs a matching"
                    + " X-Signature.")
    private String sharedSecret;

    @UriParam(
            label = "consumer,security",
            description = "URL of the JWKS used to verify OAuth tokens. With it, or with publicKey, each request needs"
                    + " Authorization: Bearer with a JWT signed with RS256, and the write key in its body.")
    private String jwksUrl;

    @UriParam(
            label = "consumer,security",
            description = "RSA public key in PEM, at least 2048 bits, used to verify OAuth tokens instead of jwksUrl.")
    private String publicKey;

    @UriParam(
            label = "consumer,security",
            defaultValue = "tracking_api:write",
            description = "Scope that an OAuth token must have; empty for none.")
    private String scope = "tracking_api:write";

    @UriParam(
            label = "consumer,security",
            description = "Issuer (iss) that an OAuth token must have. Without it, any issuer is accepted.")
    private String issuer;

    @UriParam(
            label = "consumer,security",
            description = "Audience (aud) that an OAuth token must have, perhaps among others. Without it, any audience"
                    + " is accepted, even that of another service of the same issuer.")
    private String audience;

    @UriParam(
            label = "consumer",
            description =
                    "Maximum events per second for each write key, at least 1; 0 for no limit. After a pause, a key"
                            + " may send as many at once as one second or one request allows, whichever is more."
                            + " Beyond it, senders are told to try again later.",
            defaultValue = "0")
    private int maxEventsPerSecond;

    @UriParam(
            label = "consumer",
            defaultValue = "*",
            description =
                    "Origins whose pages may read the source's answers, such as https://shop.example, separated by"
                            + " commas; an asterisk allows all. Events are accepted from pages of any origin.")
    private String allowedOrigins = "*";

    @UriParam(
            label = "consumer",
            enums = "clientSide,always,never",
            defaultValue = "clientSide",
            description =
                    "Which events without context.ip get their sender's address. clientSide: events of browser and"
                            + " mobile libraries (by context.library.name), and events with direct: true in their"
                            + " context. always: all events. never: none. Events of a webhook source never get it,"
                            + " since they come from Segment's servers.")
    private SegmentContextIp contextIp = SegmentContextIp.CLIENT_SIDE;

    @UriParam(
            label = "consumer",
            defaultValue = "event",
            description =
                    "What an Exchange holds. event: one event, with its headers. request: all events of a request, as"
                            + " a SegmentBatch, with the headers of the request only. It costs much less where a route"
                            + " only delivers; a step that needs one event needs split(body()) first.")
    private SegmentExchange exchange = SegmentExchange.EVENT;

    @UriParam(
            label = "consumer,advanced",
            description =
                    "Whether the route runs on the event loop that read the request, without a worker thread. Only for"
                            + " a route whose every step and error handler is asynchronous: one that blocks holds up"
                            + " all requests of its loop. After a failed delivery the route goes on on a thread that"
                            + " may block. With an invalidUri, bridgeErrorHandler, a repository outside of this"
                            + " process, onException, onCompletion, or an interceptor, event notifier, policy or route"
                            + " configuration of the application, the route runs on workers all the same, which the log"
                            + " tells at the start.")
    private boolean useEventLoop;

    @UriParam(
            label = "consumer",
            description =
                    "Whether contextIp adds addresses with the last octet (IPv4) or the last 80 bits (IPv6) set to"
                            + " 0. A context.ip that the event brings stays as it is.")
    private boolean anonymizeIp;

    @UriParam(
            label = "consumer",
            description =
                    "Endpoint that gets each broken event as an Exchange of its own: the body is the bytes as they"
                            + " were sent, the header CamelSegmentInvalid the reason. The answer to the sender does"
                            + " not depend on it: if it fails, the broken event is lost. Without it, broken events"
                            + " are only counted and logged.")
    private String invalidUri;

    @UriParam(label = "consumer", defaultValue = "32768", description = "Maximum bytes of one event, as it was sent.")
    private int maxEventBytes = EventLimits.DEFAULT.maxEventBytes();

    @UriParam(
            label = "consumer",
            defaultValue = "512000",
            description = "Maximum bytes of one request's body, after decompression.")
    private int maxRequestBytes = EventLimits.DEFAULT.maxRequestBytes();

    @UriParam(label = "consumer", defaultValue = "2500", description = "Maximum events in one request.")
    private int maxEventsPerRequest = EventLimits.DEFAULT.maxEventsPerRequest();

    @UriParam(
            label = "consumer",
            description = "Whether events are skipped when the source has already delivered their messageId: they are"
                    + " answered as delivered, and no Exchange is created. Failed events are not"
                    + " remembered.")
    private boolean deduplicate;

    @UriParam(
            label = "consumer,advanced",
            description = "Repository for the messageIds of deduplicate. By default, the last half million to million"
                    + " are kept in memory, for 24 hours. Instances that share a repository deduplicate as"
                    + " one.")
    private IdempotentRepository idempotentRepository;

    @UriParam(
            label = "producer",
            defaultValue = "https://api.segment.io/v1",
            description = "Base URL of the tracking API that receives the events: Segment's, or that of another"
                    + " camel-segment.")
    private String url = "https://api.segment.io/v1";

    @UriParam(
            label = "producer",
            defaultValue = "event",
            description = "What the message body holds. event: the whole event; headers fill in missing members."
                    + " properties: the event's properties, or traits of an identify or group call; headers"
                    + " hold the rest.")
    private SegmentBody bodyAs = SegmentBody.EVENT;

    @UriParam(label = "producer", defaultValue = "true", description = "Whether requests are compressed with gzip.")
    private boolean gzip = true;

    @UriParam(
            label = "producer",
            defaultValue = "",
            description = "The receiver's name in an event's integrations. Events whose integrations exclude this name"
                    + " are skipped: their Exchange completes with the header CamelSegmentFiltered. Without"
                    + " it, every event is sent, since the receiver obeys integrations itself.")
    private String integrationName = "";

    @UriParam(
            label = "producer",
            defaultValue = "2500",
            description = "Maximum events in one request, 1 to 2500. A batch of this size is sent at once.")
    private int batchRecords = 2_500;

    @UriParam(
            label = "producer",
            defaultValue = "475000",
            description =
                    "Maximum bytes of the events in one request, before compression, 1 to 475000. One event has at"
                            + " most 32768.")
    private int batchBytes = 475_000;

    @UriParam(
            label = "producer",
            javaType = "java.time.Duration",
            defaultValue = "100ms",
            description = "How long an event waits for others while requests are under way, 0 or more. While none is,"
                    + " events are sent after a pause of 1 ms, or when the oldest is 8 ms old.")
    private Duration lingerTime = Duration.ofMillis(100);

    @UriParam(
            label = "producer",
            defaultValue = "5",
            description =
                    "Maximum requests under way at a time, at least 1. With 1, events arrive in order, except failed"
                            + " ones.")
    private int maxInFlightRequests = 5;

    @UriParam(
            label = "producer",
            javaType = "java.time.Duration",
            defaultValue = "10s",
            description = "How long the answer to a request is awaited. After that, its events are sent again.")
    private Duration requestTimeout = Duration.ofSeconds(10);

    @UriParam(
            label = "producer",
            javaType = "java.time.Duration",
            defaultValue = "30s",
            description = "How long an event is retried before its Exchange fails. Longer than lingerTime.")
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

    public SegmentExchange getExchange() {
        return exchange;
    }

    public void setExchange(SegmentExchange exchange) {
        this.exchange = exchange;
    }

    public boolean isUseEventLoop() {
        return useEventLoop;
    }

    public void setUseEventLoop(boolean useEventLoop) {
        this.useEventLoop = useEventLoop;
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

    public String getIntegrationName() {
        return integrationName;
    }

    public void setIntegrationName(String integrationName) {
        this.integrationName = integrationName;
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
     * Returns the URL of the {@code batch} call.
     *
     * @throws IllegalArgumentException if the url is not absolute HTTP, or holds credentials or a query; the message
     *     does not show it
     */
    URI batchUri() {
        try {
            URI base = URI.create(url.endsWith("/") ? url.substring(0, url.length() - 1) : url);
            boolean http = "https".equalsIgnoreCase(base.getScheme()) || "http".equalsIgnoreCase(base.getScheme());
            if (http && base.getHost() != null && base.getRawUserInfo() == null && base.getRawQuery() == null) {
                return URI.create(base + "/batch");
            }
        } catch (IllegalArgumentException e) {
            // Dropped: its message shows the URL, which may hold a secret.
        }
        throw new IllegalArgumentException("url must be http or https with a host and a path, without user and query,"
                + " such as https://api.segment.io/v1; put the key into writeKey");
    }

    /**
     * Returns how events are batched and sent.
     *
     * @throws IllegalArgumentException if an option is out of its range; the message names it
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

    /**
     * Returns the allowed origins; {@code *} stands for all.
     *
     * @throws IllegalArgumentException if one of them can be no origin, such as a host without a scheme
     */
    Set<String> origins() {
        Set<String> origins = Set.copyOf(commaSeparated(allowedOrigins));
        for (String origin : origins) {
            if (!isOrigin(origin)) {
                throw new IllegalArgumentException("allowedOrigins must be *, or origins such as https://shop.example,"
                        + " was " + origin + "; write its scheme and host, and no path");
            }
        }
        return origins;
    }

    /** Returns whether a browser can send a text as {@code Origin}, or it stands for all. */
    public static boolean isOrigin(String text) {
        return text.equals("*") || text.equals("null") || ORIGIN.matcher(text).matches();
    }

    /** Returns whether allowed origins include one. */
    static boolean allow(Set<String> origins, String origin) {
        return origins.contains("*") || origins.contains(origin);
    }

    /**
     * Returns the limits of events and requests.
     *
     * @throws IllegalArgumentException if one of them is less than 1; the message names it
     */
    EventLimits limits() {
        return new EventLimits(
                maxEventBytes, maxRequestBytes, maxEventsPerRequest, EventLimits.DEFAULT.maxNestingDepth());
    }

    /**
     * Returns the verifier of OAuth tokens; null when requests need none.
     *
     * @throws IllegalArgumentException if the options contradict each other or one is malformed; the message names it
     */
    BearerTokens bearerTokens() {
        if (jwksUrl != null && publicKey != null) {
            throw new IllegalArgumentException("expected jwksUrl or publicKey, but both are set; remove one");
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
                    "issuer or audience is set, but without a key no token is verified; set jwksUrl or publicKey");
        }
        return null;
    }

    /**
     * Returns the rate limit of each write key; null for none. Its burst holds the largest request, because a larger
     * one would be repeated for ever.
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

    /** Returns a copy with the write keys and the limits of another one: what can change while a source runs. */
    SegmentConfiguration withKeysAndLimitsOf(SegmentConfiguration other) {
        SegmentConfiguration changed = copy();
        changed.writeKey = other.writeKey;
        changed.maxEventBytes = other.maxEventBytes;
        changed.maxRequestBytes = other.maxRequestBytes;
        changed.maxEventsPerRequest = other.maxEventsPerRequest;
        changed.maxEventsPerSecond = other.maxEventsPerSecond;
        return changed;
    }

    public SegmentConfiguration copy() {
        try {
            return (SegmentConfiguration) clone();
        } catch (CloneNotSupportedException e) {
            throw new RuntimeCamelException(e);
        }
    }
}
