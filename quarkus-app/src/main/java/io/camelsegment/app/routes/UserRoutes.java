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
import org.apache.camel.CamelContext;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.model.Model;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Camel YAML routes in the directory {@code routes} of the app's {@link Home}. They may replace those that the
 * settings stand for, by their ids. Camel's own routes-include-pattern
 * takes them too, but fails when there is no such directory. Camel Quarkus finds this class by itself.
 */
public class UserRoutes extends RouteBuilder {

    private static final Logger LOG = LoggerFactory.getLogger(UserRoutes.class);

    /** The ids of the routes that {@link SegmentRoutes} builds. */
    private static final Pattern BUILT = Pattern.compile("segment-(source|destination|unmapped)-.*", Pattern.DOTALL);

    private static final String SUFFIX = ".camel.yaml";

    /** YAML files under other names. This project's own folder {@code routes} has files of other kinds. */
    private static final Pattern MISNAMED = Pattern.compile("[^.].*\\.ya?ml", CASE_INSENSITIVE);

    private List<RoutesBuilder> builders = List.of();

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
        builders = load(getContext(), resources);
    }

    /** Makes the routes of templates, which Camel asks for when it has the templates of all files. */
    @Override
    public void addTemplatedRoutesToCamelContext(CamelContext context) throws Exception {
        for (RoutesBuilder builder : builders) {
            context.addTemplatedRoutes(builder);
        }
    }

    /**
     * Loads routes, but for those of templates. One with the id of a route that the settings stand for replaces it, and
     * starts before the sources, as that one would.
     *
     * @return what was loaded
     */
    static List<RoutesBuilder> load(CamelContext context, List<Resource> resources) throws Exception {
        Model model = context.getCamelContextExtension().getContextPlugin(Model.class);
        int startupOrder = 1;
        List<RoutesBuilder> loaded =
                List.copyOf(PluginHelper.getRoutesLoader(context).findRoutesBuilders(resources));
        for (RoutesBuilder builder : loaded) {
            if (builder instanceof RouteBuilder routes) {
                for (RouteDefinition route : routes.configureRoutes(context).getRoutes()) {
                    String id = route.getRouteId();
                    if (id == null || !replaces(id)) {
                        continue;
                    }
                    RouteDefinition built = model.getRouteDefinition(id);
                    if (built != null) {
                        model.removeRouteDefinition(built);
                        LOG.info("The route {} of the directory routes replaces that of the settings", id);
                    }
                    if (id.startsWith("segment-destination-")) {
                        keepOffEventLoops(model);
                        if (route.getStartupOrder() == null) {
                            route.setStartupOrder(startupOrder++);
                        }
                    }
                }
            }
            context.addRoutes(builder);
        }
        return loaded;
    }

    /** Returns whether a route of this id stands in the place of one that {@link SegmentRoutes} builds. */
    static boolean replaces(String routeId) {
        return BUILT.matcher(routeId).matches();
    }

    /** Lets the sources that the settings stand for run on worker threads: a step of the user may block. */
    private static void keepOffEventLoops(Model model) {
        for (RouteDefinition route : model.getRouteDefinitions()) {
            if (route.getRouteId() != null && route.getRouteId().startsWith("segment-source-")) {
                String uri = route.getInput().getUri();
                route.getInput().setUri(uri.replace("useEventLoop=true", "useEventLoop=false"));
            }
        }
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
