package io.camelsegment.event;

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
