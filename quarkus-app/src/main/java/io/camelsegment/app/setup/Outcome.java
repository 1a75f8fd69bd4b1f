package io.camelsegment.app.setup;

import java.util.Locale;

/** What a check came to, from good to bad. */
enum Outcome {
    /** As it should be. */
    PASS,

    /** It could not be told; nothing follows from that. */
    UNKNOWN,

    /** Events are delivered, but something should be mended. */
    WARN,

    /** AWS does not let events be delivered. */
    FAIL;

    /** Returns the word that people and programs read. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
