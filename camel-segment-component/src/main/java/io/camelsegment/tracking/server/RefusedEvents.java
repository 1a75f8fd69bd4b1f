package io.camelsegment.tracking.server;

import io.camelsegment.event.SegmentEvent;
import java.util.List;

/** The failure of events that their route refused for good: they are told to the sender and not asked for again. */
public final class RefusedEvents extends Exception {
    private static final long serialVersionUID = 1L;

    @SuppressWarnings("serial") // never leaves this process
    private final List<Refused> events;

    /**
     * An event, and why it is refused.
     *
     * @param event   the very object that the source was given
     * @param code    why, as a word
     * @param message why, as a sentence that quotes nothing of the event
     */
    public record Refused(SegmentEvent event, String code, String message) {}

    /**
     * Creates the failure.
     *
     * @param events all that the same outcome says have failed
     */
    public RefusedEvents(List<Refused> events) {
        super(events.get(0).message(), null, false, false);
        this.events = List.copyOf(events);
    }

    /** Returns the events. */
    public List<Refused> events() {
        return events;
    }
}
