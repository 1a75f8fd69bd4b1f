package io.camelsegment;

import io.camelsegment.event.SegmentEvent;
import org.apache.camel.Exchange;

/**
 * The event that an Exchange of {@code segment:} began with. A route may replace its body by anything; the consent of
 * the event still counts.
 */
public final class ReceivedEvent {

    private static final String PROPERTY = "CamelSegmentReceivedEvent";

    private ReceivedEvent() {}

    /** A message that knows the event. */
    public interface Holder {

        /** Returns the event; null for the message of a batch, or if it is unknown. */
        SegmentEvent receivedEvent();
    }

    /** Keeps the event once its message may be replaced by one of another class. */
    public static void keep(Exchange exchange, SegmentEvent event) {
        exchange.setProperty(PROPERTY, event);
    }

    /** Returns the event; null if it is unknown, or if the Exchange is an aggregate of several. */
    public static SegmentEvent of(Exchange exchange) {
        SegmentEvent held = exchange.getIn() instanceof Holder holder ? holder.receivedEvent() : null;
        if (held == null) {
            held = exchange.getProperty(PROPERTY, SegmentEvent.class);
        }
        return held == null || exchange.getProperty(Exchange.AGGREGATED_SIZE) != null ? null : held;
    }
}
