package io.camelsegment.app.routes;

import static java.util.regex.Pattern.CASE_INSENSITIVE;

import io.quarkus.runtime.configuration.ConfigurationException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;

/**
 * The Camel YAML routes in the directory {@code routes} of the app's {@link Home}. Camel's own routes-include-pattern
 * takes them too, but fails when there is no such directory. Camel Quarkus finds this class by itself.
 */
public class UserRoutes extends RouteBuilder {

    private static final String SUFFIX = ".camel.yaml";

    /** What Camel would load under another name. */
    private static final Pattern MISNAMED = Pattern.compile("[^.].*\\.(ya?ml|xml|java|groovy|kts)", CASE_INSENSITIVE);

    /**
     * Returns whether there is any.
     *
     * @throws ConfigurationException if a file looks like one, but has a name that is not loaded
     */
    public static boolean exist() {
        return !files().isEmpty();
    }

    @Override
    public void configure() throws Exception {
        List<Resource> resources = new ArrayList<>();
        for (Path file : files()) {
            resources.add(ResourceHelper.resolveMandatoryResource(getContext(), "file:" + file));
        }
        PluginHelper.getRoutesLoader(getContext()).loadRoutes(resources);
    }

    /** Returns the files, sorted. */
    private static List<Path> files() {
        Path directory = Home.get().directory().resolve("routes");
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (var stream = Files.newDirectoryStream(directory)) {
            List<Path> files = new ArrayList<>();
            for (Path file : stream) {
                String name = file.getFileName().toString();
                if (name.endsWith(SUFFIX)) {
                    files.add(file);
                } else if (MISNAMED.matcher(name).matches()) {
                    throw misnamed(file, name);
                }
            }
            Collections.sort(files);
            return files;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ConfigurationException misnamed(Path file, String name) {
        String stem = name.replaceAll("(?i)(\\.camel)?\\.[a-z]+$", "");
        boolean yaml = name.toLowerCase(Locale.ROOT).matches(".*ya?ml");
        return new ConfigurationException(file + ": expected a name that ends with " + SUFFIX
                + ", as only Camel routes in YAML are loaded: "
                + (yaml ? "rename it to " + stem + SUFFIX : "write the routes in YAML") + ", or move it elsewhere");
    }
}
