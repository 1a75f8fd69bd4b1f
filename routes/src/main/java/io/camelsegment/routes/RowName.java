package io.camelsegment.routes;

import io.camelsegment.event.EventType;
import java.util.Arrays;
import java.util.Optional;

/** The left side of a row, compiled: which events it fits. Immutable. */
final class RowName {

    private static final String EVERY_EVENT = "*";
    private static final String TRACK_PREFIX = "track:";
    private static final int ANY = -1;

    /** The code points of the name in one case, without escapes; {@link #ANY} for each run of {@code *}. */
    private final int[] pattern;

    private final boolean isTrack;

    private RowName(int[] pattern, boolean isTrack) {
        this.pattern = pattern;
        this.isTrack = isTrack;
    }

    /** Compiles the left side of a row. */
    static RowName of(String written) {
        String plain = Names.plain(written);
        boolean isTrack = plain.regionMatches(true, 0, TRACK_PREFIX, 0, TRACK_PREFIX.length());
        return new RowName(compile(isTrack ? Names.plain(plain.substring(TRACK_PREFIX.length())) : plain), isTrack);
    }

    private static int[] compile(String plain) {
        int[] points = plain.codePoints().toArray();
        int[] pattern = new int[points.length];
        int length = 0;
        for (int i = 0; i < points.length; i++) {
            boolean escapes =
                    points[i] == '\\' && i + 1 < points.length && (points[i + 1] == '*' || points[i + 1] == '\\');
            if (escapes) {
                pattern[length++] = points[++i];
            } else if (points[i] != '*') {
                pattern[length++] = Names.fold(points[i]);
            } else if (length == 0 || pattern[length - 1] != ANY) {
                pattern[length++] = ANY;
            }
        }
        return Arrays.copyOf(pattern, length);
    }

    /** Returns whether it was written {@code track:}, and so fits track events only. */
    boolean isTrack() {
        return isTrack;
    }

    /** Returns whether it fits every event. */
    boolean isEveryEvent() {
        return !isTrack && pattern.length == 1 && pattern[0] == ANY;
    }

    /** Returns the type whose events it fits. */
    Optional<EventType> type() {
        return isTrack
                ? Optional.empty()
                : exactName().flatMap(name -> Arrays.stream(EventType.values())
                        .filter(type -> type.specName().equals(name))
                        .findFirst());
    }

    /** Returns the only name that it fits, in one case. A row of every event also fits a track event named so. */
    Optional<String> exactName() {
        if (isEveryEvent()) {
            return Optional.of(EVERY_EVENT);
        }
        return Arrays.stream(pattern).anyMatch(point -> point == ANY)
                ? Optional.empty()
                : Optional.of(new String(pattern, 0, pattern.length));
    }

    /** Returns how many characters it names: the more, the more special it is. */
    int weight() {
        return (int) Arrays.stream(pattern).filter(point -> point != ANY).count();
    }

    /** Returns whether it fits a name, which is {@link Names#plain}. Takes no memory. */
    boolean fits(String name) {
        int at = 0;
        int p = 0;
        int lastAny = -1;
        int retry = 0;
        while (at < name.length()) {
            int point = name.codePointAt(at);
            if (p < pattern.length && pattern[p] == ANY) {
                lastAny = p++;
                retry = at;
            } else if (p < pattern.length && pattern[p] == Names.fold(point)) {
                p++;
                at += Character.charCount(point);
            } else if (lastAny >= 0) {
                p = lastAny + 1;
                retry += Character.charCount(name.codePointAt(retry));
                at = retry;
            } else {
                return false;
            }
        }
        while (p < pattern.length && pattern[p] == ANY) {
            p++;
        }
        return p == pattern.length;
    }

    /** Returns whether a left side names nothing. */
    static boolean isBlank(String written) {
        return written == null || of(written).pattern.length == 0;
    }
}
