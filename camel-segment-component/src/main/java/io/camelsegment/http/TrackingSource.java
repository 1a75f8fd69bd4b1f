package io.camelsegment.http;

import io.camelsegment.event.SegmentEvent;
import java.util.function.Consumer;

/** Where the events that carry one of a source's write keys go. Implementations are thread-safe. */
public interface TrackingSource {

    /** Returns the source's name, which is no secret. */
    String name();

    /** Returns false while the source is suspended or stopping; its senders are then told to come back later. */
    boolean isReady();

    /**
     * Takes one event.
     *
     * @param event the event
     * @param done  called exactly once, on any thread, with null when the event was delivered, else with why not
     */
    void process(SegmentEvent event, Consumer<Throwable> done);

    /** Learns how a request ended, so that it can tell its operator. Called once a request, with 0 failed when all went well. */
    void requestDone(int delivered, int failed, Throwable firstFailure);
}
