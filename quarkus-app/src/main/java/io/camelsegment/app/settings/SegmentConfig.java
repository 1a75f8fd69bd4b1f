package io.camelsegment.app.settings;

import io.camelsegment.app.settings.YamlSettings.Shape;
import io.smallrye.common.expression.Expression;
import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.Expressions;
import io.smallrye.config.ProfileConfigSourceInterceptor;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.config.SysPropConfigSource;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.spi.ConfigSource;
import org.yaml.snakeyaml.error.YAMLException;

/**
 * The settings of all sources, by the names in {@link SettingsTable}. It checks names, shapes and types;
 * {@link Settings#read} reports these mistakes together with all others. Immutable.
 */
@Singleton
public final class SegmentConfig {

    private static final List<String> AT_THE_TOP = List.of("sources", "destinations", "workspace-id", "local-aws");

    /** A variable with nothing beside it, and without a default. */
    private static final Pattern NAMED = Pattern.compile("\\$\\{([^${}:]+)}");

    private static final Pattern ALONE = Pattern.compile("\\$\\{([^${}:]+)}");

    private final SmallRyeConfig config;
    private final Mistakes mistakes = new Mistakes();
    private final Map<List<String>, List<String>> values = new LinkedHashMap<>();
    private final Set<List<String>> names = new HashSet<>();
    private boolean readable = true;
    private boolean complete = true;

    /** Reads the settings. It collects their mistakes and throws nothing. */
    @Inject
    public SegmentConfig(Config config) {
        this.config = config.unwrap(SmallRyeConfig.class);
        Map<ConfigSource, List<Written>> written = read();
        Map<List<String>, List<Written>> winners = new LinkedHashMap<>();
        Set<List<String>> unknown = new HashSet<>();
        for (List<Written> ofSource : written.values()) {
            Map<List<String>, List<Written>> byPath = new LinkedHashMap<>();
            for (Written one : ofSource) {
                if (isInForce(one) && isGood(one, unknown)) {
                    byPath.computeIfAbsent(below(one.path()), path -> new ArrayList<>())
                            .add(one);
                }
            }
            byPath.forEach(winners::putIfAbsent);
        }
        winners.forEach(this::readValue);
        // Of a required setting whose name is misspelt, one mistake is enough.
        for (List<String> path : unknown) {
            List<String> nearest = path.isEmpty() ? path : NearestSetting.to(path);
            if (nearest.size() == path.size() && !names.contains(nearest)) {
                mistakes.isTold(SettingName.of(nearest));
            }
        }
    }

    /** Reads the settings again: the files as they are now, and all else as it was at the start. */
    SegmentConfig again() {
        List<String> profiles = new ArrayList<>(config.getProfiles());
        Collections.reverse(profiles); // it tells the last first, which wins
        Set<String> files = files(config);
        List<ConfigSource> others = new ArrayList<>();
        for (ConfigSource source : config.getConfigSources()) {
            if (!(source instanceof SettingsFile) && !isAgain(source, files)) {
                others.add(source);
            }
        }
        return new SegmentConfig(new SmallRyeConfigBuilder()
                .withProfiles(profiles)
                .addDefaultInterceptors()
                .addDiscoveredSecretKeysHandlers()
                .withSources(others)
                .withCustomizers(new SegmentConfigCustomizer())
                .build());
    }

    /** Returns where files of settings may be. */
    List<Path> files() {
        List<Path> files = new ArrayList<>(SegmentConfigCustomizer.paths(config.getProfiles()));
        text("config").map(Path::of).ifPresent(files::add);
        return files;
    }

    /** Returns what the files set for others, by names without profile, and its value in force. */
    Map<String, String> others() {
        Map<String, String> others = new TreeMap<>();
        for (ConfigSource source : config.getConfigSources()) {
            if (source instanceof SettingsFile) {
                for (String written : source.getPropertyNames()) {
                    String name = ProfileConfigSourceInterceptor.activeName(written, config.getProfiles());
                    if (!name.startsWith("%") && !name.startsWith(SettingName.PREFIX + ".")) {
                        others.put(name, other(name));
                    }
                }
            }
        }
        return others;
    }

    private static Set<String> files(SmallRyeConfig config) {
        Set<String> files = new HashSet<>();
        for (ConfigSource source : config.getConfigSources()) {
            if (source instanceof SettingsFile file) {
                files.add(file.file().toUri().toString());
            }
        }
        return files;
    }

    /** Returns whether a source is the framework's own reading of a file that we have read with its lines. */
    private static boolean isAgain(ConfigSource source, Set<String> files) {
        return source instanceof PropertiesConfigSource && files.stream().anyMatch(source.getName()::contains);
    }

    /** Returns what each source has, the one that wins first. */
    private Map<ConfigSource, List<Written>> read() {
        Map<ConfigSource, List<Written>> written = new LinkedHashMap<>();
        Map<String, Set<String>> named = new HashMap<>();
        Set<String> files = files(config);
        for (ConfigSource source : config.getConfigSources()) {
            if (source instanceof SettingsFile file) {
                file.tell(mistakes);
                readable &= file.isReadable();
                complete &= !file.hasMistakes();
            }
        }
        for (ConfigSource source : config.getConfigSources()) {
            List<Written> ofSource = isAgain(source, files) ? List.of() : written(source);
            written.put(source, ofSource);
            for (Written one : ofSource) {
                List<String> path = below(one.path());
                if (path.size() > 1) {
                    named.computeIfAbsent(path.get(0), group -> new TreeSet<>()).add(path.get(1));
                }
            }
        }
        Variables variables = new Variables(named, mistakes);
        written.replaceAll((source, ofSource) -> {
            if (source instanceof EnvConfigSource) {
                List<Written> all = new ArrayList<>(ofSource);
                all.addAll(variables.read(source.getProperties()));
                return all;
            }
            return ofSource;
        });
        return written;
    }

    private List<Written> written(ConfigSource source) {
        List<Written> written = new ArrayList<>();
        if (source instanceof SettingsFile file) {
            Set<List<String>> told = new HashSet<>();
            for (Written one : file.written()) {
                List<String> path = one.path();
                boolean ofProfile = path.get(0).startsWith("%") && path.size() > 1;
                String name = path.get(ofProfile ? 1 : 0);
                if (!name.equals(SettingName.PREFIX)) {
                    if (told.add(path.subList(0, ofProfile ? 2 : 1))) {
                        refuseAtTheTop(name, one);
                    }
                } else if (file.isNamed() && below(path).equals(List.of("config"))) {
                    refuse(
                            SettingName.of("config"),
                            "expected SEGMENT_CONFIG to name all files, but this one names another",
                            "remove it",
                            one);
                } else {
                    written.add(one);
                }
            }
            return written;
        }
        boolean environment = source instanceof EnvConfigSource;
        // Of the environment, getPropertyNames() has guesses of names, too.
        for (String name : environment ? source.getProperties().keySet() : source.getPropertyNames()) {
            if (name.startsWith(SettingName.PREFIX + ".") || name.matches("%[^.]*\\.segment\\..*")) {
                String value = source.getValue(name);
                if (value != null) {
                    String at = environment
                            ? " (environment variable)"
                            : source instanceof SysPropConfigSource ? " (system property)" : "";
                    written.add(Written.property(name, value, at));
                }
            }
        }
        return written;
    }

    /** Refuses what is meant for us, but stands beside {@code segment} instead of below it. */
    private void refuseAtTheTop(String name, Written one) {
        int before = mistakes.lines().size();
        if (AT_THE_TOP.contains(name)) {
            mistakes.add(name + ": expected below segment, but is beside it: put it there" + one.at());
        } else if (name.matches("(?s)(%[^.]*\\.)?segment\\..*|%[^.]*\\.segment")) {
            mistakes.add(SettingName.oneLine(name) + ": expected one key below the other, but was a name with dots:"
                    + " write " + SettingName.PREFIX + ":, and the rest below it" + one.at());
        } else if (NearestSetting.distance(name, SettingName.PREFIX) <= 2) {
            mistakes.add(SettingName.oneLine(name) + ": expected another name, since nothing reads this: did you mean "
                    + SettingName.PREFIX + "?" + one.at());
        }
        complete &= mistakes.lines().size() == before;
    }

    /** Returns the parts of a name below {@code segment}. */
    private static List<String> below(List<String> path) {
        int first = path.get(0).startsWith("%") ? 2 : 1;
        return path.subList(first, path.size()).stream().map(SettingName::part).toList();
    }

    /** Returns whether it is of no profile, or of one that is active. */
    private boolean isInForce(Written one) {
        String first = one.path().get(0);
        return !first.startsWith("%")
                || List.of(first.substring(1).split(",")).stream()
                        .map(String::strip)
                        .anyMatch(config.getProfiles()::contains);
    }

    /** Tells of unknown names and wrong shapes. */
    private boolean isGood(Written one, Set<List<String>> unknown) {
        List<String> path = below(one.path());
        String name = SettingName.of(path);
        if (isBelowAny(path, unknown)) {
            return false;
        }
        Optional<Setting> setting = SettingsTable.find(path);
        if (setting.isPresent()) {
            boolean list = setting.get().type().several() && (one.items() >= 0 || one.shape() != Shape.LIST);
            boolean good = one.shape() != Shape.GROUP
                    && (one.shape() != Shape.LIST || list)
                    && (one.index() < 0 || setting.get().type().several());
            if (!good) {
                refuse(
                        name,
                        "expected " + setting.get().type().expected() + ", but was "
                                + (one.shape() == Shape.GROUP ? "a group of settings" : "a list of something else"),
                        "write it as one value",
                        one);
                unknown.add(path);
                names.add(path);
            }
            return good;
        }
        if (path.isEmpty() || SettingsTable.isGroup(path)) {
            boolean good = one.shape() == Shape.GROUP || one.shape() == Shape.BLANK;
            if (!good) {
                refuse(
                        name,
                        "expected " + shapeOf(path) + ", but was "
                                + (one.shape() == Shape.LIST ? "a list" : "one value"),
                        "write it as in " + example(path),
                        one);
                unknown.add(path);
                names.add(path);
            }
            return good;
        }
        unknown.add(path);
        refuseUnknown(name, path, one);
        return false;
    }

    private static boolean isBelowAny(List<String> path, Set<List<String>> others) {
        for (int i = 0; i <= path.size(); i++) {
            if (others.contains(path.subList(0, i))) {
                return true;
            }
        }
        return false;
    }

    private void refuseUnknown(String name, List<String> path, Written one) {
        if (path.size() > 4 && path.get(0).equals("destinations") && path.get(2).equals("map")) {
            String row = String.join(".", path.subList(3, path.size()));
            refuse(
                    name,
                    "expected a row, but was a group of settings",
                    "if its name has dots, put it in quotes: map." + SettingName.quoted(row),
                    one);
            return;
        }
        List<String> nearest = NearestSetting.to(path);
        boolean beside = nearest.size() == path.size()
                && nearest.subList(0, path.size() - 1).equals(path.subList(0, path.size() - 1));
        refuse(
                name,
                "expected a setting, but there is none of this name",
                "did you mean " + (beside ? nearest.get(path.size() - 1) : SettingName.of(nearest)) + "?",
                one);
    }

    private void refuse(String name, String what, String mend, Written one) {
        mistakes.add(name + ": " + what + ": " + mend + one.at());
        mistakes.isTold(name);
    }

    private static String shapeOf(List<String> path) {
        List<String> words = SettingsTable.wordsBelow(path);
        if (!words.isEmpty()) {
            return "a group of settings such as " + words.get(0);
        }
        return path.get(path.size() - 1).equals("map") ? "rows" : "names with a group of settings each";
    }

    private static String example(List<String> path) {
        if (path.isEmpty()) {
            return "segment: { sources: { web: { write-key: … } } }";
        }
        return switch (path.get(0)) {
            case "sources" -> "sources: { web: { write-key: … } }";
            case "destinations" ->
                path.size() > 2
                        ? "map: { page: pages, \"*\": everything }"
                        : "destinations: { analytics: { type: kinesis, stream-name: events } }";
            default -> path.get(0) + ": { " + SettingsTable.wordsBelow(path).get(0) + ": … }";
        };
    }

    /** Reads what won; the paths of groups only say that these are there. */
    private void readValue(List<String> path, List<Written> all) {
        names.add(path);
        Optional<Setting> setting = SettingsTable.find(path);
        Written first = all.get(0);
        mistakes.place(
                SettingName.of(path), first.steps().size() == 1 ? first.steps().get(0) : first.at());
        for (int i = 0; i < first.steps().size(); i++) {
            mistakes.place(SettingName.of(path) + "[" + i + "]", first.steps().get(i));
        }
        if (setting.isEmpty()) {
            return;
        }
        String name = SettingName.of(path);
        if (first.word() && !setting.get().type().equals(SettingType.SWITCH)) {
            refuse(name, "expected text, but was a word that YAML reads as true or false", "put it in quotes", first);
            return;
        }
        List<String> found = new ArrayList<>();
        for (String one : namesOfValues(all)) {
            Optional<String> value = setting.get().type().equals(SettingType.STEPS) ? valueOfSteps(one) : value(one);
            if (value.isEmpty()) {
                String missing = missing(one);
                refuse(
                        name,
                        "expected a value for each ${…} in it, but " + missing + " has none",
                        "set it, or give it a default: ${" + missing + ":default}",
                        first);
                return;
            }
            boolean several = setting.get().type().several()
                    && !setting.get().type().equals(SettingType.STEPS)
                    && all.size() == 1
                    && first.items() < 0;
            found.addAll(several ? separated(value.get()) : List.of(value.get().strip()));
        }
        check(name, setting.get(), found, first).ifPresent(good -> values.put(path, good));
    }

    private static List<String> namesOfValues(List<Written> all) {
        Optional<Written> whole = all.stream().filter(one -> one.index() < 0).findFirst();
        if (whole.isEmpty()) {
            return all.stream()
                    .sorted(Comparator.comparing(Written::index))
                    .map(SegmentConfig::lookup)
                    .toList();
        }
        List<String> lookups = new ArrayList<>();
        for (int i = 0; i < whole.get().items(); i++) {
            lookups.add(lookup(whole.get()) + "[" + i + "]");
        }
        return whole.get().items() < 0 ? List.of(lookup(whole.get())) : lookups;
    }

    /** Returns the name by which the value is found, also that of a profile. */
    private static String lookup(Written one) {
        return one.path().get(0).startsWith("%")
                ? one.name().substring(one.name().indexOf('.') + 1)
                : one.name();
    }

    /** Returns a value with its expressions replaced; empty if one cannot be, and empty text where there is none. */
    private Optional<String> value(String name) {
        try {
            var value = config.getConfigValue(name);
            return value.getValue() == null && value.hasProblems()
                    ? Optional.empty()
                    : Optional.of(Optional.ofNullable(value.getValue()).orElse(""));
        } catch (NoSuchElementException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Returns the name of the first expression in a value that has none itself. */
    private String missing(String name) {
        String written =
                Expressions.withoutExpansion(() -> config.getConfigValue(name).getValue());
        return NAMED.matcher(written == null ? "" : written)
                .results()
                .map(found -> found.group(1))
                .filter(variable ->
                        value(variable).filter(text -> !text.isEmpty()).isEmpty())
                .findFirst()
                .orElse("NAME");
    }

    /**
     * Returns YAML with its expressions replaced in each text by itself: so a variable is text, whatever characters it
     * has.
     */
    private Optional<String> valueOfSteps(String name) {
        return value(name).map(whole -> {
            String written = unexpanded(name);
            try {
                return written.contains("$") ? FlowYaml.replace(written, this::expanded) : written;
            } catch (YAMLException | NoSuchElementException e) {
                return whole; // such as { a: ${A} }, which is YAML only now
            }
        });
    }

    /** Returns what is written; of a variable alone, what that has. */
    private String unexpanded(String name) {
        String written =
                Expressions.withoutExpansion(() -> config.getConfigValue(name).getValue());
        if (written == null) {
            return "";
        }
        Matcher variable = ALONE.matcher(written.strip());
        return variable.matches() ? unexpanded(variable.group(1)) : written;
    }

    /** Replaces expressions as the framework does. */
    private String expanded(String text) {
        return Expression.compile(
                        text.replace("\\$", "$$"),
                        Expression.Flag.LENIENT_SYNTAX,
                        Expression.Flag.NO_TRIM,
                        Expression.Flag.NO_SMART_BRACES,
                        Expression.Flag.DOUBLE_COLON)
                .evaluate((variable, target) -> {
                    String value = config.getConfigValue(variable.getKey()).getValue();
                    if (value != null) {
                        target.append(value);
                    } else if (variable.hasDefault()) {
                        variable.expandDefault();
                    } else {
                        throw new NoSuchElementException("expected a value of each expression, but one has none");
                    }
                });
    }

    private Optional<List<String>> check(String name, Setting setting, List<String> found, Written written) {
        SettingType type = setting.type();
        boolean blank = found.isEmpty() || found.stream().anyMatch(String::isEmpty);
        if (blank && (written.shape() == Shape.BLANK || !type.fits().test(""))) {
            if (!setting.required()) {
                refuse(
                        name,
                        "expected " + type.expected() + ", but it is empty",
                        "set it, or remove the line",
                        written);
            }
            return Optional.empty();
        }
        boolean mayShow = !setting.secret() && !type.equals(SettingType.URL); // a URL may hold a password
        for (String value : found) {
            if (!type.fits().test(value)) {
                refuse(
                        name,
                        "expected " + type.expected() + ", but was "
                                + (mayShow ? SettingName.quoted(value) : "something else"),
                        "set it to one, or remove it",
                        written);
                return Optional.empty();
            }
        }
        return Optional.of(List.copyOf(found));
    }

    /** Splits at commas, except those with a backslash. */
    private static List<String> separated(String value) {
        List<String> parts = new ArrayList<>();
        for (String part : value.split("(?<!\\\\),", -1)) {
            String plain = part.replace("\\,", ",").replace("\\\\", "\\").strip();
            if (!plain.isEmpty()) {
                parts.add(plain);
            }
        }
        return parts;
    }

    /**
     * The app's own stand-in for AWS.
     *
     * @param enabled whether the app runs it and delivers there
     * @param port    where it listens on the loopback interface; 0 for a free port
     */
    public record LocalAws(boolean enabled, int port) {}

    /**
     * What opens the management port.
     *
     * @param password a secret; empty for none
     * @param tokens   which bearer tokens; empty for none
     */
    public record Management(Optional<String> password, Optional<Tokens> tokens) {

        /** Names nothing, since it is secret. */
        @Override
        public String toString() {
            return "Management";
        }
    }

    /**
     * The bearer tokens of an OpenID provider.
     *
     * @param jwksUrl  where its keys are
     * @param audience one of the tokens' {@code aud}
     * @param issuer   their {@code iss}; null for any
     */
    public record Tokens(String jwksUrl, String audience, String issuer) {}

    /** Returns what opens the management port. */
    public Management management() {
        // One with a user is refused with the other mistakes; until then nothing opens by it.
        Optional<String> jwksUrl =
                text("management", "jwks-url").filter(url -> URI.create(url).getUserInfo() == null);
        Optional<String> audience = text("management", "audience");
        return new Management(
                text("management", "password"),
                jwksUrl.flatMap(url -> audience.map(
                        one -> new Tokens(url, one, text("management", "issuer").orElse(null)))));
    }

    /**
     * What the debugger page shows.
     *
     * @param enabled whether there is one
     * @param mask    the names of members of events whose values it hides
     */
    public record Debugger(boolean enabled, List<String> mask) {}

    /** Returns what the debugger page shows. */
    public Debugger debugger() {
        return new Debugger(
                flag("debugger", "enabled").orElse(true),
                list("debugger", "mask").orElse(List.of()));
    }

    /** Returns whether and where the app runs a stand-in for AWS. */
    public LocalAws localAws() {
        boolean standard = List.of("dev", "test", "local").stream().anyMatch(config.getProfiles()::contains);
        return new LocalAws(
                flag("local-aws", "enabled").orElse(standard),
                text("local-aws", "port").map(Integer::parseInt).orElse(4566));
    }

    /** Returns whether an event whose messageId a source has delivered before is not delivered again. */
    public boolean deduplicate() {
        return flag("deduplicate").orElse(true);
    }

    /** Returns the URL at which this machine reaches the tracking API, without a slash at its end. */
    public URI api() {
        String host = framework("quarkus.http.host", "localhost");
        String path = text("base-path").orElse("/v1").replaceAll("^/+|/+$", "");
        return URI.create("http://"
                + (host.equals("0.0.0.0") || host.equals("::")
                        ? "localhost"
                        : host.contains(":") ? "[" + host + "]" : host)
                + ":" + framework("quarkus.http.port", "8080") + (path.isEmpty() ? "" : "/" + path));
    }

    private String framework(String name, String standard) {
        String value = config.getConfigValue(name).getValue();
        return value == null || value.isBlank() ? standard : value.strip();
    }

    /** Returns the active profiles. */
    List<String> profiles() {
        return config.getProfiles();
    }

    /** Returns the sources of all settings, also of others. */
    SmallRyeConfig all() {
        return config;
    }

    /** Returns the paths below {@code segment} of all settings that are written, be it with a wrong value. */
    Set<List<String>> written() {
        Set<List<String>> settings = new HashSet<>(names);
        settings.removeIf(path -> SettingsTable.find(path).isEmpty());
        return settings;
    }

    /** Returns the value in force of a setting for others; the text {@code null} for none. */
    String other(String name) {
        return String.valueOf(config.getConfigValue(name).getValue());
    }

    /** Returns the good values by their path below {@code segment}. */
    Map<List<String>, List<String>> values() {
        return Collections.unmodifiableMap(values);
    }

    /** Returns where a setting stands, as the end of a mistake; empty where nothing tells. */
    String placeOf(List<String> path) {
        return mistakes.ownPlaceOf(SettingName.of(path));
    }

    /** Returns what is wrong so far. */
    Mistakes mistakes() {
        return new Mistakes(mistakes);
    }

    /** Returns whether all files could be read. */
    boolean isReadable() {
        return readable;
    }

    /** Returns whether nothing was left out that is written where it is not read. */
    boolean isComplete() {
        return complete;
    }

    /** Returns the names of all sources or destinations, sorted. */
    Set<String> names(String group) {
        Set<String> found = new TreeSet<>();
        for (List<String> path : names) {
            if (path.size() > 1 && path.get(0).equals(group)) {
                found.add(path.get(1));
            }
        }
        return found;
    }

    /** Returns the rows of a mapping, sorted; one left blank has an empty list. */
    Map<String, List<String>> rows(String destination) {
        Map<String, List<String>> rows = new TreeMap<>();
        for (List<String> path : names) {
            if (path.size() == 4 && path.subList(0, 3).equals(List.of("destinations", destination, "map"))) {
                rows.put(path.get(3), values.getOrDefault(path, List.of()));
            }
        }
        return rows;
    }

    /** Returns whether a setting is written, be it with a wrong value. */
    boolean isWritten(String... path) {
        return names.contains(List.of(path));
    }

    /** Returns a value; several are separated by commas. */
    Optional<String> text(String... path) {
        return list(path).map(list -> String.join(",", list));
    }

    /**
     * Returns the options of the component or of an endpoint, as Camel reads them.
     *
     * @param group nothing for the component, else {@code sources} or {@code destinations} and a name
     */
    Map<String, String> options(String... group) {
        Map<String, String> options = new TreeMap<>();
        values.forEach((path, found) -> {
            Setting setting = SettingsTable.find(path).orElseThrow();
            boolean inGroup = path.size() == group.length + 1
                    && path.subList(0, group.length).equals(List.of(group));
            if (inGroup && setting.option() != null) {
                options.put(setting.option(), setting.type().toOption(String.join(",", found)));
            }
        });
        return options;
    }

    Optional<List<String>> list(String... path) {
        return Optional.ofNullable(values.get(List.of(path)));
    }

    Optional<Boolean> flag(String... path) {
        return text(path).flatMap(SettingType::flag);
    }
}
