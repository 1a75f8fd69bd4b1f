package io.camelsegment.app.settings;

import io.camelsegment.app.routes.Source;
import io.camelsegment.tracking.server.BearerTokens;
import java.util.HashMap;
import java.util.List;
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
        checkTokens(name);
        if (isWritten(name, "shared-secret")
                && !config.flag("sources", name, "webhook").orElse(false)) {
            mistakes.add(
                    key + ".shared-secret",
                    "expected only with webhook: true, since Segment signs webhooks alone, but there it is",
                    "set webhook to true, or remove it");
        }
        return new Source(
                name,
                writeKey,
                config.options("sources", name),
                TransformReader.read(config, mistakes, "sources", name));
    }

    private void checkTokens(String name) {
        boolean hasKeySet = isWritten(name, "jwks-url");
        boolean hasKey = isWritten(name, "public-key");
        if (hasKeySet && hasKey) {
            add(name, "public-key", "expected jwks-url or public-key, but there are both", "remove one of them");
        } else if (hasKey) {
            checkPublicKey(name);
        } else if (!hasKeySet) {
            for (String setting : List.of("issuer", "audience", "scope")) {
                if (isWritten(name, setting)) {
                    add(
                            name,
                            setting,
                            "expected only with jwks-url or public-key, without which no token is verified, but there"
                                    + " it is",
                            "set one of them, or remove it");
                }
            }
        }
    }

    private void checkPublicKey(String name) {
        config.text("sources", name, "public-key").ifPresent(key -> {
            try {
                BearerTokens.ofPublicKey(key, null, null, null);
            } catch (IllegalArgumentException e) {
                add(
                        name,
                        "public-key",
                        "expected an RSA key in PEM of at least 2048 bits, but was something else",
                        "set it to the public key of the authorization server");
            }
        });
    }

    private boolean isWritten(String name, String setting) {
        return config.isWritten("sources", name, setting);
    }

    private void add(String name, String setting, String what, String mend) {
        mistakes.add(SettingName.of("sources", name, setting), what, mend);
    }
}
