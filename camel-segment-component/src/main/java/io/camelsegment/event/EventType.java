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

    @SuppressWarnings("ImmutableEnumChecker") // never changed, never leaves this package
    private final byte[] json = ('"' + specName + '"').getBytes(US_ASCII);

    /** Returns the spec's name, such as {@code track}. */
    public String specName() {
        return specName;
    }

    /** Returns the name as a JSON string; must not be changed. */
    byte[] json() {
        return json;
    }

    /** Returns the type whose spec name is {@code json[from, to)}; null if it is none of the six. */
    static EventType of(byte[] json, int from, int to) {
        for (EventType type : ALL) {
            if (JsonText.equals(json, from, to, type.specName)) {
                return type;
            }
        }
        return null;
    }

    /** Returns the type with this spec name; null if it is none of the six. */
    static EventType of(String specName) {
        for (EventType type : ALL) {
            if (type.specName.equals(specName)) {
                return type;
            }
        }
        return null;
    }
}
