package io.camelsegment.app;

import io.camelsegment.app.routes.Destination;
import io.camelsegment.app.routes.Home;
import io.camelsegment.app.routes.Source;
import io.camelsegment.app.settings.Settings;
import io.camelsegment.aws.AwsSinkEndpoint;
import io.camelsegment.aws.StreamArn;
import io.smallrye.config.ConfigValue;
import io.smallrye.config.SmallRyeConfig;
import java.net.URI;
import java.nio.file.Path;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.util.URISupport;

/** What runs, in a few lines for the log of the start: no key, no secret ID, no query of a URI. */
final class StartSummary {

    private static final Pattern FILE = Pattern.compile("source=(file:[^\\]]+)]");

    private final StringBuilder text = new StringBuilder("The collector runs:");
    private final Settings settings;

    private StartSummary(Settings settings) {
        this.settings = settings;
    }

    static String of(Settings settings, SmallRyeConfig config, CamelContext context) {
        StartSummary summary = new StartSummary(settings);
        summary.add("home", Home.get().toString());
        summary.add("settings", places(config));
        settings.sources().forEach(summary::add);
        settings.destinations().forEach(summary::add);
        summary.addRoutes(context);
        return summary.text.toString();
    }

    private void add(String name, String value) {
        text.append("\n  ").append(name).append(": ").append(value);
    }

    private void add(Source source) {
        add(
                "source " + source.name(),
                settings.destinations().stream()
                                .filter(destination -> destination.sources().contains(source.name()))
                                .map(Destination::name)
                                .collect(Collectors.joining(", ", "to ", ""))
                        + (source.transform().steps().isEmpty() ? "" : ", transform")
                        + (source.options().containsKey("invalidUri") ? ", invalid-uri" : ""));
    }

    private void add(Destination destination) {
        URI endpoint = destination.aws().endpointOverride();
        add(
                "destination " + destination.name(),
                destination.service().word() + " in " + destination.aws().region()
                        + (endpoint == null ? "" : " at " + address(endpoint))
                        + ", " + (destination.streams().size() == 1 ? "stream " : "streams ")
                        + String.join(", ", destination.streams())
                        + (destination.transform().steps().isEmpty() ? "" : ", transform")
                        + (destination.rows() == null || destination.rows().unmapped() == null ? "" : ", unmapped")
                        + (destination.duty().required() ? "" : ", not required")
                        + (destination.duty().deadLetterUri() == null ? "" : ", dead-letter-uri"));
    }

    /** Returns the host, and the port if one is given; not the user, who may have a password. */
    private static String address(URI endpoint) {
        return endpoint.getHost() + (endpoint.getPort() < 0 ? "" : ":" + endpoint.getPort());
    }

    /** Adds what the user's own routes have beyond the settings. */
    private void addRoutes(CamelContext context) {
        for (Route route : context.getRoutes()) {
            if (!route.getRouteId().matches("segment-(source|destination|unmapped)-.*")) {
                add(
                        "route " + route.getRouteId(),
                        "from " + URISupport.sanitizeUri(route.getEndpoint().getEndpointBaseUri()));
            }
        }
        Set<String> known = settings.destinations().stream()
                .flatMap(destination -> destination.streams().stream()
                        .map(stream -> stream(
                                destination.service().word(),
                                stream,
                                destination.aws().region())))
                .collect(Collectors.toSet());
        Set<String> others = new TreeSet<>();
        context.getEndpoints().forEach(endpoint -> {
            if (endpoint instanceof AwsSinkEndpoint<?> sink) {
                others.add(stream(
                        sink.getServiceProtocol(),
                        sink.getStreamName(),
                        sink.getConfiguration().getRegion()));
            }
        });
        others.removeAll(known);
        if (!others.isEmpty()) {
            add("streams of routes", String.join(", ", others));
        }
    }

    private static String stream(String service, String name, String region) {
        return service + " " + StreamArn.name(name) + " in " + region;
    }

    /** Returns where settings of the collector came from, those that win last. */
    private static String places(SmallRyeConfig config) {
        SortedMap<Integer, Set<String>> places = new TreeMap<>();
        for (String name : config.getPropertyNames()) {
            if (name.startsWith("segment.") && !name.equals("segment.config") && !name.equals("segment.home")) {
                ConfigValue value = config.getConfigValue(name);
                String place = place(value.getSourceName());
                if (place != null) {
                    places.computeIfAbsent(value.getSourceOrdinal(), ordinal -> new TreeSet<>())
                            .add(place);
                }
            }
        }
        return places.isEmpty()
                ? "none"
                : places.values().stream().flatMap(Set::stream).distinct().collect(Collectors.joining(", "));
    }

    /** Returns the words for a source of settings; null for the app's own defaults. */
    private static String place(String source) {
        if (source == null) {
            return null;
        }
        if (source.contains("EnvConfigSource")) {
            return "environment variables";
        }
        if (source.contains("SysPropConfigSource")) {
            return "system properties";
        }
        Matcher file = FILE.matcher(source);
        return file.find() ? Path.of(URI.create(file.group(1))).toString() : null;
    }
}
