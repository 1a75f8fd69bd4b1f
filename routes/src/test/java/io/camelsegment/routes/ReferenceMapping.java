package io.camelsegment.routes;

import io.camelsegment.event.EventType;
import io.camelsegment.routes.MappingTable.Match;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What a mapping is to do, without regard to speed: it reads the rows one by one, and makes a regex of each name. */
final class ReferenceMapping {

    private static final String ANY = ".*";

    private record Fit(int rank, MappingRow row) {}

    private ReferenceMapping() {}

    /** Returns where an event goes; null if no row fits it. */
    static List<String> streams(List<MappingRow> rows, Match match, EventType type, String name) {
        List<Fit> fits = new ArrayList<>();
        for (MappingRow row : rows) {
            int rank = rank(row.event(), type, name);
            if (rank >= 0) {
                fits.add(new Fit(rank, row));
            }
        }
        if (match == Match.FIRST) {
            int best = fits.stream().mapToInt(Fit::rank).min().orElse(0);
            fits.removeIf(fit -> fit.rank() != best);
        }
        if (fits.isEmpty()) {
            return null;
        }
        return fits.stream().anyMatch(fit -> fit.row().streams().contains("none"))
                ? List.of()
                : fits.stream()
                        .flatMap(fit -> fit.row().streams().stream())
                        .distinct()
                        .toList();
    }

    private static int rank(String left, EventType type, String name) {
        String written = composed(left);
        boolean isTrack = written.regionMatches(true, 0, "track:", 0, 6);
        String pattern = isTrack ? written.substring(6).trim() : written;
        boolean isType = !isTrack
                && List.of("track", "identify", "page", "screen", "group", "alias")
                        .contains(lower(pattern));
        boolean isEvery = !isTrack && pattern.matches("[*]+");
        if (type == EventType.TRACK && name != null) {
            if (isEvery && composed(name).equals("*")) {
                return 1;
            }
            List<String> parts = parts(pattern);
            if (!isEvery && regex(parts).matcher(composed(name)).matches()) {
                int literals =
                        (int) parts.stream().filter(part -> !part.equals(ANY)).count();
                return literals < parts.size() ? 1_000 - literals : isType ? 1 : 0;
            }
        }
        return isEvery ? 3_000 : isType && type != null && type.specName().equals(lower(pattern)) ? 2_000 : -1;
    }

    /** Takes a name apart into characters and, for a star without a backslash, {@link #ANY}. */
    private static List<String> parts(String pattern) {
        List<String> parts = new ArrayList<>();
        int[] points = pattern.codePoints().toArray();
        for (int i = 0; i < points.length; i++) {
            String next = i + 1 < points.length ? Character.toString(points[i + 1]) : "";
            if (points[i] == '\\' && (next.equals("*") || next.equals("\\"))) {
                parts.add(next);
                i++;
            } else {
                parts.add(points[i] == '*' ? ANY : Character.toString(points[i]));
            }
        }
        return parts;
    }

    private static Pattern regex(List<String> parts) {
        return Pattern.compile(
                parts.stream()
                        .map(part -> part.equals(ANY) ? ANY : Pattern.quote(part))
                        .collect(Collectors.joining()),
                Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE | Pattern.DOTALL);
    }

    private static String composed(String text) {
        return Normalizer.normalize(text.strip(), Normalizer.Form.NFC);
    }

    private static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }
}
