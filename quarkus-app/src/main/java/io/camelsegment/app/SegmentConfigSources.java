package io.camelsegment.app;

import io.quarkus.runtime.configuration.ConfigurationException;
import io.smallrye.config.ConfigSourceContext;
import io.smallrye.config.ConfigSourceFactory;
import io.smallrye.config.ConfigValue;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.source.yaml.YamlConfigSource;
import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.microprofile.config.spi.ConfigSource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/**
 * Adds the file that SEGMENT_CONFIG names, and what YAML files leave blank.
 *
 * <p>The file wins over the app's own files and loses to environment variables and system properties.
 *
 * <p>It also remembers the active profiles, which nothing else can tell before the settings are complete.
 *
 * <p>The YAML source of SmallRye Config drops entries without a value. A mapping row without a stream or a source without a
 * write key would so be gone before anyone could refuse it, and its events with it. Here they come back as empty values.
 */
final class SegmentConfigSources implements ConfigSourceFactory {

    /** Above application.properties in the directory config (260), below environment variables (300). */
    private static final int FILE_ORDINAL = 275;

    private List<String> profiles = List.of();

    /** Returns the active profiles; empty before the sources were asked for. */
    List<String> profiles() {
        return profiles;
    }

    @Override
    public Iterable<ConfigSource> getConfigSources(ConfigSourceContext context) {
        profiles = List.copyOf(context.getProfiles());
        List<ConfigSource> sources = new ArrayList<>();
        for (ConfigSource source : context.getConfigSources()) {
            if (source instanceof YamlConfigSource) {
                addBlanks(sources, source.getName(), read(source.getName()), source.getOrdinal());
            }
        }
        ConfigValue file = context.getValue("segment.config");
        if (file != null && file.getValue() != null && !file.getValue().isBlank()) {
            addFile(sources, Path.of(file.getValue().strip()));
        }
        return sources;
    }

    private static void addFile(List<ConfigSource> sources, Path file) {
        try {
            URL url = file.toUri().toURL();
            if (file.toString().endsWith(".properties")) {
                sources.add(new PropertiesConfigSource(url, FILE_ORDINAL));
            } else {
                String yaml = Files.readString(file);
                sources.add(new YamlConfigSource(url, FILE_ORDINAL));
                addBlanks(sources, file.toString(), yaml, FILE_ORDINAL);
            }
        } catch (NoSuchFileException e) {
            throw new ConfigurationException(
                    "SEGMENT_CONFIG: expected a file of YAML or properties, but there is none at "
                            + file.toAbsolutePath() + ": set it to the file's path");
        } catch (IOException | YAMLException e) {
            // Not the parser's message, which quotes the lines around the mistake, and with them perhaps a secret.
            throw new ConfigurationException("SEGMENT_CONFIG: expected a file of YAML or properties, but "
                    + file.toAbsolutePath() + " cannot be read as one ("
                    + e.getClass().getSimpleName()
                    + "): mend its syntax");
        }
    }

    /** Returns the text behind a source that is named {@code YamlConfigSource[source=<url>]}, or nothing without a URL. */
    private static String read(String name) {
        String url = name.substring(name.indexOf('=') + 1, Math.max(name.indexOf('=') + 1, name.lastIndexOf(']')));
        if (!url.contains(":")) {
            return "";
        }
        try (var stream = URI.create(url).toURL().openStream()) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException | IllegalArgumentException e) {
            return "";
        }
    }

    private static void addBlanks(List<ConfigSource> sources, String name, String yaml, int ordinal) {
        Map<String, String> blanks = blanks(yaml);
        if (!blanks.isEmpty()) {
            sources.add(new PropertiesConfigSource(blanks, "Entries without a value in " + name, ordinal));
        }
    }

    /** Returns the settings without a value in a YAML text, by name, each with an empty value. */
    static Map<String, String> blanks(String yaml) {
        Map<String, String> blanks = new TreeMap<>();
        for (Object document : new Yaml(new SafeConstructor(new LoaderOptions())).loadAll(yaml)) {
            Map<?, ?> segment = map(map(document).get("segment"));
            map(segment.get("sources")).forEach((name, source) -> {
                if (isBlank(source)) {
                    blanks.put("segment.sources." + quoted(name) + ".write-key", "");
                }
            });
            map(segment.get("destinations")).forEach((name, destination) -> {
                String key = "segment.destinations." + quoted(name);
                if (isBlank(destination)) {
                    blanks.put(key + ".type", "");
                }
                refuseBlank(map(destination), key, "sources", "name them, or remove the line for all sources");
                refuseBlank(
                        map(destination),
                        key,
                        "role-address",
                        "set it, or remove the line for AWS's default credentials");
                refuseBlank(map(destination), key, "secret-id", "set it, or remove the line for the workspace ID");
                refuseBlank(
                        map(destination),
                        key,
                        "dead-letter-uri",
                        "set it, or remove the line to drop what the destination does not accept");
                map(map(destination).get("map")).forEach((event, streams) -> {
                    if (isBlank(streams)) {
                        blanks.put(key + ".map." + quoted(event), "");
                    }
                });
            });
        }
        return blanks;
    }

    /** Absent, these have a default that is wider than what an empty value may have been meant for. */
    private static void refuseBlank(Map<?, ?> destination, String key, String setting, String mend) {
        if (destination.containsKey(setting) && isBlank(destination.get(setting))) {
            throw new ConfigurationException(key + "." + setting + ": expected a value, but it is empty: " + mend);
        }
    }

    private static Map<?, ?> map(Object value) {
        return value instanceof Map<?, ?> map ? map : Map.of();
    }

    private static boolean isBlank(Object value) {
        return value == null || value.equals(Map.of()) || value.equals(List.of());
    }

    private static String quoted(Object key) {
        String name = String.valueOf(key);
        return name.contains(".") ? '"' + name + '"' : name;
    }
}
