package io.camelsegment.routes;

import io.camelsegment.SegmentBatch;
import io.camelsegment.SegmentConverter;
import io.camelsegment.event.InvalidEventException;
import io.camelsegment.event.InvalidRequestException;
import io.camelsegment.event.SegmentEvent;
import java.util.function.Function;
import org.apache.camel.Exchange;
import org.apache.camel.Predicate;
import org.apache.camel.support.ExpressionAdapter;

/** A value or a condition of the one event of an Exchange. Immutable. */
final class EventValue extends ExpressionAdapter implements Predicate {

    private final String text;
    private final Function<Exchange, Object> value;

    private EventValue(String text, Function<Exchange, Object> value) {
        this.text = text;
        this.value = value;
    }

    /**
     * Returns a condition or a value of what the event is routed by.
     *
     * @param text as a route writes it
     */
    static EventValue ofKey(String text, Function<EventKey, Object> value) {
        return new EventValue(text, exchange -> value.apply(EventKey.of(exchange)));
    }

    /** Returns a condition or a value of the event itself, which the body is read as. */
    static EventValue ofEvent(String text, Function<SegmentEvent, Object> value) {
        return new EventValue(text, exchange -> value.apply(event(text, exchange)));
    }

    private static SegmentEvent event(String text, Exchange exchange) {
        try {
            return read(exchange.getMessage().getBody(), exchange);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    text + " needs a SegmentEvent, or JSON that is one, but " + e.getMessage(), e);
        }
    }

    /**
     * Returns a body as an event.
     *
     * @throws IllegalArgumentException if it is none; the message says why
     */
    static SegmentEvent read(Object body, Exchange exchange) {
        if (body instanceof SegmentEvent event) {
            return event;
        }
        try {
            return SegmentConverter.toEvent(body, exchange);
        } catch (InvalidRequestException | InvalidEventException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    @Override
    public Object evaluate(Exchange exchange) {
        if (exchange.getMessage().getBody() instanceof SegmentBatch) {
            throw SegmentBatch.needsOneEvent(text);
        }
        return value.apply(exchange);
    }

    @Override
    public boolean matches(Exchange exchange) {
        return Boolean.TRUE.equals(evaluate(exchange));
    }

    @Override
    public String toString() {
        return text;
    }
}
