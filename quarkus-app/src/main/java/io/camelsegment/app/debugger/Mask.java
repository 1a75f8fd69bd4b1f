package io.camelsegment.app.debugger;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Locale;
import java.util.Set;

/** Hides values of events from whoever looks at the page. Letter case does not count. Immutable. */
final class Mask {

    /** What stands in the place of a hidden value. */
    static final String HIDDEN = "\"•••\"";

    private static final String UNREADABLE = "\"expected JSON, but this cannot be read\"";
    private static final JsonFactory JSON = new JsonFactory();

    private final Set<String> names = new HashSet<>();
    private final Set<String> ends = new HashSet<>();

    /**
     * Creates a mask.
     *
     * @param hidden names of members, hidden wherever they are, and ends of paths, such as {@code traits.email}; a
     *     write key is hidden always
     */
    Mask(Collection<String> hidden) {
        names.add("writekey");
        for (String one : hidden) {
            String lower = one.toLowerCase(Locale.ROOT);
            if (lower.contains(".")) {
                ends.add("." + lower);
            } else {
                names.add(lower);
            }
        }
    }

    /** Returns JSON with nothing changed but the hidden values. */
    String apply(byte[] json) {
        String text = new String(json, StandardCharsets.UTF_8);
        StringBuilder masked = new StringBuilder(text.length());
        int copied = 0;
        Deque<String> path = new ArrayDeque<>();
        try (JsonParser parser = JSON.createParser(text)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token == JsonToken.START_OBJECT || token == JsonToken.START_ARRAY) {
                    path.addLast("");
                } else if (token == JsonToken.END_OBJECT || token == JsonToken.END_ARRAY) {
                    path.removeLast();
                } else if (token == JsonToken.FIELD_NAME) {
                    path.removeLast();
                    path.addLast(parser.currentName().toLowerCase(Locale.ROOT));
                    if (hides(path)) {
                        parser.nextToken();
                        masked.append(text, copied, (int)
                                        parser.currentTokenLocation().getCharOffset())
                                .append(HIDDEN);
                        parser.skipChildren();
                        parser.finishToken();
                        copied = (int) parser.currentLocation().getCharOffset();
                    }
                }
            }
        } catch (IOException e) {
            return UNREADABLE;
        }
        return masked.append(text, copied, text.length()).toString();
    }

    /** Returns whether a member at the top of an event is hidden. */
    boolean hides(String name) {
        return names.contains(name.toLowerCase(Locale.ROOT));
    }

    private boolean hides(Deque<String> path) {
        if (names.contains(path.getLast())) {
            return true;
        }
        if (ends.isEmpty()) {
            return false;
        }
        StringBuilder whole = new StringBuilder();
        for (Iterator<String> parts = path.iterator(); parts.hasNext(); ) {
            String part = parts.next();
            if (!part.isEmpty()) { // an array has none
                whole.append('.').append(part);
            }
        }
        return ends.stream().anyMatch(whole.toString()::endsWith);
    }
}
