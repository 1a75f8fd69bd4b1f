package io.camelsegment.app.settings;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.smallrye.config.ConfigSourceContext;
import io.smallrye.config.ConfigSourceFactory;
import io.smallrye.config.ConfigValue;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.config.SmallRyeConfigBuilderCustomizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.spi.ConfigSource;

/**
 * Adds the collector's files to the sources of settings: those in the directory {@code config}, and the one that
 * SEGMENT_CONFIG names, which wins over these and loses to environment variables and system properties.
 */
@RegisterForReflection // made by Java's services, also in a binary
public final class SegmentConfigCustomizer implements SmallRyeConfigBuilderCustomizer {

    /** As in Quarkus, with one more, so that of two readings of a file ours wins, which knows the lines. */
    private static final int PROPERTIES_ORDINAL = 261;

    private static final int YAML_ORDINAL = 265;

    private static final List<String> ENDINGS = List.of("yaml", "yml", "properties");

    /** Above those in the directory, below environment variables (300). */
    private static final int FILE_ORDINAL = 275;

    @Override
    public void configBuilder(SmallRyeConfigBuilder builder) {
        builder.withSources(files().toArray(ConfigSource[]::new));
        builder.withSources((ConfigSourceFactory) SegmentConfigCustomizer::furtherFiles);
    }

    private static Iterable<ConfigSource> furtherFiles(ConfigSourceContext context) {
        List<ConfigSource> sources = new ArrayList<>();
        context.getProfiles().forEach(profile -> sources.addAll(files("application-" + profile, 1)));
        ConfigValue file = context.getValue("segment.config");
        if (file != null && file.getValue() != null && !file.getValue().isBlank()) {
            sources.add(SettingsFile.required(Path.of(file.getValue().strip()), FILE_ORDINAL));
        }
        return sources;
    }

    /** Reads the files of all profiles. */
    static List<SettingsFile> files() {
        return files("application", 0);
    }

    /** Returns where the files of all profiles may be, and those of these. */
    static List<Path> paths(List<String> profiles) {
        List<Path> paths = new ArrayList<>();
        Stream.concat(Stream.of("application"), profiles.stream().map(profile -> "application-" + profile))
                .forEach(name -> ENDINGS.forEach(ending -> paths.add(directory().resolve(name + "." + ending))));
        return paths;
    }

    private static List<SettingsFile> files(String name, int above) {
        Path directory = directory();
        List<SettingsFile> files = new ArrayList<>();
        for (String ending : ENDINGS) {
            int ordinal = ending.equals("properties") ? PROPERTIES_ORDINAL : YAML_ORDINAL;
            SettingsFile.read(directory.resolve(name + "." + ending), ordinal + above)
                    .ifPresent(files::add);
        }
        return files;
    }

    /** Returns where Quarkus looks, too. */
    private static Path directory() {
        Path home = Path.of(System.getProperty("user.dir"));
        return home.equals(Path.of("").toAbsolutePath()) ? Path.of("config") : home.resolve("config");
    }
}
