package io.camelsegment.app.debugger;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.camelsegment.app.routes.Destination;
import io.camelsegment.app.routes.StreamRows;
import io.camelsegment.app.routes.Transform;
import io.camelsegment.app.settings.Settings;
import io.camelsegment.event.EventType;
import io.camelsegment.event.SegmentEvent;
import io.camelsegment.observation.EventObserver.StreamPlace;
import io.camelsegment.routes.MappingExplanation;
import io.camelsegment.routes.MappingRow;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Trails as the page reads them: JSON without what the mask hides. */
final class TrailView {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Mask mask;
    private final Supplier<Settings> settings;

    /**
     * Creates a view.
     *
     * @param settings those in force now
     */
    TrailView(Mask mask, Supplier<Settings> settings) {
        this.mask = mask;
        this.settings = settings;
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
            boolean unnamed = mask.hides(event.type() == EventType.TRACK ? "event" : "name");
            node.put("name", unnamed ? null : event.event());
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

    /** Returns the destinations with the rows that their files have now. It reads these files. */
    List<Destination> destinations() {
        return settings.get().destinations().stream()
                .map(Destination::withCurrentRows)
                .toList();
    }

    /**
     * Returns all that is known of a trail.
     *
     * @param current the {@linkplain #destinations destinations}
     */
    ObjectNode detail(Trail trail, List<Destination> current) {
        ObjectNode node = summary(trail);
        if (trail.request != null) {
            ObjectNode request = node.putObject("request");
            request.put("call", trail.request.call());
            request.put("userAgent", trail.request.userAgent());
            request.put("contentType", trail.request.contentType());
            request.put("encoding", trail.request.encoding());
            request.put("address", mask.hides("ip") ? null : trail.request.address());
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
        trail.fates.values().forEach(fate -> putFate(fates.addObject(), trail, fate, current));
        node.putArray("leftOut").addAll(strings(List.copyOf(trail.leftOut)));
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

    private void putFate(ObjectNode node, Trail trail, Fate fate, List<Destination> current) {
        node.put("service", fate.stream().service());
        node.put("region", fate.stream().region());
        node.put("stream", fate.stream().stream());
        ArrayNode names = node.putArray("destinations");
        current.stream()
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
        String region = destination.aws().region();
        return destination.service().word().equals(place.service())
                && (region == null || region.equals(place.region()))
                && destination.streams().stream().anyMatch(stream -> stream.substring(
                                Math.max(stream.lastIndexOf('/'), stream.lastIndexOf(':')) + 1)
                        .equals(place.stream()));
    }

    /**
     * Returns, for each destination of a trail's source, the event that its rules decide about: as a route has changed
     * it, where that is known.
     */
    static Map<Destination, SegmentEvent> decided(Trail trail, List<Destination> current) {
        Map<Destination, SegmentEvent> decided = new LinkedHashMap<>();
        for (Destination destination : current) {
            if (trail.event != null && destination.sources().contains(trail.source)) {
                Stream<SegmentEvent> sent = trail.fates.values().stream()
                        .filter(fate -> fate.sent != null && delivers(destination, fate.stream()))
                        .map(fate -> fate.sent);
                Stream<SegmentEvent> unmapped = trail.unmapped.stream()
                        .filter(one -> one.mapping().equals(destination.name()))
                        .map(Trail.Unmapped::event);
                decided.put(
                        destination, Stream.concat(sent, unmapped).findFirst().orElse(trail.event));
            }
        }
        return decided;
    }

    /** Adds the steps that change an event, and where the rules of each destination send it. */
    void explain(ObjectNode node, String source, Map<Destination, SegmentEvent> decided) {
        settings.get().sources().stream()
                .filter(one -> one.name().equals(source))
                .forEach(one -> putSteps(node, one.transform()));
        ArrayNode explained = node.putArray("explain");
        decided.forEach((destination, event) -> {
            ObjectNode one = explained.addObject();
            one.put("destination", destination.name());
            one.put("service", destination.service().word());
            putSteps(one, destination.transform());
            StreamRows rows = destination.rows();
            if (rows == null) {
                one.put("outcome", "mapped");
                one.putArray("streams").addAll(strings(List.copyOf(destination.streams())));
                return;
            }
            MappingExplanation why = rows.explain(event);
            one.put("outcome", word(why.outcome()));
            one.putArray("streams").addAll(strings(why.streams()));
            one.putArray("rows")
                    .addAll(strings(why.rows().stream().map(MappingRow::event).toList()));
            one.putArray("shadowed")
                    .addAll(strings(
                            why.shadowed().stream().map(MappingRow::event).toList()));
        });
    }

    private static void putSteps(ObjectNode node, Transform transform) {
        node.putArray("steps")
                .addAll(strings(
                        transform.parsed().stream().map(Transform.Step::word).toList()));
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
