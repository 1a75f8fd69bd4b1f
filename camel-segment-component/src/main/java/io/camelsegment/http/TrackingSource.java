package io.camelsegment.http;

import io.camelsegment.event.EventLimits;
import io.camelsegment.event.NormalizeOptions;
import io.camelsegment.event.SegmentEvent;
import java.util.function.Consumer;

/** Where the events that carry one of a source's write keys go. Implementations are thread-safe. */
public interface TrackingSource {

    /** Returns the source's name, which is no secret. */
    String name();

    /** Returns how much one of its requests may hold. */
    EventLimits limits();

    /**
     * Returns how the events of one request are normalised.
     *
     * @param clientAddress the IP address that the request came from, as far as trusted proxies tell; null when it has none
     */
    NormalizeOptions normalizeOptions(String clientAddress);

    /** Returns what checks the signature of its requests; null when they are not signed. */
    WebhookSignature signature();

    /** Returns what verifies the OAuth token that each of its requests must carry; null when they need none. */
    BearerTokens bearerTokens();

    /** Returns how many events its write keys may bring; null when as many as they like. */
    RateLimit rateLimit();

    /** Tells whether pages of an origin, such as {@code https://shop.example}, may send to the source. */
    boolean allowsOrigin(String origin);

    /** Returns false while the source is suspended or stopping; its senders are then told to come back later. */
    boolean isReady();

    /**
     * Takes one event.
     *
     * @param event the event
     * @param done  called exactly once, on any thread, with null when the event was delivered, else with why not
     */
    void process(SegmentEvent event, Consumer<Throwable> done);

    /**
     * Takes an event that was refused for good.
     *
     * @param rejection why
     * @param event     its bytes as they were sent
     * @param done      called exactly once, on any thread, with null when the bytes are kept or nobody wants them, else with why not
     */
    void reject(Rejection rejection, byte[] event, Consumer<Throwable> done);

    /**
     * Learns how a request ended, so that it can tell its operator. Called once a request.
     *
     * @param events       how many events it had
     * @param failed       how many of them its sender is asked to repeat, 0 when all went well
     * @param firstFailure why; null when all went well
     */
    void requestDone(int events, int failed, Throwable firstFailure);
}
