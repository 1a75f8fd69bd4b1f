package io.camelsegment.event;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Locale;

/** The six calls of the Segment spec. */
public enum EventType {
    TRACK,
    IDENTIFY,
    PAGE,
    SCREEN,
    GROUP,
    ALIAS;

    private static final EventType[] ALL = values();

    private final String specName = name().toLowerCase(Locale.ROOT);
    private final String json = '"' + specName + '"';

    /** Returns the name as the spec writes it, such as {@code track}. */
    public String specName() {
        return specName;
    }

    /** Returns the name as a JSON string. */
    String json() {
        return json;
    }

    /** Finds the type that {@code json[from, to)}, the text between a string's quotes, names; null when it is none of the six. */
    static EventType of(byte[] json, int from, int to) {
        for (EventType type : ALL) {
            if (JsonText.equals(json, from, to, type.specName)) {
                return type;
            }
        }
        for (int i = from; i < to; i++) {
            if (json[i] == '\\') {
                byte[] decoded = JsonText.decode(json, from, to).getBytes(UTF_8);
                return of(decoded, 0, decoded.length);
            }
        }
        return null;
    }
}
