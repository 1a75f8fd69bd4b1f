package io.camelsegment.app.settings;

import io.camelsegment.app.routes.Destination;
import io.camelsegment.app.routes.RunningRoutes;
import io.camelsegment.app.routes.Source;
import io.quarkus.runtime.configuration.ConfigurationException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/**
 * The settings of an app that runs. When their files change, it brings into force what can change without a restart,
 * and tells what cannot. Thread-safe.
 */
public final class ReloadedSettings {

    private final SegmentConfig started;
    private final boolean userRoutes;
    private final RunningRoutes routes;
    /** The values in force of settings that reload, by path. */
    private final Map<List<String>, List<String>> inForce = new HashMap<>();

    private SegmentConfig last;

    /**
     * What a reading of the settings brought.
     *
     * @param changed      the names of the settings that are in force now, sorted
     * @param needsRestart the names of all settings, sources and destinations that are in force only after a restart,
     *     and of others in the files, sorted
     */
    public record Outcome(List<String> changed, List<String> needsRestart) {}

    /**
     * @param started    the settings with which the app has started
     * @param userRoutes whether there are Camel routes beside the app
     * @param routes     that were built from the settings
     */
    public ReloadedSettings(SegmentConfig started, boolean userRoutes, RunningRoutes routes) {
        this.started = started;
        this.last = started;
        this.userRoutes = userRoutes;
        this.routes = routes;
        started.values().forEach((path, values) -> {
            if (reloads(path)) {
                inForce.put(path, values);
            }
        });
    }

    private static boolean reloads(List<String> path) {
        return SettingsTable.find(path).filter(Setting::reloads).isPresent();
    }

    /** Returns where files of settings may be. */
    public synchronized List<Path> files() {
        return last.files();
    }

    /**
     * Reads the files again, and brings into force what has changed in them.
     *
     * @throws ConfigurationException if something is wrong: one line for each mistake, with file, line and column, and
     *     no secret in any. Then nothing changes
     */
    public synchronized Outcome reload() {
        SegmentConfig now = started.again();
        Settings settings = Settings.read(now, userRoutes);
        Set<List<String>> reloading = new HashSet<>();
        Set<String> needsRestart = new TreeSet<>(changedOthers(now));
        for (List<String> path : changedPaths(now)) {
            String group = path.size() > 1 ? path.get(0) : "";
            boolean named = group.equals("sources") || group.equals("destinations");
            boolean isThere = named && now.names(group).contains(path.get(1));
            boolean wasThere = named && started.names(group).contains(path.get(1));
            if (isThere && wasThere && reloads(path) && isInForce(path)) {
                reloading.add(path);
            } else {
                boolean whole = named && isThere != wasThere;
                needsRestart.add(SettingName.of(whole ? path.subList(0, 2) : path));
            }
        }
        for (String source : keepingKeys(now)) {
            List<String> path = keyOf(source);
            if (reloading.remove(path)) {
                needsRestart.add(SettingName.of(path));
            }
        }
        bringIntoForce(reloading, settings, now);
        last = now;
        return new Outcome(reloading.stream().map(SettingName::of).sorted().toList(), List.copyOf(needsRestart));
    }

    private boolean isInForce(List<String> path) {
        return path.get(0).equals("sources") ? routes.hasSource(path.get(1)) : routes.hasDestination(path.get(1));
    }

    /** Returns the settings that have another value than the one in force. */
    private Set<List<String>> changedPaths(SegmentConfig now) {
        Set<List<String>> changed = new HashSet<>();
        for (Set<List<String>> paths : List.of(started.written(), now.written(), inForce.keySet())) {
            for (List<String> path : paths) {
                List<String> before =
                        reloads(path) ? inForce.get(path) : started.values().get(path);
                boolean same = Objects.equals(before, now.values().get(path))
                        && (reloads(path)
                                || started.written().contains(path)
                                        == now.written().contains(path));
                if (!same) {
                    changed.add(path);
                }
            }
        }
        return changed;
    }

    private Set<String> changedOthers(SegmentConfig now) {
        Map<String, String> before = started.others();
        Map<String, String> after = now.others();
        Set<String> changed = new TreeSet<>(before.keySet());
        changed.addAll(after.keySet());
        // What only one file had may also be elsewhere, with the value that is in force then.
        changed.removeIf(name -> Objects.equals(
                before.getOrDefault(name, started.other(name)), after.getOrDefault(name, now.other(name))));
        return changed;
    }

    private static List<String> keyOf(String source) {
        return List.of("sources", source, "write-key");
    }

    /**
     * Returns the sources that have to keep their write keys until a restart: what they get another one has until then,
     * or what they lose another one gets only then. Without this rule, events of these keys would be refused meanwhile.
     */
    private Set<String> keepingKeys(SegmentConfig now) {
        Set<String> fixed = new TreeSet<>(started.names("sources"));
        fixed.addAll(now.names("sources"));
        fixed.removeIf(source -> started.names("sources").contains(source)
                && now.names("sources").contains(source)
                && routes.hasSource(source)
                && (!wanted(now, source).isEmpty() || webhook(started, source)));
        boolean more = true;
        while (more) {
            Set<String> held = new HashSet<>();
            Set<String> later = new HashSet<>();
            for (String source : fixed) {
                held.addAll(present(source));
                later.addAll(wanted(now, source));
            }
            more = false;
            for (String source : now.names("sources")) {
                Set<String> gained = new HashSet<>(wanted(now, source));
                gained.removeAll(present(source));
                Set<String> lost = new HashSet<>(present(source));
                lost.removeAll(wanted(now, source));
                if (!fixed.contains(source)
                        && (!Collections.disjoint(gained, held) || !Collections.disjoint(lost, later))) {
                    fixed.add(source);
                    more = true;
                    break;
                }
            }
        }
        return fixed;
    }

    private List<String> present(String source) {
        return inForce.getOrDefault(keyOf(source), List.of());
    }

    private static List<String> wanted(SegmentConfig now, String source) {
        return now.values().getOrDefault(keyOf(source), List.of());
    }

    private static boolean webhook(SegmentConfig config, String source) {
        return config.flag("sources", source, "webhook").orElse(false);
    }

    private void bringIntoForce(Set<List<String>> reloading, Settings settings, SegmentConfig now) {
        Set<String> names = new HashSet<>();
        reloading.forEach(path -> names.add(path.get(0) + "." + path.get(1)));
        List<Source> sources = new ArrayList<>();
        for (Source source : settings.sources()) {
            if (names.contains("sources." + source.name())) {
                boolean keeps = !reloading.contains(keyOf(source.name()));
                String keys = String.join(",", keeps ? present(source.name()) : wanted(now, source.name()));
                sources.add(new Source(source.name(), keys, source.options(), source.transform()));
            }
        }
        List<Destination> destinations = settings.destinations().stream()
                .filter(destination -> names.contains("destinations." + destination.name()))
                .toList();
        if (!names.isEmpty()) {
            change(sources, destinations, now);
        }
        for (List<String> path : reloading) {
            List<String> values = now.values().get(path);
            if (values == null) {
                inForce.remove(path);
            } else {
                inForce.put(path, values);
            }
        }
    }

    private void change(Collection<Source> sources, Collection<Destination> destinations, SegmentConfig now) {
        try {
            routes.change(sources, destinations);
        } catch (ConfigurationException e) {
            Mistakes mistakes = now.mistakes();
            e.getMessage().lines().forEach(line -> {
                int colon = line.indexOf(": ");
                mistakes.add(line.substring(0, colon), line.substring(colon + 2)); // with its place
            });
            mistakes.throwIfAny();
        }
    }
}
