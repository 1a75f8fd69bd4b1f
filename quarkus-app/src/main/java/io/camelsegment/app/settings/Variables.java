package io.camelsegment.app.settings;

import io.camelsegment.event.EventType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Reads the names of environment variables. */
final class Variables {

    private static final String PREFIX = "SEGMENT_";

    private static final String ADDRESS = "[0-9a-fA-F.:]+";

    /** What Kubernetes sets in all containers for a service whose name begins with segment, and with which values. */
    private static final Map<Pattern, Pattern> SERVICE_LINKS = Map.of(
            Pattern.compile("SEGMENT_(.*_)?SERVICE_HOST"), Pattern.compile(ADDRESS + "|None"),
            Pattern.compile("SEGMENT_(.*_)?SERVICE_PORT(_.*)?"), Pattern.compile("[0-9]+"),
            Pattern.compile("SEGMENT_(.*_)?PORT"), Pattern.compile("(tcp|udp|sctp)://.*"),
            Pattern.compile("SEGMENT_(.*_)?PORT_[0-9]+_(TCP|UDP|SCTP)"), Pattern.compile("(tcp|udp|sctp)://.*"),
            Pattern.compile("SEGMENT_(.*_)?PORT_[0-9]+_(TCP|UDP|SCTP)_PROTO"), Pattern.compile("tcp|udp|sctp"),
            Pattern.compile("SEGMENT_(.*_)?PORT_[0-9]+_(TCP|UDP|SCTP)_PORT"), Pattern.compile("[0-9]+"),
            Pattern.compile("SEGMENT_(.*_)?PORT_[0-9]+_(TCP|UDP|SCTP)_ADDR"), Pattern.compile(ADDRESS));

    /** The names of sources and destinations that files and properties have. */
    private final Map<String, Set<String>> names;

    private final Mistakes mistakes;

    /**
     * @param names by {@code sources} and {@code destinations}
     */
    Variables(Map<String, Set<String>> names, Mistakes mistakes) {
        this.names = names;
        this.mistakes = mistakes;
    }

    /** Returns the variable of a setting; null where it has none. */
    static String name(List<String> pattern, String name) {
        List<String> parts = new ArrayList<>();
        for (int i = 0; i < pattern.size(); i++) {
            parts.add(!pattern.get(i).equals(Setting.ANY) ? pattern.get(i) : i == 1 ? name : "page");
        }
        return PREFIX + SettingName.variable(String.join("_", parts));
    }

    /** Returns what the variables set, and tells of those that set nothing. */
    List<Written> read(Map<String, String> variables) {
        List<Written> written = new ArrayList<>();
        new TreeMap<>(variables).forEach((variable, value) -> {
            if (variable.toUpperCase(Locale.ROOT).startsWith(PREFIX)) {
                path(variable, value).ifPresent(path -> written.add(Written.variable(path, variable, value)));
            }
        });
        return written;
    }

    private Optional<List<String>> path(String variable, String value) {
        List<List<String>> paths = new ArrayList<>();
        SettingsTable.ROWS.forEach(row -> path(row.pattern(), variable).ifPresent(paths::add));
        List<List<String>> known = paths.stream()
                .filter(path -> path.size() < 3 || isKnown(path.get(1), path.get(2)))
                .toList();
        if (!known.isEmpty()) {
            return Optional.of(known.get(0));
        }
        if (!paths.isEmpty()) {
            // The shortest name is that of the longest setting.
            paths.sort((one, other) ->
                    Integer.compare(one.get(2).length(), other.get(2).length()));
            return Optional.of(paths.get(0));
        }
        if (!isServiceLink(variable, value)) {
            refuse(variable);
        }
        return Optional.empty();
    }

    /** Returns the path that a variable gives a value, if it is one of these settings. */
    private Optional<List<String>> path(List<String> pattern, String variable) {
        if (!pattern.contains(Setting.ANY)) {
            return variable.equals(name(pattern, "")) ? Optional.of(withPrefix(pattern, "", "")) : Optional.empty();
        }
        String before = PREFIX + SettingName.variable(pattern.get(0)) + "_";
        for (String row : pattern.size() < 4 ? List.of("") : rows()) {
            String after =
                    "_" + SettingName.variable(pattern.get(2)) + (row.isEmpty() ? "" : "_" + SettingName.variable(row));
            if (variable.startsWith(before)
                    && variable.endsWith(after)
                    && variable.length() > before.length() + after.length()) {
                String name = variable.substring(before.length(), variable.length() - after.length());
                return Optional.of(withPrefix(pattern, chosen(pattern.get(0), name, variable), row.replace("\"", "")));
            }
        }
        return Optional.empty();
    }

    /** The mapping's rows that a variable can name. */
    private static List<String> rows() {
        List<String> rows = new ArrayList<>(List.of("\"*\"", "*"));
        Arrays.stream(EventType.values()).map(EventType::specName).forEach(rows::add);
        return rows;
    }

    private static List<String> withPrefix(List<String> pattern, String name, String row) {
        List<String> path = new ArrayList<>(List.of(SettingName.PREFIX));
        for (int i = 0; i < pattern.size(); i++) {
            path.add(!pattern.get(i).equals(Setting.ANY) ? pattern.get(i) : i == 1 ? name : row);
        }
        return List.copyOf(path);
    }

    private boolean isKnown(String group, String name) {
        return names.getOrDefault(group, Set.of()).contains(name);
    }

    /** Returns the name that a variable means: that of the files which is written like this, else a new one. */
    private String chosen(String group, String written, String variable) {
        List<String> meant = names.getOrDefault(group, Set.of()).stream()
                .filter(name -> SettingName.variable(name).equals(written))
                .toList();
        if (meant.size() > 1) {
            mistakes.add(variable + ": expected the variable of one name, but it is that of "
                    + String.join(
                            " and ", meant.stream().map(SettingName::quoted).toList())
                    + ": set it in a file");
        }
        return meant.isEmpty() ? written.toLowerCase(Locale.ROOT).replace('_', '-') : meant.get(0);
    }

    private static boolean isServiceLink(String variable, String value) {
        return SERVICE_LINKS.entrySet().stream()
                .anyMatch(link -> link.getKey().matcher(variable).matches()
                        && link.getValue().matcher(value).matches());
    }

    /** Names the variable alone: its value may be a secret. */
    private void refuse(String variable) {
        int map = variable.indexOf("_MAP_");
        if (variable.startsWith(PREFIX + "DESTINATIONS_") && map > 0) {
            String start = variable.substring(0, map + "_MAP_".length());
            mistakes.add(variable + ": expected a row of the mapping that is a type or *, such as " + start
                    + "PAGE, but was another, which a variable cannot name: set it in a file");
            return;
        }
        String nearest = NearestSetting.toVariable(variable);
        String setting = path(nearest)
                .map(path -> SettingName.of(path.subList(1, path.size())))
                .orElse("");
        mistakes.add(variable + ": expected the variable of a setting, but there is none of this name: did you mean "
                + nearest + ", which sets " + setting + "?");
    }

    private Optional<List<String>> path(String variable) {
        return SettingsTable.ROWS.stream()
                .flatMap(row -> path(row.pattern(), variable).stream())
                .findFirst();
    }
}
