package io.camelsegment.routes;

import static java.util.stream.Collectors.toUnmodifiableMap;

import io.camelsegment.ReceivedEvent;
import io.camelsegment.SegmentConstants;
import io.camelsegment.event.EventType;
import io.camelsegment.event.SegmentEvent;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.StreamCache;

/**
 * What an event is routed by. An event's own type and name count, also after a change; a header that the route itself
 * has set or removed counts instead. What a route has made of an event, such as a {@code Map}, text or an object, is
 * read as an event; other bodies are routed by the headers.
 *
 * @param type null if it is unknown
 * @param name null for none
 */
record EventKey(EventType type, String name) {

    private static final Map<String, EventType> TYPES =
            Arrays.stream(EventType.values()).collect(toUnmodifiableMap(EventType::specName, Function.identity()));

    /** Returns the key of an Exchange with one event. */
    static EventKey of(Exchange exchange) {
        Message message = exchange.getMessage();
        String typeName = message.getHeader(SegmentConstants.TYPE, String.class);
        EventType type = typeName == null ? null : TYPES.get(typeName);
        String name = message.getHeader(SegmentConstants.EVENT, String.class);
        SegmentEvent one = event(exchange);
        if (one == null) {
            return new EventKey(type, name);
        }
        if (typeName == null) { // as behind a split of a batch that a step such as setBody has made
            return new EventKey(one.type(), one.event());
        }
        if (type == one.type() && Objects.equals(name, one.event())) {
            return new EventKey(type, name);
        }
        SegmentEvent described = ReceivedEvent.described(exchange);
        return described == null
                ? new EventKey(type, name)
                : new EventKey(
                        type == described.type() ? one.type() : type,
                        Objects.equals(name, described.event()) ? one.event() : name);
    }

    /** Returns the body as an event; null if it is none, or a stream that can be read only once. */
    private static SegmentEvent event(Exchange exchange) {
        Object body = exchange.getMessage().getBody();
        if (body == null || (body instanceof InputStream && !(body instanceof StreamCache))) {
            return null;
        }
        try {
            return EventValue.read(body, exchange);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
