package io.camelsegment;

import io.camelsegment.event.SegmentEvent;
import java.util.List;
import org.apache.camel.Exchange;

/**
 * The event that an Exchange of {@code segment:} began with. A route may replace its body by anything; the consent of
 * the event still counts.
 */
public final class ReceivedEvent {

    private static final String PROPERTY = "CamelSegmentReceivedEvent";

    private static final String BATCH = "CamelSegmentReceivedBatch";

    private static final String DESCRIBED = "CamelSegmentDescribedEvent";

    private ReceivedEvent() {}

    /** A message that knows the event. */
    public interface Holder {

        /** Returns the event; null for the message of a batch, or if it is unknown. */
        SegmentEvent receivedEvent();

        /** Returns the batch that the message, or the event, is of; null if there is none, or if it is unknown. */
        SegmentBatch receivedBatch();
    }

    /** Keeps the event once its message may be replaced by one of another class. */
    public static void keep(Exchange exchange, SegmentEvent event) {
        exchange.setProperty(PROPERTY, event);
    }

    /** Keeps the batch once its message may be replaced by one of another class. */
    public static void keep(Exchange exchange, SegmentBatch batch) {
        exchange.setProperty(BATCH, batch);
    }

    /** Notes that the headers follow a change of the event, but for those that the route has set. */
    public static void describe(Exchange exchange, SegmentEvent changed) {
        exchange.setProperty(DESCRIBED, changed);
    }

    /**
     * Returns the event that the headers are of: a header with another value than this event's was set by the route.
     *
     * @return null if it is unknown
     */
    public static SegmentEvent described(Exchange exchange) {
        SegmentEvent changed = exchange.getProperty(DESCRIBED, SegmentEvent.class);
        return changed == null ? of(exchange) : changed;
    }

    /** Returns the event; null if it is unknown, or if the Exchange is an aggregate of several. */
    public static SegmentEvent of(Exchange exchange) {
        SegmentEvent held = exchange.getIn() instanceof Holder holder ? holder.receivedEvent() : null;
        if (held == null) {
            held = exchange.getProperty(PROPERTY, SegmentEvent.class);
        }
        return held == null || exchange.getProperty(Exchange.AGGREGATED_SIZE) != null ? null : held;
    }

    /** Returns the batch; null if it is unknown, or if the Exchange is an aggregate of several. */
    public static SegmentBatch batchOf(Exchange exchange) {
        SegmentBatch held = exchange.getIn() instanceof Holder holder ? holder.receivedBatch() : null;
        if (held == null) {
            held = exchange.getProperty(BATCH, SegmentBatch.class);
        }
        return held == null || exchange.getProperty(Exchange.AGGREGATED_SIZE) != null ? null : held;
    }

    /**
     * Returns the batch that a body is: itself, or a list of events that a route has made of a batch, which keep their
     * consent.
     *
     * @return null for any other body, and for a list in an Exchange without a batch
     */
    public static SegmentBatch asBatch(Exchange exchange) {
        Object body = exchange.getIn().getBody();
        if (body instanceof SegmentBatch batch) {
            return batch;
        }
        if (!(body instanceof List<?> list)
                || list.isEmpty()
                || !list.stream().allMatch(SegmentEvent.class::isInstance)) {
            return null;
        }
        SegmentBatch received = batchOf(exchange);
        return received == null
                ? null
                : received.withEvents(
                        list.stream().map(SegmentEvent.class::cast).toList());
    }
}
