package io.camelsegment.event;

import static java.nio.charset.StandardCharsets.US_ASCII;

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

    @SuppressWarnings("ImmutableEnumChecker") // never changed, and never leaves this package
    private final byte[] json = ('"' + specName + '"').getBytes(US_ASCII);

    /** Returns the name as the spec writes it, such as {@code track}. */
    public String specName() {
        return specName;
    }

    /** Returns the name as a JSON string; not to be changed. */
    byte[] json() {
        return json;
    }

    /** Finds the type whose name, as the spec writes it, is {@code json[from, to)}; null when it is none of the six. */
    static EventType of(byte[] json, int from, int to) {
        for (EventType type : ALL) {
            if (JsonText.equals(json, from, to, type.specName)) {
                return type;
            }
        }
        return null;
    }

    /** Finds the type of a name as the spec writes it; null when it is none of the six. */
    static EventType of(String specName) {
        for (EventType type : ALL) {
            if (type.specName.equals(specName)) {
                return type;
            }
        }
        return null;
    }
}
