package io.camelsegment.example.engage;

import io.camelsegment.event.EventType;
import io.camelsegment.event.SegmentEvent;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Turns an audience's event into {@code {user, audience, member, at}}, whether Engage sends audiences as identify or as
 * track events; every other event, such as that of a computed trait, into null.
 *
 * @see <a href="https://www.twilio.com/docs/segment/engage/using-engage-data">Segment: Using Engage Data</a>
 */
final class ToMembership implements Processor {

    @Override
    public void process(Exchange exchange) {
        SegmentEvent event = exchange.getMessage().getBody(SegmentEvent.class);
        exchange.getMessage().setBody(membership(event));
    }

    private static Map<String, Object> membership(SegmentEvent event) {
        Object audience = audience(event);
        Map<?, ?> members = event.type() == EventType.TRACK ? event.properties(Map.class) : event.traits(Map.class);
        if (audience == null || members == null || !(members.get(audience) instanceof Boolean member)) {
            return null;
        }
        Map<String, Object> membership = new LinkedHashMap<>();
        membership.put("user", event.userId() != null ? event.userId() : event.anonymousId());
        membership.put("audience", audience);
        membership.put("member", member);
        membership.put("at", event.timestamp().toString());
        return membership;
    }

    private static Object audience(SegmentEvent event) {
        return "trait".equals(event.get("context.personas.computation_class"))
                ? null
                : event.property("audience_key") != null
                        ? event.property("audience_key")
                        : event.get("context.personas.computation_key");
    }
}
