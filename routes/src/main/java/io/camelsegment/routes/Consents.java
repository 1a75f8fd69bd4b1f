package io.camelsegment.routes;

import io.camelsegment.event.EventPath;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Leaves booleans in {@code integrations} as they are: they say where an event may go, and text there means yes. */
final class Consents {

    private static final String INTEGRATIONS = "integrations";

    private Consents() {}

    /** Returns a mapping of the values at a path that does not touch what says where the event may go. */
    static UnaryOperator<Object> kept(EventPath path, UnaryOperator<Object> mapping) {
        if (!path.names().get(0).equals(INTEGRATIONS)) {
            return mapping;
        }
        return switch (path.names().size()) {
            case 1 -> value -> value instanceof Map<?, ?> all ? mapEach(all, mapping) : mapping.apply(value);
            case 2 -> value -> mapOne(value, mapping);
            default -> mapping;
        };
    }

    private static Object mapEach(Map<?, ?> all, UnaryOperator<Object> mapping) {
        Map<Object, Object> mapped = new LinkedHashMap<>();
        all.forEach((name, value) -> mapped.put(name, mapOne(value, mapping)));
        return mapped.equals(all) ? all : mapped; // the very one keeps its bytes
    }

    private static Object mapOne(Object value, UnaryOperator<Object> mapping) {
        return value instanceof Boolean ? value : mapping.apply(value);
    }
}
