package io.camelsegment.tracking.server;

/** Gets the outcomes of the events of one request, one by one or several at once, on any thread. */
@FunctionalInterface
public interface Outcomes {

    /**
     * Called when events have ended.
     *
     * @param events  their number; the sum of all calls is the number of events handed on
     * @param failure null when they were delivered; {@link RefusedEvents} of exactly these when they were refused for
     *     good; else the sender is asked to repeat them
     */
    void ended(int events, Throwable failure);
}
