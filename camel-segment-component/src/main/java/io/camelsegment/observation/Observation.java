package io.camelsegment.observation;

/**
 * Who observes the events of a CamelContext: at most one. Thread-safe.
 *
 * <p>Refusals and failures are always told, since they are few or slow. All else is told only while somebody
 * {@linkplain #watch watches}: then {@link #feed} is not null. Those on the hot path read it once for a request or a
 * batch and do nothing more when it is null.
 */
public final class Observation {

    private volatile EventObserver faults;
    private volatile EventObserver feed;

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

    /** Returns who hears of all events; null while nobody does. */
    public EventObserver feed() {
        return feed;
    }

    /** Returns who hears of refusals and failures; null for nobody. */
    public EventObserver faults() {
        return faults;
    }
}
