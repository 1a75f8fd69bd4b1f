package io.camelsegment.app.settings;

import io.camelsegment.app.routes.Home;
import io.camelsegment.app.routes.Service;
import io.camelsegment.app.settings.EffectiveSetting.Origin;
import io.camelsegment.aws.StreamArn;
import io.smallrye.config.ConfigValue;
import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.SysPropConfigSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.apache.camel.util.SensitiveUtils;
import org.eclipse.microprofile.config.spi.ConfigSource;

/**
 * All settings in force: those below {@code segment} with their defaults, some of the framework's that users ask for,
 * and whatever else a file, a variable or a system property sets for Quarkus and Camel. No secret is among the values.
 */
public final class EffectiveSettings {

    /** What of Quarkus a collector's users look for. */
    private static final Map<String, String> OF_QUARKUS = new TreeMap<>(Map.of(
            "quarkus.http.host", "0.0.0.0",
            "quarkus.http.port", "8080",
            "quarkus.management.host", "127.0.0.1",
            "quarkus.management.port", "9000",
            "quarkus.shutdown.delay", "1s",
            "quarkus.log.level", "INFO",
            "camel.main.shutdown-timeout", "4"));

    /** Settings that hold for others which are not set. */
    private static final Map<String, List<String>> INHERITED = Map.of(
            "destinations.*.endpoint-override", List.of("aws", "endpoint-override"),
            "destinations.*.secret-id", List.of("workspace-id"),
            "aws.sts-endpoint-override", List.of("aws", "endpoint-override"));

    private static final Pattern OTHERS = Pattern.compile("(?:%[^.]*\\.)?(?:quarkus|camel)\\..*");
    private static final Pattern VARIABLES = Pattern.compile("(?:_[A-Z0-9]+_)?(?:QUARKUS|CAMEL)_[A-Z0-9_]+");

    /** What may be secret, by the name of the setting. */
    private static final Pattern SECRETS = Pattern.compile(
            "(?i).*(passw|passphrase|secret|credential|token|private|salt|(access|api|write|encryption|shared|sas)"
                    + "[._-]?key|jaas|connection[._-]?string).*|.*[._-]key");

    private final SegmentConfig config;
    private final List<EffectiveSetting> found = new ArrayList<>();

    private EffectiveSettings(SegmentConfig config) {
        this.config = config;
    }

    /** Returns all of them, in the order of the table; values that were refused are left out. */
    public static List<EffectiveSetting> of(SegmentConfig config) {
        EffectiveSettings settings = new EffectiveSettings(config);
        for (Setting row : SettingsTable.ROWS) {
            if (row.pattern().contains(Setting.ANY)) {
                continue;
            }
            settings.add(row, row.pattern(), null);
        }
        config.names("sources").forEach(name -> settings.addGroup("sources", name, null));
        for (String name : config.names("destinations")) {
            Optional<String> type = config.text("destinations", name, "type");
            settings.addGroup(
                    "destinations",
                    name,
                    type.flatMap(word -> Service.named(word.toLowerCase(Locale.ROOT)))
                            .orElse(Service.KINESIS));
        }
        settings.addOthers();
        return List.copyOf(settings.found);
    }

    private void addGroup(String group, String name, Service service) {
        for (Setting row : SettingsTable.ROWS) {
            if (!row.pattern().get(0).equals(group)) {
                continue;
            }
            if (row.pattern().size() < 4) {
                add(row, List.of(group, name, row.pattern().get(2)), service);
            } else {
                config.rows(name)
                        .forEach((event, streams) ->
                                add(row, List.of(group, name, row.pattern().get(2), event), service));
            }
        }
    }

    private void add(Setting row, List<String> path, Service service) {
        String name = SettingName.of(path);
        List<String> values = config.values().get(path);
        if (values != null) {
            found.add(new EffectiveSetting(name, values, null, row.secret(), Origin.of(config.placeOf(path))));
            return;
        }
        if (config.isWritten(path.toArray(String[]::new)) || !isOf(row, service)) {
            return; // refused, or of the other service
        }
        if (addInherited(row, name, path)) {
            return;
        }
        Optional<String> value = standard(row, service, path);
        found.add(new EffectiveSetting(
                name,
                value.map(List::of).orElse(List.of()),
                value.isPresent() ? null : words(row),
                false,
                Origin.DEFAULT));
    }

    /** Adds what another setting stands for. */
    private boolean addInherited(Setting row, String name, List<String> path) {
        List<String> from = INHERITED.get(String.join(".", row.pattern()));
        if (from == null || !config.values().containsKey(from)) {
            return false;
        }
        if (row.word().equals("secret-id") && !config.isWritten(path.get(0), path.get(1), "role-address")) {
            return false;
        }
        found.add(new EffectiveSetting(
                name, config.values().get(from), null, row.secret(), Origin.of(config.placeOf(from))));
        return true;
    }

    private static boolean isOf(Setting row, Service service) {
        return service != Service.FIREHOSE
                || !Set.of("stream-name", "use-message-id").contains(row.word());
    }

    /** Returns the value that holds for a setting which is not set. */
    private Optional<String> standard(Setting row, Service service, List<String> path) {
        return switch (String.join(".", row.pattern())) {
            case "home" -> Optional.of(Home.get().toString());
            case "destinations.*.region" ->
                config.text(path.get(0), path.get(1), "stream-name")
                        .flatMap(StreamArn::find)
                        .map(StreamArn::region)
                        .or(() -> Optional.of(AwsAccessReader.DEFAULT_REGION));
            case "local-aws.enabled" ->
                Optional.of(String.valueOf(config.localAws().enabled()));
            default ->
                row.option() != null
                        ? OptionDefaults.of(row, service)
                        : Optional.of(row.standard())
                                .filter(text -> text.matches("`[^`]+`"))
                                .map(text -> text.replace("`", ""))
                                .filter(text -> !text.startsWith("segment."));
        };
    }

    private static String words(Setting row) {
        return row.standard() == null ? "none" : row.standard().replace("`", "");
    }

    /** Adds what is not below {@code segment}. */
    private void addOthers() {
        OF_QUARKUS.forEach((name, standard) -> {
            ConfigValue value = config.all().getConfigValue(name);
            boolean set = value.getValue() != null && origin(value).isPresent();
            found.add(new EffectiveSetting(
                    name,
                    List.of(set ? value.getValue() : standard),
                    null,
                    false,
                    set ? origin(value).get() : Origin.DEFAULT));
        });
        Set<String> told = new HashSet<>(OF_QUARKUS.keySet());
        Set<String> variables = new HashSet<>();
        OF_QUARKUS.keySet().forEach(name -> variables.add(SettingName.variable(name)));
        for (ConfigSource source : config.all().getConfigSources()) {
            if (source instanceof SettingsFile || source instanceof SysPropConfigSource) {
                source.getPropertyNames().stream()
                        .filter(name -> OTHERS.matcher(name).matches())
                        .flatMap(name -> inForce(name).stream())
                        .sorted()
                        .filter(told::add)
                        .forEach(this::addOther);
            } else if (source instanceof EnvConfigSource) {
                source.getProperties().keySet().stream()
                        .filter(name -> VARIABLES.matcher(name).matches())
                        .sorted()
                        .filter(variables::add)
                        .forEach(name -> found.add(new EffectiveSetting(
                                name,
                                List.of(source.getValue(name)),
                                null,
                                isSecret(name),
                                new Origin("environment", name, 0, 0))));
            }
        }
    }

    /** Returns a name without its profile; empty if that is not active. */
    private Optional<String> inForce(String name) {
        if (!name.startsWith("%")) {
            return Optional.of(name);
        }
        int dot = name.indexOf('.');
        boolean active = List.of(name.substring(1, dot).split(",")).stream()
                .map(String::strip)
                .anyMatch(config.profiles()::contains);
        return active ? Optional.of(name.substring(dot + 1)) : Optional.empty();
    }

    private void addOther(String name) {
        ConfigValue value = config.all().getConfigValue(name);
        if (value.getValue() != null) {
            found.add(new EffectiveSetting(
                    name,
                    List.of(value.getValue()),
                    null,
                    isSecret(name),
                    origin(value).orElse(Origin.DEFAULT)));
        }
    }

    private static boolean isSecret(String name) {
        return SECRETS.matcher(name).matches() || SensitiveUtils.containsSensitive(name);
    }

    /** Returns where a value of the framework comes from; empty for the app's own. */
    private Optional<Origin> origin(ConfigValue value) {
        String source = String.valueOf(value.getSourceName());
        if (source.contains("EnvConfigSource")) {
            return Optional.of(new Origin("environment", SettingName.variable(value.getName()), 0, 0));
        }
        if (source.contains("SysPropConfigSource")) {
            return Optional.of(new Origin("property", null, 0, 0));
        }
        for (ConfigSource one : config.all().getConfigSources()) {
            if (one instanceof SettingsFile file && one.getName().equals(source)) {
                return Optional.of(file.written().stream()
                        .filter(written -> written.name().equals(value.getName())
                                || written.name().endsWith("." + value.getName()))
                        .map(written -> Origin.of(written.at()))
                        .findFirst()
                        .orElse(new Origin("file", file.file().toString(), 0, 0)));
            }
        }
        return Optional.empty();
    }
}
