package io.camelsegment.routes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.PathType;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import io.camelsegment.SegmentConverter;
import io.camelsegment.event.EventType;
import io.camelsegment.event.SegmentEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A tracking plan: JSON Schemas of events, as Segment exports them. Immutable and thread-safe.
 *
 * <p>It is the JSON of Segment's Public API, {@code {"rules": [{"type": "TRACK", "key": "Order Completed",
 * "jsonSchema": {…}}, …]}}, in which a rule of the type {@code COMMON} holds for all events; or that of its former API,
 * {@code {"rules": {"events": [{"name": "Order Completed", "rules": {…}}], "identify": {…}, "group": {…}, "global":
 * {…}}}}.
 *
 * @see <a href="https://www.twilio.com/docs/segment/protocols/tracking-plan/create">Segment's tracking plans</a>
 */
public final class TrackingPlan {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final SchemaValidatorsConfig CONFIG =
            SchemaValidatorsConfig.builder().pathType(PathType.JSON_POINTER).build();

    private final String id;
    private final String name;
    private final Map<String, JsonSchema> tracks = new HashMap<>();
    private final Map<EventType, JsonSchema> types = new EnumMap<>(EventType.class);
    private final List<JsonSchema> common = new ArrayList<>();

    /**
     * What an event has that the plan does not allow.
     *
     * @param field       the path of a member, such as {@code properties.products}
     * @param type        {@code Required}, {@code Type}, {@code Unplanned Event} or another kind
     * @param description a sentence without values
     */
    public record Violation(String field, String type, String description) {}

    private TrackingPlan(JsonNode plan) {
        JsonNode root =
                plan.path("data").has("trackingPlan") ? plan.path("data").path("trackingPlan") : plan;
        JsonNode rules = firstOf(plan.path("data").path("rules"), root.path("rules"));
        this.id = firstOf(root.path("id"), root.path("name")).asText("");
        this.name = firstOf(root.path("display_name"), root.path("name")).asText("");
        if (rules.isArray()) {
            rules.forEach(this::addRule);
        } else if (rules.isObject()) {
            rules.path("events").forEach(event -> tracks.put(nameOf(event.path("name")), schema(event.path("rules"))));
            addFormer(rules, "identify", EventType.IDENTIFY);
            addFormer(rules, "group", EventType.GROUP);
            if (!rules.path("global").isMissingNode()) {
                common.add(schema(rules.path("global")));
            }
        }
        if (tracks.isEmpty() && types.isEmpty() && common.isEmpty()) {
            throw new IllegalArgumentException("expected a tracking plan, a JSON object with rules, but it has none");
        }
    }

    private static JsonNode firstOf(JsonNode first, JsonNode second) {
        return first.isMissingNode() ? second : first;
    }

    /**
     * Reads a plan.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static TrackingPlan of(String json) {
        try {
            return new TrackingPlan(JSON.readTree(json));
        } catch (IOException e) {
            throw new IllegalArgumentException("expected a tracking plan, but it is no JSON", e);
        }
    }

    /**
     * Reads a plan from a file.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static TrackingPlan of(Path file) {
        try {
            return of(Files.readString(file));
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "expected a file with a tracking plan, but " + file + " cannot be read: "
                            + e.getClass().getSimpleName(),
                    e);
        }
    }

    private void addRule(JsonNode rule) {
        String type = rule.path("type").asText("").toUpperCase(Locale.ROOT);
        JsonSchema schema = schema(rule.path("jsonSchema"));
        switch (type) {
            case "TRACK" -> tracks.put(nameOf(rule.path("key")), schema);
            case "COMMON" -> common.add(schema);
            case "IDENTIFY", "GROUP", "PAGE", "SCREEN", "ALIAS" -> types.put(EventType.valueOf(type), schema);
            default ->
                throw new IllegalArgumentException(
                        "expected TRACK, IDENTIFY, GROUP, PAGE, SCREEN, ALIAS or COMMON as the type of a rule, but"
                                + " was \"" + type + "\"");
        }
    }

    private void addFormer(JsonNode rules, String member, EventType type) {
        if (!rules.path(member).isMissingNode()) {
            types.put(type, schema(rules.path(member)));
        }
    }

    private static String nameOf(JsonNode name) {
        if (!name.isTextual()) {
            throw new IllegalArgumentException(
                    "expected the name of an event in each rule for track events, but one" + " has none");
        }
        return name.textValue();
    }

    private static JsonSchema schema(JsonNode schema) {
        if (!schema.isObject()) {
            throw new IllegalArgumentException("expected a JSON Schema in each rule, but one has none");
        }
        // That of Segment's plans, for schemas that do not say.
        return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V7).getSchema(schema, CONFIG);
    }

    /** Returns the plan's id; empty if it has none. */
    public String id() {
        return id;
    }

    /** Returns the plan's name; empty if it has none. */
    public String name() {
        return name;
    }

    /**
     * Returns what the plan does not allow, sorted by field. The names of track events are compared as they are. If the
     * plan has rules for track events, one without a rule is a violation itself.
     */
    public List<Violation> violations(SegmentEvent event) {
        List<JsonSchema> schemas = new ArrayList<>(common);
        if (event.type() == EventType.TRACK) {
            JsonSchema planned = tracks.get(event.event());
            if (planned == null && !tracks.isEmpty()) {
                return List.of(new Violation("event", "Unplanned Event", "event is not in the tracking plan"));
            }
            if (planned != null) {
                schemas.add(planned);
            }
        } else if (types.containsKey(event.type())) {
            schemas.add(types.get(event.type()));
        }
        if (schemas.isEmpty()) {
            return List.of();
        }
        JsonNode json;
        try {
            json = SegmentConverter.toJsonNode(event);
        } catch (IOException e) {
            throw new IllegalArgumentException("expected JSON that Jackson reads, but it does not", e);
        }
        return schemas.stream()
                .flatMap(schema -> schema.validate(json).stream())
                .map(TrackingPlan::violation)
                .distinct()
                .sorted(Comparator.comparing(Violation::field))
                .toList();
    }

    /** Words of our own, since the library's may quote values. */
    private static Violation violation(ValidationMessage message) {
        String pointer = message.getInstanceLocation().toString();
        String place = pointer.isEmpty() ? "" : pointer.substring(1).replace("/", ".");
        String keyword = message.getType();
        boolean ofMember = keyword.equals("required") || keyword.equals("additionalProperties");
        String field = ofMember && message.getProperty() != null
                ? (place.isEmpty() ? "" : place + ".") + message.getProperty()
                : place;
        return switch (keyword) {
            case "required" -> new Violation(field, "Required", field + " is required");
            case "type" -> new Violation(field, "Type", field + " has the wrong type");
            case "additionalProperties" ->
                new Violation(field, "Unplanned Property", field + " is not in the tracking plan");
            default -> new Violation(field, capital(keyword), field + " does not fit " + keyword);
        };
    }

    private static String capital(String keyword) {
        return keyword.substring(0, 1).toUpperCase(Locale.ROOT) + keyword.substring(1);
    }
}
