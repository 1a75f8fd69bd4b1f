package io.camelsegment.app.routes;

import static java.util.regex.Pattern.CASE_INSENSITIVE;

import io.quarkus.runtime.configuration.ConfigurationException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
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

    /** YAML files under other names. This project's own folder {@code routes} has files of other kinds. */
    private static final Pattern MISNAMED = Pattern.compile("[^.].*\\.ya?ml", CASE_INSENSITIVE);

    /** Returns whether there is any, be it under a wrong name. */
    public static boolean exist() {
        return !files(name -> true).isEmpty();
    }

    /** Returns a line for each file that looks like one, but has a name that is not loaded, or nothing in it. */
    public static List<String> mistakes() {
        return files(name -> true).stream()
                .map(UserRoutes::mistake)
                .flatMap(Optional::stream)
                .toList();
    }

    private static Optional<String> mistake(Path file) {
        if (!nameOf(file).endsWith(SUFFIX)) {
            return Optional.of(misnamed(file));
        }
        return file.toFile().length() > 0
                ? Optional.empty()
                : Optional.of(file + ": expected Camel routes in YAML, but it is empty: write one, or remove the file");
    }

    @Override
    public void configure() throws Exception {
        List<String> mistakes = mistakes();
        if (!mistakes.isEmpty()) {
            throw new ConfigurationException(String.join(System.lineSeparator(), mistakes));
        }
        List<Resource> resources = new ArrayList<>();
        for (Path file : files(name -> name.endsWith(SUFFIX))) {
            resources.add(ResourceHelper.resolveMandatoryResource(getContext(), "file:" + file));
        }
        PluginHelper.getRoutesLoader(getContext()).loadRoutes(resources);
    }

    /** Returns the files of routes that have such a name, sorted. */
    private static List<Path> files(Predicate<String> name) {
        Path directory = Home.get().directory().resolve("routes");
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> isRoutes(nameOf(file)) && name.test(nameOf(file)))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isRoutes(String name) {
        return name.endsWith(SUFFIX) || MISNAMED.matcher(name).matches();
    }

    private static String nameOf(Path file) {
        return file.getFileName().toString();
    }

    private static String misnamed(Path file) {
        String stem = nameOf(file).replaceAll("(?i)(\\.camel)?\\.[a-z]+$", "");
        return file + ": expected a name that ends with " + SUFFIX + ", as only such files are loaded: rename it to "
                + stem + SUFFIX + ", or move it elsewhere";
    }
}
