package io.camelsegment.app.settings;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Finds the known name that may be meant by an unknown one. */
final class NearestSetting {

    /** What a name costs that would have to move to another group. */
    private static final int MOVE = 2;

    /** What a name costs that lacks its first or last words. */
    private static final int PART = 2;

    private static final int PREFIX = "SEGMENT_".length();

    private NearestSetting() {}

    /** Returns the nearest setting or group of settings, in parts. */
    static List<String> to(List<String> path) {
        List<String> nearest = List.of();
        int least = Integer.MAX_VALUE;
        for (List<String> pattern : patterns()) {
            int cost = Math.min(cost(path, pattern), costOfMove(path, pattern));
            if (cost < least) {
                least = cost;
                nearest = filled(pattern, path);
            }
        }
        return nearest;
    }

    /** Returns the nearest variable. */
    static String toVariable(String variable) {
        String nearest = "";
        int least = Integer.MAX_VALUE;
        List<String> words = List.of(variable.split("_", -1));
        String rest = variable.substring(PREFIX);
        for (Setting row : SettingsTable.ROWS) {
            boolean fixed = !row.pattern().contains(Setting.ANY);
            for (String candidate : candidates(row.pattern(), words)) {
                int cost = fixed ? cost(rest, candidate.substring(PREFIX)) : distance(variable, candidate);
                if (cost < least) {
                    least = cost;
                    nearest = candidate;
                }
            }
            if (!fixed && MOVE + cost(rest, row.word()) < least) {
                least = MOVE + cost(rest, row.word());
                nearest = Variables.name(row.pattern(), "NAME");
            }
        }
        return nearest;
    }

    /** Returns the nearest of some words. */
    static String of(String word, Set<String> words) {
        return words.stream()
                .min(Comparator.comparingInt(other -> distance(word, other)))
                .orElseThrow();
    }

    /** Returns all settings, and the groups that have a name of their own. */
    private static Set<List<String>> patterns() {
        Set<List<String>> patterns = new LinkedHashSet<>();
        for (Setting row : SettingsTable.ROWS) {
            for (int i = 1; i <= row.pattern().size(); i++) {
                if (!row.pattern().get(i - 1).equals(Setting.ANY)) {
                    patterns.add(row.pattern().subList(0, i));
                }
            }
        }
        return patterns;
    }

    private static int cost(List<String> path, List<String> pattern) {
        if (path.size() != pattern.size()) {
            return Integer.MAX_VALUE;
        }
        int cost = 0;
        for (int i = 0; i < path.size(); i++) {
            cost += pattern.get(i).equals(Setting.ANY) ? 0 : cost(path.get(i), pattern.get(i));
        }
        return cost;
    }

    private static int costOfMove(List<String> path, List<String> pattern) {
        return MOVE + cost(path.get(path.size() - 1), pattern.get(pattern.size() - 1));
    }

    private static List<String> filled(List<String> pattern, List<String> path) {
        List<String> filled = new ArrayList<>();
        for (int i = 0; i < pattern.size(); i++) {
            boolean same = i < path.size() && path.size() == pattern.size();
            filled.add(!pattern.get(i).equals(Setting.ANY) ? pattern.get(i) : same ? path.get(i) : "<name>");
        }
        return filled;
    }

    /** Returns the variables that a setting may have, with some of the given words as the name that users choose. */
    private static List<String> candidates(List<String> pattern, List<String> words) {
        List<String> names = new ArrayList<>();
        if (pattern.contains(Setting.ANY)) {
            for (int from = 2; from < words.size(); from++) {
                for (int to = from + 1; to <= words.size(); to++) {
                    names.add(String.join("_", words.subList(from, to)));
                }
            }
        } else {
            names.add("");
        }
        return names.stream().map(name -> Variables.name(pattern, name)).toList();
    }

    private static int cost(String written, String known) {
        String a = letters(written);
        String b = letters(known);
        boolean part = a.length() > 2 && (b.startsWith(a) || b.endsWith(a));
        return part ? Math.min(PART, b.length() - a.length()) : distance(a, b);
    }

    /** Levenshtein's distance, of the letters and digits alone. */
    static int distance(String one, String other) {
        String a = letters(one);
        String b = letters(other);
        int[] costs = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            costs[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = costs[0];
            costs[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = costs[j];
                costs[j] = Math.min(change, Math.min(costs[j], costs[j - 1]) + 1);
            }
        }
        return costs[b.length()];
    }

    private static String letters(String text) {
        return text.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N}]", "");
    }
}
