package io.camelsegment.app.settings;

import io.camelsegment.app.routes.Source;
import java.util.HashMap;
import java.util.Map;

/** Reads the sources; their write keys must differ. */
final class SourceReader {

    private final SegmentConfig config;
    private final Mistakes mistakes;

    /** The settings of the sources by write key. */
    private final Map<String, String> owners = new HashMap<>();

    SourceReader(SegmentConfig config, Mistakes mistakes) {
        this.config = config;
        this.mistakes = mistakes;
    }

    Source read(String name) {
        String key = SettingName.of("sources", name);
        SettingName.check(key, name, mistakes);
        int question = name.indexOf('?');
        if (question >= 0 && question < name.length() - 1) {
            mistakes.add(
                    key,
                    "expected a name without a question mark inside, behind which Camel looks for options, but there"
                            + " is one",
                    "rename it");
        }
        String writeKey = config.text("sources", name, "write-key").orElse("");
        if (writeKey.isEmpty() && !config.flag("sources", name, "webhook").orElse(false)) {
            mistakes.add(
                    key + ".write-key",
                    "expected the key that the senders show, several separated by commas, but there is none",
                    "set it to the write key configured in the SDKs");
        }
        for (String one : writeKey.split(",", -1)) {
            String owner = one.isBlank() ? null : owners.putIfAbsent(one.strip(), key);
            if (owner != null && !owner.equals(key)) {
                mistakes.add(
                        key + ".write-key",
                        "expected keys of this source alone, but one is also in " + owner + ".write-key",
                        "give each source its own");
            }
        }
        return new Source(name, writeKey, config.options("sources", name));
    }
}
