package io.camelsegment.event;

/** What the {@code integrations} of an event say about a destination. */
public enum Consent {
    /** There are {@code integrations}, and they allow the destination. */
    GIVEN,
    /** The {@code integrations} exclude the destination. */
    REFUSED,
    /** There are no {@code integrations}. */
    UNKNOWN;

    /**
     * Reads a JSON object, which need not be an event.
     *
     * @param json       one object in UTF-8, checked before
     * @param allIgnored whether {@code All} does not count, as in events of a webhook
     */
    public static Consent of(byte[] json, String destination, boolean allIgnored) {
        return of(json, Integrations.find(json), destination, allIgnored);
    }

    /**
     * @param at offset of the {@code integrations}; negative if there are none
     */
    static Consent of(byte[] json, int at, String destination, boolean allIgnored) {
        if (at < 0 || json[at] != '{') {
            return UNKNOWN;
        }
        return Integrations.enabled(json, at, destination, allIgnored) ? GIVEN : REFUSED;
    }
}
