package io.camelsegment.event;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * What the {@code integrations} of an event say about one destination, as Segment's facade reads them. Immutable.
 *
 * <p>What a route has made of an event is judged by both: a refusal of the event that came is lifted by {@code true}
 * alone, or an object of options, and one under the destination's name only under that name. So whoever removes, masks
 * or replaces members lifts none.
 *
 * @see <a href="https://www.npmjs.com/package/@segment/facade">@segment/facade 3.4.10</a> and its obj-case 0.2.1, read
 *     2026-11-21
 */
public final class Integrations {

    /** Those of JSON that has none. */
    public static final Integrations NONE = new Integrations(false, Word.NOTHING, Word.NOTHING);

    private static final int ABSENT = -1;

    private final boolean present;
    private final Word named;
    private final Word all;

    private Integrations(boolean present, Word named, Word all) {
        this.present = present;
        this.named = named;
        this.all = all;
    }

    /** What one member says. */
    private enum Word {
        NOTHING,
        YES,
        NO,
        /** A value that decides nothing, such as text; under a destination's name it means yes. */
        VAGUE;

        static Word of(byte first, boolean takesOptions) {
            return switch (first) {
                case 't' -> YES;
                case 'f' -> NO;
                case '{', '[' -> takesOptions ? YES : VAGUE;
                default -> VAGUE;
            };
        }
    }

    /**
     * Reads a JSON object, which need not be an event.
     *
     * @param json        one object in UTF-8, checked before
     * @param destination the destination's name in Segment's catalog
     * @param allIgnored  whether {@code All} does not count, as in events of a webhook
     */
    public static Integrations of(byte[] json, String destination, boolean allIgnored) {
        return of(json, find(json), destination, allIgnored);
    }

    /**
     * @param at offset of the {@code integrations}; negative if there are none
     */
    static Integrations of(byte[] json, int at, String destination, boolean allIgnored) {
        if (at < 0 || json[at] != '{') {
            return NONE;
        }
        Word named = Word.NOTHING;
        Word all = Word.NOTHING;
        String allName = null; // the first spelling counts, by its last value
        JsonScanner scanner = JsonScanner.ofChecked(json);
        for (int p = scanner.firstMember(at); p >= 0; p = scanner.nextMember(p)) {
            String name = scanner.name();
            if (name.equals(destination)) {
                named = Word.of(json[p], true);
            } else if (!allIgnored && (allName == null ? isAll(name) : name.equals(allName))) {
                allName = name;
                all = Word.of(json[p], false);
            }
            p = scanner.value(p);
        }
        return new Integrations(true, named, all);
    }

    /** Returns the offset of the value in an event; -1 if there is none. */
    static int find(byte[] json) {
        JsonScanner scanner = JsonScanner.ofChecked(json);
        int found = ABSENT;
        int open = scanner.whitespace(0);
        if (open == json.length || json[open] != '{') {
            return ABSENT; // not from the parser
        }
        for (int p = scanner.firstMember(open); p >= 0; p = scanner.nextMember(p)) {
            if (Member.of(json, scanner) == Member.INTEGRATIONS) {
                found = p;
            }
            p = scanner.value(p);
        }
        return found;
    }

    /** Returns whether the value at an offset is the same, byte for byte, as one of another text. */
    static boolean areSame(byte[] json, int at, byte[] other, int otherAt) {
        if (at < 0 || otherAt < 0) {
            return at < 0 && otherAt < 0;
        }
        int end = JsonScanner.ofChecked(json).value(at);
        int otherEnd = JsonScanner.ofChecked(other).value(otherAt);
        return Arrays.equals(json, at, end, other, otherAt, otherEnd);
    }

    /** Returns what they say by themselves. */
    public Consent consent() {
        if (named == Word.NO || (named == Word.NOTHING && all == Word.NO)) {
            return Consent.REFUSED;
        }
        return present ? Consent.GIVEN : Consent.UNKNOWN;
    }

    /**
     * Returns what they say where a route has made them of others.
     *
     * @param before      the event that came; null if it is unknown
     * @param destination the name that these were read for
     */
    public Consent consent(SegmentEvent before, String destination) {
        if (before == null || named == Word.YES || named == Word.NO) {
            return consent();
        }
        if (before.refusesByName(destination)) {
            return Consent.REFUSED;
        }
        if (named == Word.NOTHING && (all == Word.YES || all == Word.NO)) {
            return consent();
        }
        Consent earlier = before.consent(destination);
        return earlier == Consent.UNKNOWN ? consent() : earlier;
    }

    /** Returns whether they refuse the name itself. */
    boolean refuseByName() {
        return named == Word.NO;
    }

    /** Returns whether they decide about the name itself. */
    boolean decideByName() {
        return named == Word.YES || named == Word.NO;
    }

    /**
     * Checks a value that is to be set: what says where an event may go is {@code true}, {@code false} or an object of
     * options. The texts {@code true} and {@code false}, as Simple and variables have them, are fine, too.
     *
     * @param path of the member that is to be set; anything goes outside of {@code integrations}
     * @throws IllegalArgumentException if it is another value, which would mean yes, or if Jackson cannot write it
     */
    public static void check(EventPath path, Object value) {
        if (decides(path)) {
            byte[] unused = encode(path, value);
        }
    }

    /** Returns a value that is to be set as JSON text; see {@link #check}. */
    static byte[] encode(EventPath path, Object value) {
        byte[] text = JsonValue.encode(value);
        if (!decides(path)) {
            return text;
        }
        String at = "$." + path;
        if (path.names().size() == 2) {
            return decision(text, 0, text.length, at);
        }
        if (text[0] == 'n') {
            return text;
        }
        if (text[0] != '{') {
            throw new IllegalArgumentException("expected object but was " + JsonText.kind(text, 0) + " at " + at);
        }
        ByteArrayOutputStream decided = new ByteArrayOutputStream(text.length);
        int copied = 0;
        JsonScanner scanner = JsonScanner.ofChecked(text);
        for (int p = scanner.firstMember(0); p >= 0; p = scanner.nextMember(p)) {
            int end = scanner.value(p);
            decided.write(text, copied, p - copied);
            decided.writeBytes(decision(text, p, end, at + "." + EventPath.escaped(scanner.name())));
            copied = end;
            p = end;
        }
        decided.write(text, copied, text.length - copied);
        return decided.toByteArray();
    }

    private static byte[] decision(byte[] text, int from, int to, String at) {
        String value = new String(text, from, to - from, UTF_8);
        if (value.startsWith("{") || value.startsWith("[") || value.equals("true") || value.equals("false")) {
            return Arrays.copyOfRange(text, from, to);
        }
        String word = value.toLowerCase(Locale.ROOT);
        if (word.equals("\"true\"") || word.equals("\"false\"")) {
            return word.substring(1, word.length() - 1).getBytes(UTF_8);
        }
        throw new IllegalArgumentException(
                "expected true, false or an object of options but was " + JsonText.kind(text, from) + " at " + at);
    }

    /** Returns whether a path leads to the integrations or to one of them. */
    private static boolean decides(EventPath path) {
        List<String> names = path.names();
        return names.size() <= 2 && names.get(0).equals(Member.INTEGRATIONS.specName());
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
