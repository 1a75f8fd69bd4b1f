package io.camelsegment.observation;

/**
 * Who observes the events of a CamelContext: at most one. And who traces them, if anybody does. Thread-safe.
 *
 * <p>Refusals and failures are always told, since they are few or slow. All else is told only while somebody
 * {@linkplain #watch watches}: then {@link #feed} is not null. Those on the hot path read it once for a request or a
 * batch and do nothing more when it is null.
 */
public final class Observation {

    private volatile EventObserver faults;
    private volatile EventObserver feed;
    private volatile Tracing tracing;

    /**
     * Creates one without an observer.
     *
     * @param tracing null for no traces
     */
    public Observation(Tracing tracing) {
        this.tracing = tracing;
    }

    /**
     * Sets the observer, who hears of faults from now on.
     *
     * @param observer null for none
     */
    public synchronized void observe(EventObserver observer) {
        faults = observer;
        feed = null;
    }

    /** Starts or ends telling the observer, if there is one, of all events. */
    public synchronized void watch(boolean everything) {
        feed = everything ? faults : null;
    }

    /**
     * Sets who makes traces; sources and sinks that have started before do not get it.
     *
     * @param next null for no traces
     */
    public void trace(Tracing next) {
        tracing = next;
    }

    /** Returns who makes traces; null for nobody. */
    public Tracing tracing() {
        return tracing;
    }

    /** Returns who hears of all events; null while nobody does. */
    public EventObserver feed() {
        return feed;
    }

    /** Returns who hears of refusals and failures; null for nobody. */
    public EventObserver faults() {
        return faults;
    }
}
