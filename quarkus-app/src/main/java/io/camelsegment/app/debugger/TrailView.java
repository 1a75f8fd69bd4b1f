package io.camelsegment.app.debugger;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.camelsegment.app.routes.Destination;
import io.camelsegment.app.routes.StreamRows;
import io.camelsegment.event.SegmentEvent;
import io.camelsegment.observation.EventObserver.StreamPlace;
import io.camelsegment.routes.MappingExplanation;
import io.camelsegment.routes.MappingRow;
import java.util.List;
import java.util.Locale;

/** Trails as the page reads them: JSON without what the mask hides. */
final class TrailView {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Mask mask;
    private final List<Destination> destinations;

    TrailView(Mask mask, List<Destination> destinations) {
        this.mask = mask;
        this.destinations = destinations;
    }

    /** Returns what a row of the list shows. */
    ObjectNode summary(Trail trail) {
        ObjectNode node = JSON.createObjectNode();
        node.put("id", trail.id);
        node.put("at", trail.at.toString());
        node.put("state", word(trail.state()));
        node.put("source", trail.source);
        node.put("messageId", trail.messageId);
        SegmentEvent event = trail.event;
        if (event != null) {
            node.put("type", event.type().specName());
            node.put("name", mask.hides("event") ? null : event.event());
            boolean named = event.userId() != null && !mask.hides("userId");
            node.put("user", named ? event.userId() : mask.hides("anonymousId") ? null : event.anonymousId());
        } else if (trail.request != null) {
            node.put("call", trail.request.call());
        }
        if (trail.refusal != null) {
            node.put("code", trail.refusal.code());
        }
        ArrayNode streams = node.putArray("streams");
        for (Fate fate : trail.fates.values()) {
            streams.addObject()
                    .put("stream", fate.stream().stream())
                    .put("state", word(fate.state))
                    .put("code", fate.state == Fate.State.DELIVERED ? null : fate.code);
        }
        return node;
    }

    /** Returns all that is known of a trail. */
    ObjectNode detail(Trail trail) {
        ObjectNode node = summary(trail);
        if (trail.request != null) {
            ObjectNode request = node.putObject("request");
            request.put("call", trail.request.call());
            request.put("userAgent", trail.request.userAgent());
            request.put("contentType", trail.request.contentType());
            request.put("encoding", trail.request.encoding());
            request.put("address", trail.request.address());
        }
        if (trail.refusal != null) {
            ObjectNode refusal = node.putObject("refusal");
            refusal.put("status", trail.refusal.status());
            refusal.put("code", trail.refusal.code());
            refusal.put("message", trail.refusal.message());
        }
        if (trail.original != null) {
            node.put("original", mask.apply(trail.original));
        }
        if (trail.event != null) {
            putLibrary(node, trail.event);
            node.put("normalized", mask.apply(trail.event.json()));
        }
        ArrayNode fates = node.putArray("fates");
        trail.fates.values().forEach(fate -> putFate(fates.addObject(), trail, fate));
        ArrayNode unmapped = node.putArray("unmapped");
        trail.unmapped.forEach(
                one -> unmapped.addObject().put("destination", one.mapping()).put("excluded", one.excluded()));
        return node;
    }

    private static void putLibrary(ObjectNode node, SegmentEvent event) {
        Object name = event.get("context.library.name");
        Object version = event.get("context.library.version");
        if (name != null) {
            node.put("library", name + (version == null ? "" : " " + version));
        }
    }

    private void putFate(ObjectNode node, Trail trail, Fate fate) {
        node.put("service", fate.stream().service());
        node.put("region", fate.stream().region());
        node.put("stream", fate.stream().stream());
        ArrayNode names = node.putArray("destinations");
        destinations.stream()
                .filter(one -> one.sources().contains(trail.source) && delivers(one, fate.stream()))
                .forEach(one -> names.add(one.name()));
        node.put("state", word(fate.state));
        node.put("partition", fate.partition);
        node.put("recordId", fate.recordId);
        node.put("code", fate.code);
        node.put("message", fate.message);
        node.put("attempts", fate.attempts);
        if (fate.sent != null) {
            node.put("sent", mask.apply(fate.sent.json()));
        }
    }

    /** Returns whether a destination delivers to a stream. */
    static boolean delivers(Destination destination, StreamPlace place) {
        return destination.service().word().equals(place.service())
                && destination.streams().stream().anyMatch(stream -> stream.substring(
                                Math.max(stream.lastIndexOf('/'), stream.lastIndexOf(':')) + 1)
                        .equals(place.stream()));
    }

    /** Adds where the rules of each destination of its source send an event. It may read files. */
    void explain(ObjectNode node, String source, SegmentEvent event) {
        ArrayNode explained = node.putArray("explain");
        for (Destination destination : destinations) {
            if (!destination.sources().contains(source)) {
                continue;
            }
            ObjectNode one = explained.addObject();
            one.put("destination", destination.name());
            one.put("service", destination.service().word());
            StreamRows rows = destination.withCurrentRows().rows();
            if (rows == null) {
                one.put("outcome", "mapped");
                one.putArray("streams").addAll(strings(List.copyOf(destination.streams())));
                continue;
            }
            MappingExplanation why = rows.explain(event);
            one.put("outcome", word(why.outcome()));
            one.putArray("streams").addAll(strings(why.streams()));
            one.putArray("rows")
                    .addAll(strings(why.rows().stream().map(MappingRow::event).toList()));
            one.putArray("shadowed")
                    .addAll(strings(
                            why.shadowed().stream().map(MappingRow::event).toList()));
        }
    }

    private static ArrayNode strings(List<String> all) {
        ArrayNode array = JSON.createArrayNode();
        all.forEach(array::add);
        return array;
    }

    private static String word(Enum<?> state) {
        return state.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
