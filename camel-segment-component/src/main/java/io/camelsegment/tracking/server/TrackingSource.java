package io.camelsegment.tracking.server;

import io.camelsegment.event.EventLimits;
import io.camelsegment.event.NormalizeOptions;
import io.camelsegment.event.SegmentEvent;
import io.camelsegment.memory.DeliveryLog;
import io.camelsegment.observation.Tracing;
import java.util.List;

/** Receives the events with the write keys of one source. Implementations are thread-safe. */
public interface TrackingSource {

    /** Returns the source's name, which is no secret. */
    String name();

    /** Returns the limits of its requests and events. */
    EventLimits limits();

    /**
     * Returns how the events of one request are normalised.
     *
     * @param clientAddress the sender's IP address, as far as trusted proxies tell it; null when there is none
     */
    NormalizeOptions normalizeOptions(String clientAddress);

    /** Returns the check of its requests' signatures; null, the default, when they are not signed. */
    default WebhookSignature signature() {
        return null;
    }

    /** Returns the verifier of OAuth tokens; null, the default, when requests need none. */
    default BearerTokens bearerTokens() {
        return null;
    }

    /** Returns the rate limit of its write keys; null, the default, for none. */
    default RateLimit rateLimit() {
        return null;
    }

    /** Returns whether pages of an origin, such as {@code https://shop.example}, may send to the source. */
    boolean allowsOrigin(String origin);

    /** Returns whether the source takes events; otherwise senders are told to try again later. */
    boolean isReady();

    /** Returns whether the source has stopped, so that another one of its name may take its keys over. */
    boolean isStopped();

    /** Returns whether the events may be processed on the event loop that read them: nothing that they meet blocks. */
    default boolean usesEventLoop() {
        return false;
    }

    /** Returns the bytes of heap that the Exchanges of a request take, in addition to its events' own. */
    long overheadBytes(int events);

    /**
     * Processes the events of one request.
     *
     * @param events   in their order in the request, at least one; not changed afterwards
     * @param log      the log of the request; null when deliveries are not remembered
     * @param span     of the request; null without traces
     * @param outcomes gets the outcome of each event exactly once
     */
    void process(List<SegmentEvent> events, DeliveryLog log, Tracing.Request span, Outcomes outcomes);

    /**
     * Handles an event that was refused for good. A failure to do so is the source's own: it must not have the sender
     * repeat the request, which would be as broken again.
     *
     * @param rejection the reason
     * @param event     its bytes as they were sent
     * @param done      called exactly once, on any thread
     */
    void reject(Rejection rejection, byte[] event, Runnable done);

    /**
     * Reports the library that sent a request.
     *
     * @param library {@code context.library.name} of its first event; null without one
     */
    default void sentBy(String library) {}

    /** Reports a request whose {@code Content-Encoding} is not that of its body, which was read all the same. */
    default void mislabelled() {}

    /**
     * Reports how a request ended, for the source's operator. Called once per request.
     *
     * @param events       number of its events
     * @param failed       number of events that its sender is asked to repeat; 0 on success
     * @param firstFailure the first failure; null on success
     * @param nanos        nanoseconds since its headers were read
     */
    default void requestDone(int events, int failed, Throwable firstFailure, long nanos) {}
}
