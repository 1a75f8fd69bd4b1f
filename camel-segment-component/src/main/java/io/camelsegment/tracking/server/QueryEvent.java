package io.camelsegment.tracking.server;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.MultiMap;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Reads the event of a GET: either base64 of its JSON in the parameter {@code data}, in either alphabet, padded or not;
 * or one parameter per field, such as {@code properties.plan=Pro}, with strings for all values.
 */
final class QueryEvent {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Set<String> NO_FIELDS = Set.of("data", "callback");

    private static final int MAX_DEPTH = 32;

    private QueryEvent() {}

    /**
     * Returns the event's JSON.
     *
     * @throws IllegalArgumentException if the parameters are no event; the message tells the sender why
     */
    static byte[] json(MultiMap parameters) {
        String data = parameters.get("data");
        return data == null ? ofFields(parameters) : decoded(data);
    }

    private static byte[] decoded(String data) {
        // A plus sign that was not percent-encoded arrives as a space.
        String base64 = data.replace(' ', '+').replace('-', '+').replace('_', '/');
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("expected base64 in the parameter data, but it is not", e);
        }
    }

    private static byte[] ofFields(MultiMap parameters) {
        Map<String, Object> event = new LinkedHashMap<>();
        for (Map.Entry<String, String> parameter : parameters) {
            if (!NO_FIELDS.contains(parameter.getKey())) {
                put(event, parameter.getKey(), parameter.getValue());
            }
        }
        try {
            return JSON.writeValueAsBytes(event);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("maps of strings are always JSON", e);
        }
    }

    @SuppressWarnings("unchecked") // the maps in the tree are the ones made here
    private static void put(Map<String, Object> event, String name, String value) {
        String[] path = name.split("\\.", -1);
        if (path.length > MAX_DEPTH) {
            throw new IllegalArgumentException(
                    "expected at most " + MAX_DEPTH + " parts in a parameter's name, but one has " + path.length);
        }
        Map<String, Object> parent = event;
        for (int i = 0; i < path.length - 1; i++) {
            if (!(parent.computeIfAbsent(path[i], key -> new LinkedHashMap<>()) instanceof Map<?, ?> child)) {
                throw new IllegalArgumentException(
                        "a parameter has a value and parameters below it; send only one of the two");
            }
            parent = (Map<String, Object>) child;
        }
        if (parent.put(path[path.length - 1], value) instanceof Map) {
            throw new IllegalArgumentException(
                    "a parameter has a value and parameters below it; send only one of the two");
        }
    }
}
