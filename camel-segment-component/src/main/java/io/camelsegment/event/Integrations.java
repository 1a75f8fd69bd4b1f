package io.camelsegment.event;

/**
 * Reads the {@code integrations} of an event as Segment's facade does.
 *
 * @see <a href="https://www.npmjs.com/package/@segment/facade">@segment/facade 3.4.10</a> and its obj-case 0.2.1, read
 *     2026-11-21
 */
final class Integrations {
    private static final int NONE = -1;

    private Integrations() {}

    /** Returns the offset of the value in an event; -1 if there is none. */
    static int find(byte[] json) {
        JsonScanner scanner = JsonScanner.ofChecked(json);
        int found = NONE;
        int open = scanner.whitespace(0);
        if (open == json.length || json[open] != '{') {
            return NONE; // not from the parser
        }
        for (int p = scanner.firstMember(open); p >= 0; p = scanner.nextMember(p)) {
            if (Member.of(json, scanner) == Member.INTEGRATIONS) {
                found = p;
            }
            p = scanner.value(p);
        }
        return found;
    }

    /** Returns whether the value at {@code at} allows the event for a destination. */
    static boolean enabled(byte[] json, int at, String destination, boolean allIgnored) {
        if (json[at] != '{') {
            return true;
        }
        boolean all = true;
        String allName = null; // the first spelling counts, by its last value
        boolean named = false;
        boolean enabled = true;
        JsonScanner scanner = JsonScanner.ofChecked(json);
        for (int p = scanner.firstMember(at); p >= 0; p = scanner.nextMember(p)) {
            boolean on = json[p] != 'f';
            String name = scanner.name();
            if (name.equals(destination)) {
                named = true;
                enabled = on;
            } else if (!allIgnored && (allName == null ? isAll(name) : name.equals(allName))) {
                allName = name;
                all = on;
            }
            p = scanner.value(p);
        }
        return named ? enabled : all;
    }

    /** Compares as obj-case does: ignores case, and all characters but letters, digits and dots. */
    private static boolean isAll(String name) {
        int matched = 0;
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.') {
                if (matched == 3 || (c | 0x20) != "all".charAt(matched)) {
                    return false;
                }
                matched++;
            }
        }
        return matched == 3;
    }
}
