package io.camelsegment.tracking.server;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Reads the event of a GET: either base64 of its JSON in the parameter {@code data}, in either alphabet, padded or not,
 * in one line or wrapped; or one parameter per field, such as {@code properties.plan=Pro}, with strings for all values.
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
    static byte[] json(QueryParameters parameters) {
        QueryParameters.Parameter data = parameters.first("data");
        // As itself, a plus sign is one of the letters of base64, not a space.
        return data == null ? ofFields(parameters) : decoded(QueryParameters.decoded(data.rawValue(), false));
    }

    private static byte[] decoded(String data) {
        try {
            return Base64.getDecoder().decode(base64(data));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("expected base64 in the parameter data, but it is not", e);
        }
    }

    /**
     * Returns the letters of base64 in one line, in the standard alphabet and without padding. A space between two
     * letters was a plus sign that somebody decoded on the way; no other white space means anything.
     */
    private static byte[] base64(String data) {
        byte[] letters = new byte[data.length()];
        int size = 0;
        int end = data.length();
        while (end > 0 && (data.charAt(end - 1) == '=' || isWhiteSpace(data.charAt(end - 1)))) {
            end--;
        }
        int i = 0;
        while (i < end) {
            char c = data.charAt(i);
            if (!isWhiteSpace(c)) {
                letters[size++] = (byte) (c == '-' ? '+' : c == '_' ? '/' : c < 128 ? c : '?');
                i++;
                continue;
            }
            int start = i;
            boolean onlySpaces = size > 0;
            for (; isWhiteSpace(data.charAt(i)); i++) {
                onlySpaces &= data.charAt(i) == ' ';
            }
            if (onlySpaces) {
                Arrays.fill(letters, size, size + i - start, (byte) '+');
                size += i - start;
            }
        }
        return Arrays.copyOf(letters, size);
    }

    /** Also of Unicode, as text processors make it, and the mark at the beginning of files. */
    private static boolean isWhiteSpace(char c) {
        return c <= ' ' || (c >= 128 && (Character.isWhitespace(c) || Character.isSpaceChar(c) || c == '\ufeff'));
    }

    private static byte[] ofFields(QueryParameters parameters) {
        Map<String, Object> event = new LinkedHashMap<>();
        for (QueryParameters.Parameter parameter : parameters.all()) {
            if (!NO_FIELDS.contains(parameter.name())) {
                put(event, parameter.name(), parameter.value());
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
