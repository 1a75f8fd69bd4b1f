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
        if (json[p] != '{') {
            return false;
        }
        boolean found = false;
        JsonScanner scanner = JsonScanner.ofChecked(json);
        for (int value = scanner.firstMember(p); value >= 0; ) {
            boolean isName = scanner.nameIs("name");
            int end = scanner.value(value);
            if (isName) {
                found = json[value] == '"' && NAMES.contains(JsonText.decode(json, value + 1, end - 1));
            }
            value = scanner.nextMember(end);
        }
        return found;
    }
}
