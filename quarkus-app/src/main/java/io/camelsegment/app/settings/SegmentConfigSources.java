package io.camelsegment.app.settings;

import io.quarkus.runtime.configuration.ConfigurationException;
import io.smallrye.config.ConfigSourceContext;
import io.smallrye.config.ConfigSourceFactory;
import io.smallrye.config.ConfigValue;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.source.yaml.YamlConfigSource;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.microprofile.config.spi.ConfigSource;
import org.yaml.snakeyaml.error.YAMLException;

/**
 * Adds the file that SEGMENT_CONFIG names, and what YAML files leave blank.
 *
 * <p>The file wins over the app's own files and loses to environment variables and system properties.
 *
 * <p>It also remembers the active profiles, which nothing else knows before the settings are complete.
 *
 * <p>SmallRye Config drops YAML entries without a value. A mapping row without a stream or a source without a write key
 * would be gone before anyone could refuse it, and its events with it. Here they come back as empty values.
 */
public final class SegmentConfigSources implements ConfigSourceFactory {

    /** Above application.properties in the directory config (260), below environment variables (300). */
    private static final int FILE_ORDINAL = 275;

    /**
     * How to mend settings that must not be blank: without them a destination has wider defaults than may be meant.
     */
    private static final Map<String, String> NEVER_BLANK = Map.of(
            "sources", "name them, or remove the line for all sources",
            "role-address", "set it, or remove the line for AWS's default credentials",
            "secret-id", "set it, or remove the line for the workspace ID",
            "dead-letter-uri", "set it, or remove the line to drop what the destination does not accept",
            "unmapped", "set it, or remove the line to drop the events that no row fits");

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
                Map<String, String> blanks = blanks(YamlSettings.read(text(source.getName())));
                if (!blanks.isEmpty()) {
                    sources.add(new PropertiesConfigSource(
                            blanks, "Entries without a value in " + source.getName(), source.getOrdinal()));
                }
            }
        }
        ConfigValue file = context.getValue("segment.config");
        if (file != null && file.getValue() != null && !file.getValue().isBlank()) {
            sources.add(source(Path.of(file.getValue().strip())));
        }
        return sources;
    }

    private static ConfigSource source(Path file) {
        try {
            if (file.toString().endsWith(".properties")) {
                return new PropertiesConfigSource(file.toUri().toURL(), FILE_ORDINAL);
            }
            YamlSettings yaml = YamlSettings.read(Files.readString(file));
            Map<String, String> values = new TreeMap<>(yaml.values());
            values.putAll(blanks(yaml));
            return new YamlConfigSource(file.toString(), values, FILE_ORDINAL);
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

    /** Returns the text behind a source that is named {@code YamlConfigSource[source=<url>]}; empty without a URL. */
    private static String text(String name) {
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

    /** Returns the settings that must not be lost because they are blank, each with an empty value. */
    private static Map<String, String> blanks(YamlSettings yaml) {
        Map<String, String> blanks = new TreeMap<>();
        for (List<String> path : yaml.blanks()) {
            String name = String.join(".", path);
            String group = path.size() < 3 ? "" : path.get(0) + "." + path.get(1);
            if (group.equals("segment.sources") && path.size() == 3) {
                blanks.put(name + ".write-key", "");
            } else if (group.equals("segment.destinations") && path.size() == 3) {
                blanks.put(name + ".type", "");
            } else if (group.equals("segment.destinations") && path.size() == 4) {
                refuseBlank(name, path.get(3));
            } else if (group.equals("segment.destinations")
                    && path.size() == 5
                    && path.get(3).equals("map")) {
                blanks.put(name, "");
            }
        }
        return blanks;
    }

    private static void refuseBlank(String name, String setting) {
        if (NEVER_BLANK.containsKey(setting)) {
            throw new ConfigurationException(name + ": expected a value, but it is empty: " + NEVER_BLANK.get(setting));
        }
    }
}
