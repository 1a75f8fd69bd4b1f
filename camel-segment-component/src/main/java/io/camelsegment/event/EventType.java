package io.camelsegment.event;

/** The six calls of the Segment spec. */
public enum EventType {
    TRACK,
    IDENTIFY,
    PAGE,
    SCREEN,
    GROUP,
    ALIAS;

    private final String specName = name().toLowerCase(java.util.Locale.ROOT);

    /** Returns the name as the spec writes it, such as {@code track}. */
    public String specName() {
        return specName;
    }
}
