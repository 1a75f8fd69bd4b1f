package io.camelsegment.event;

import java.util.Set;

/**
 * Names, in {@code context.library.name}, of the Segment libraries that run on the user's own device.
 *
 * @see <a href="https://segment.com/docs/connections/spec/common/#context">Which libraries collect context.ip</a>
 */
final class ClientLibraries {
    private static final Set<String> NAMES = Set.of(
            "analytics.js",
            "analytics-android",
            "analytics-ios",
            "analytics-kotlin",
            "analytics-swift",
            "analytics-react-native",
            "@segment/analytics-react-native",
            "analytics_flutter",
            "analytics-flutter");

    private ClientLibraries() {}

    /** Returns whether the value of {@code library} that begins at {@code p} names one of them. */
    static boolean includes(byte[] json, int p) {
        String name = name(json, p);
        return name != null && NAMES.contains(name);
    }

    /** Returns the name in the value of {@code library} that begins at {@code p}; null if there is none. */
    static String name(byte[] json, int p) {
        if (json[p] != '{') {
            return null;
        }
        JsonScanner scanner = JsonScanner.ofChecked(json);
        int name = scanner.lastMember(p, "name");
        return name < 0 || json[name] != '"' ? null : JsonText.decode(json, name + 1, scanner.value(name) - 1);
    }
}
