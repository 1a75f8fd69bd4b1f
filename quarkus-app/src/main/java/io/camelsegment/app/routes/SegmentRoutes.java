package io.camelsegment.app.routes;

import io.camelsegment.memory.MessageIdRepository;
import io.camelsegment.routes.FanOut;
import io.camelsegment.routes.FirehoseMapping;
import io.camelsegment.sink.SharedBeans;
import io.camelsegment.tracking.SegmentEndpoint;
import io.quarkus.runtime.configuration.ConfigurationException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.apache.camel.Component;
import org.apache.camel.Processor;
import org.apache.camel.Route;
import org.apache.camel.RuntimeCamelException;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.model.Model;
import org.apache.camel.model.OnExceptionDefinition;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.spi.IdempotentRepository;
import org.apache.camel.support.PropertyBindingSupport;
import org.apache.camel.util.ObjectHelper;
import org.apache.camel.util.URISupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Builds one route for each source and each destination, all with an id and a description:
 *
 * <ul>
 *   <li>{@code segment-source-<name>} takes events from {@code segment:<name>} and sends each to all of its
 *       destinations at once; the sender gets its answer when all have accepted it that are required;
 *   <li>{@code segment-destination-<name>} takes events from {@code direct:segment-destination-<name>}, where other
 *       routes may send events too, and delivers them; that of a destination which is not required fails no exchange,
 *       but hands it to the destination's dead letters.
 * </ul>
 *
 * <p>In URIs, what a name has beside letters, digits, {@code .}, {@code -}, {@code _} and {@code *} is encoded.
 *
 * <p>Write keys and secret IDs are bound to the registry, and the endpoint URIs refer to them: so no URI holds a
 * secret.
 */
public final class SegmentRoutes extends RouteBuilder {

    /** The bean name of the repository that {@link #setDeduplicate} uses; bound when there is none. */
    public static final String MESSAGE_IDS_BEAN = "segmentMessageIds";

    private static final Logger LOG = LoggerFactory.getLogger(SegmentRoutes.class);

    private static final int SHARE_OF_HEAP = 10;

    private static final Set<String> SECRET_OPTIONS = Set.of("sharedSecret", "invalidUri");

    private static final Pattern PLAIN = Pattern.compile("[\\w.:/,*-]*");

    private final List<Source> sources;
    private final List<Destination> destinations;
    private final Map<String, Delivery> deliveries = new TreeMap<>();
    private final Map<String, MissedEvents> missed = new TreeMap<>();
    private final MissingRoutes missing = new MissingRoutes();
    private Map<String, String> componentOptions = Map.of();
    private boolean deduplicate;
    private boolean onlyChecked;
    /** Null before the routes are configured. */
    private TransformsInForce transforms;

    /**
     * Creates the builder.
     *
     * @throws IllegalArgumentException if a source has no destination: its events would be accepted and lost
     */
    public SegmentRoutes(List<Source> sources, List<Destination> destinations) {
        this.sources = List.copyOf(sources);
        this.destinations = List.copyOf(destinations);
        for (Destination destination : destinations) {
            deliveries.put(destination.name(), destination.delivery());
            if (!destination.duty().required()) {
                boolean kept = destination.duty().deadLetterUri() != null;
                missed.put(destination.name(), new MissedEvents(destination.name(), kept));
            }
        }
        for (Source source : sources) {
            if (destinationsOf(source).isEmpty()) {
                throw new IllegalArgumentException("expected at least one destination for the source " + source.name()
                        + ", but none names it: add it to a destination's sources");
            }
        }
    }

    /**
     * Sets whether a source ignores an event whose messageId it has delivered before; off by default. All sources
     * remember in the {@code IdempotentRepository} named {@value #MESSAGE_IDS_BEAN}; if there is none, for 24 hours in
     * a tenth of the heap.
     */
    public void setDeduplicate(boolean deduplicate) {
        this.deduplicate = deduplicate;
    }

    /** Sets options of the component {@code segment}, by name; those that are not named stay as they are. */
    public void setComponentOptions(Map<String, String> componentOptions) {
        this.componentOptions = Map.copyOf(componentOptions);
    }

    /** Lets nothing start with these routes, which will not run. */
    void setOnlyChecked() {
        onlyChecked = true;
    }

    /** Returns what the destinations that are not required did not get, by destination name, sorted. */
    public Map<String, MissedEvents> missed() {
        return Collections.unmodifiableMap(missed);
    }

    /** Returns a source with the write keys and the transform that it has now, while its route runs. */
    public Source inForce(Source source) {
        Route route = getContext().getRoute(id("segment-source-", source.name()));
        return new Source(
                source.name(),
                route != null && route.getEndpoint() instanceof SegmentEndpoint running
                        ? running.getConfiguration().getWriteKey()
                        : source.writeKey(),
                source.options(),
                transforms.inForce(transformOf("sources", source.name()), source.transform()));
    }

    /** Returns a destination with the transform that it has now. */
    public Destination inForce(Destination destination) {
        return destination.withTransform(
                transforms.inForce(transformOf("destinations", destination.name()), destination.transform()));
    }

    /** Returns the transforms of the routes, which have been configured. */
    TransformsInForce transforms() {
        return transforms;
    }

    @Override
    public void configure() {
        transforms = new TransformsInForce(getContext());
        configureComponent();
        checkEndpoints();
        if (!onlyChecked) {
            addStartupListener();
        }
        // A sender sends a failed event again, and the sink tells of its trouble once:
        // a log entry for each event would only bury that in an outage.
        errorHandler(noErrorHandler());
        if (deduplicate
                && getContext().getRegistry().lookupByNameAndType(MESSAGE_IDS_BEAN, IdempotentRepository.class)
                        == null) {
            MessageIdRepository ids = new MessageIdRepository();
            ids.setMaxBytes(Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP);
            bindToRegistry(MESSAGE_IDS_BEAN, ids);
        }
        // Destinations first: routes start in this order, so no event comes in before there is a way out.
        destinations.forEach(this::configureDestination);
        sources.forEach(this::configureSource);
    }

    private void addStartupListener() {
        try {
            getContext().addStartupListener(missing);
        } catch (Exception e) {
            throw RuntimeCamelException.wrapRuntimeException(e);
        }
    }

    /** Returns a line for each route that is missing, when all routes are known. */
    List<String> missingRoutes() {
        return missing.mistakes(getContext());
    }

    /** Before its initialisation, if no other route has used it yet. */
    private void configureComponent() {
        if (!componentOptions.isEmpty()) {
            Component component = getContext().getComponent("segment", true, false);
            PropertyBindingSupport.build()
                    .withCamelContext(getContext())
                    .withTarget(component)
                    .withConfigurer(component.getComponentPropertyConfigurer())
                    .withProperties(new HashMap<>(componentOptions))
                    .withMandatory(true)
                    .bind();
        }
    }

    /** Tells of all URIs at once that Camel does not know. */
    private void checkEndpoints() {
        List<String> mistakes = new ArrayList<>();
        for (Destination destination : destinations) {
            missing.addReplaceable(id("segment-destination-", destination.name()));
            if (deliveries.get(destination.name()).mapping().isPresent()) {
                missing.addReplaceable(id("segment-unmapped-", destination.name()));
            }
            String deadLetterUri = destination.duty().deadLetterUri();
            checkEndpoint("destinations", destination.name(), "dead-letter-uri", deadLetterUri, mistakes);
            checkEndpoints("destinations", destination.name(), destination.transform(), missing, mistakes);
            deliveries
                    .get(destination.name())
                    .mapping()
                    .map(MappedDelivery::unmapped)
                    .filter(FirehoseMapping::isUri)
                    .ifPresent(uri -> checkEndpoint("destinations", destination.name(), "unmapped", uri, mistakes));
        }
        for (Source source : sources) {
            missing.addReplaceable(id("segment-source-", source.name()));
            checkEndpoint(
                    "sources", source.name(), "invalid-uri", source.options().get("invalidUri"), mistakes);
            checkEndpoints("sources", source.name(), source.transform(), missing, mistakes);
        }
        if (!mistakes.isEmpty()) {
            throw new ConfigurationException(String.join(System.lineSeparator(), mistakes));
        }
    }

    private void checkEndpoints(
            String group, String name, Transform transform, MissingRoutes routes, List<String> mistakes) {
        transform.uris().forEach(uri -> checkEndpoint(group, name, "transform", uri, routes, mistakes));
    }

    /** Returns a line for each endpoint of transforms that Camel does not know, or that no route takes events from. */
    List<String> mistakesOf(Collection<Source> changedSources, Collection<Destination> changedDestinations) {
        MissingRoutes routes = new MissingRoutes();
        List<String> mistakes = new ArrayList<>();
        changedSources.forEach(one -> checkEndpoints("sources", one.name(), one.transform(), routes, mistakes));
        changedDestinations.forEach(
                one -> checkEndpoints("destinations", one.name(), one.transform(), routes, mistakes));
        mistakes.addAll(routes.mistakes(getContext()));
        return mistakes;
    }

    private void checkEndpoint(String group, String name, String setting, String uri, List<String> mistakes) {
        checkEndpoint(group, name, setting, uri, missing, mistakes);
    }

    private void checkEndpoint(
            String group, String name, String setting, String uri, MissingRoutes routes, List<String> mistakes) {
        boolean transform = setting.equals("transform");
        if (uri == null || (!transform && EventFiles.directoryOf(uri).isPresent())) {
            return;
        }
        try {
            getContext().getEndpoint(uri);
            routes.addTarget("segment." + group + "." + name + "." + setting, uri);
        } catch (RuntimeException e) {
            List<Throwable> causes = new ArrayList<>();
            ObjectHelper.createExceptionIterable(e).forEach(causes::add); // the first cause first
            mistakes.add("segment." + group + "." + name + "." + setting
                    + ": expected a Camel endpoint, such as "
                    + (transform ? "direct:clean" : "file:" + directory(setting)) + ", but "
                    + BadEndpoint.reason(causes) + ": correct it");
        }
    }

    static String transformOf(String group, String name) {
        return "segment." + group + "." + name + ".transform";
    }

    private static String directory(String setting) {
        return setting.equals("dead-letter-uri") ? "dead-letters" : setting.replace("-uri", "");
    }

    private void configureDestination(Destination destination) {
        if (isReplaced(id("segment-destination-", destination.name()))) {
            LOG.info("The route segment-destination-{} of the user replaces that of the settings", destination.name());
            return;
        }
        deliveries.get(destination.name()).mapping().ifPresent(mapping -> keepUnmapped(destination, mapping));
        String routeId = id("segment-destination-", destination.name());
        var route = from(uriOf(destination))
                .streamCache("false")
                .routeId(routeId)
                .routeDescription(destination.description());
        MissedEvents misses = missed.get(destination.name());
        var transform =
                transforms.place(transformOf("destinations", destination.name()), routeId, destination.transform());
        if (misses != null) {
            keepFailures(route, misses, destination);
            route.process(exchange -> Untransformed.keep(exchange, transform));
            route.process(new SpareMemory(SharedBeans.memoryBudget(getContext())));
        }
        route.process(transform);
        if (misses != null) {
            route.process(Untransformed::forget);
        }
        deliveries.get(destination.name()).addTo(route, parameters(destination));
        if (misses != null) {
            route.process(misses::delivered);
        }
    }

    /** Ends the failures of a destination that is not required in its own route. */
    private void keepFailures(RouteDefinition route, MissedEvents misses, Destination destination) {
        route.errorHandler(defaultErrorHandler().logNewException(false));
        OnExceptionDefinition onFailure =
                route.onException(Exception.class).handled(true).process(misses::missed);
        String deadLetterUri = destination.duty().deadLetterUri();
        if (deadLetterUri != null) {
            // Own threads: dead letters may block, and this thread routes events or continues those of all sinks.
            onFailure.threads();
            EventFiles.directoryOf(deadLetterUri)
                    .ifPresentOrElse(
                            directory -> onFailure.process(deadLetterFiles(directory, destination)),
                            () -> onFailure.process(Untransformed::restore).to(deadLetterUri));
        }
    }

    private Processor deadLetterFiles(Path directory, Destination destination) {
        EventFiles files = eventFiles(directory, encoded(destination.name()));
        EventFiles untransformed = eventFiles(directory, encoded(destination.name()) + "-untransformed");
        return exchange -> (Untransformed.restore(exchange) ? untransformed : files).process(exchange);
    }

    /** Lets the events that no row of a mapping fits go to files by the hour, as dead letters do. */
    private void keepUnmapped(Destination destination, MappedDelivery mapping) {
        Optional.ofNullable(mapping.unmapped()).flatMap(EventFiles::directoryOf).ifPresent(directory -> {
            String uri = "direct:segment-unmapped-" + inUri(destination.name());
            from(uri)
                    .streamCache("false")
                    .routeId(id("segment-unmapped-", destination.name()))
                    .routeDescription("Keeps the events that no row of " + destination.name() + " fits")
                    .process(eventFiles(directory, encoded(destination.name()) + "-unmapped"));
            mapping.setUnmapped(uri);
        });
    }

    private EventFiles eventFiles(Path directory, String name) {
        EventFiles files = new EventFiles(directory, name, Clock.systemUTC());
        if (onlyChecked) {
            return files;
        }
        try {
            getContext().addService(files); // also where the route does not start and stop it: behind an onException
        } catch (Exception e) {
            throw RuntimeCamelException.wrapRuntimeException(e);
        }
        return files;
    }

    /**
     * Returns whether a user's route of that id is there already; {@link UserRoutes} removes ours if it comes later.
     */
    private boolean isReplaced(String id) {
        return getContext()
                        .getCamelContextExtension()
                        .getContextPlugin(Model.class)
                        .getRouteDefinition(id)
                != null;
    }

    private void configureSource(Source source) {
        if (isReplaced(id("segment-source-", source.name()))) {
            LOG.info("The route segment-source-{} of the user replaces that of the settings", source.name());
            return;
        }
        List<Destination> targets = destinationsOf(source);
        Map<String, Object> parameters = options("segmentSource-" + source.name(), source.options());
        parameters.putIfAbsent("exchange", "request");
        if (!source.transform().mayBlock() && targets.stream().noneMatch(this::mayBlock)) {
            parameters.putIfAbsent("useEventLoop", true);
        } else {
            LOG.info(
                    "Source {}: its route runs on worker threads, not on the event loop:"
                            + " a transform, a destination's dead-letter-uri or unmapped, or a route that replaces a"
                            + " destination, may block",
                    source.name());
        }
        if (!source.writeKey().isEmpty()) {
            parameters.put("writeKey", bindSecret("segmentWriteKey-" + encoded(source.name()), source.writeKey()));
        }
        if (deduplicate) {
            parameters.put("deduplicate", true);
            parameters.put("idempotentRepository", "#bean:" + MESSAGE_IDS_BEAN);
        }
        RouteDefinition route = from(uri("segment:" + encoded(source.name()), parameters))
                .streamCache("false")
                .routeId(id("segment-source-", source.name()))
                .routeDescription(id(
                        "Events of the source ",
                        source.name() + " to "
                                + String.join(
                                        ", ",
                                        targets.stream().map(Destination::name).toList())));
        route.process(transforms.place(
                transformOf("sources", source.name()), id("segment-source-", source.name()), source.transform()));
        Map<String, MissedEvents> optional = optionalUris(targets);
        if (!optional.isEmpty()) {
            route.process(new OptionalRecipients(optional)).id(id("segment-optional-", source.name()));
        }
        String[] required = requiredUris(targets);
        if (required.length > 0) {
            route.process(FanOut.to(required)).id(id("segment-fan-out-", source.name()));
        }
    }

    /** Returns whether events of a destination may go to an endpoint that is not ours. */
    private boolean mayBlock(Destination destination) {
        return isReplaced(id("segment-destination-", destination.name()))
                || destination.duty().deadLetterUri() != null
                || destination.transform().mayBlock()
                || deliveries
                        .get(destination.name())
                        .mapping()
                        .map(MappedDelivery::unmapped)
                        .filter(FirehoseMapping::isUri)
                        .isPresent();
    }

    private static String[] requiredUris(List<Destination> targets) {
        return targets.stream()
                .filter(destination -> destination.duty().required())
                .map(SegmentRoutes::uriWithoutWaiting)
                .toArray(String[]::new);
    }

    private Map<String, MissedEvents> optionalUris(List<Destination> targets) {
        Map<String, MissedEvents> uris = new LinkedHashMap<>();
        targets.stream()
                .filter(destination -> !destination.duty().required())
                .forEach(destination -> uris.put(uriWithoutWaiting(destination), missed.get(destination.name())));
        return uris;
    }

    /** A stopped destination fails its events at once instead of holding their thread until it is back. */
    private static String uriWithoutWaiting(Destination destination) {
        return uriOf(destination) + "?block=false";
    }

    private Map<String, Object> parameters(Destination destination) {
        AwsAccess aws = destination.aws();
        Map<String, Object> parameters = options("segmentDestination-" + destination.name(), aws.options());
        parameters.put("region", aws.region());
        parameters.put("roleAddress", aws.roleAddress());
        if (aws.secretId() != null) {
            parameters.put("secretId", bindSecret("segmentSecretId-" + encoded(destination.name()), aws.secretId()));
        }
        if (aws.endpointOverride() != null) {
            parameters.put("overrideEndpoint", true);
            parameters.put("uriEndpointOverride", aws.endpointOverride().toString());
        }
        parameters.values().removeIf(Objects::isNull);
        return parameters;
    }

    /** Returns the options of an endpoint; those that are secret, or that a URI may change, are references to beans. */
    private Map<String, Object> options(String owner, Map<String, String> options) {
        Map<String, Object> parameters = new LinkedHashMap<>();
        options.forEach((option, value) -> parameters.put(
                option,
                SECRET_OPTIONS.contains(option) || !PLAIN.matcher(value).matches()
                        ? bindSecret(encoded(owner) + "-" + option, value)
                        : value));
        return parameters;
    }

    private String bindSecret(String name, String secret) {
        bindToRegistry(name, secret);
        return "#bean:" + name;
    }

    private List<Destination> destinationsOf(Source source) {
        return destinations.stream()
                .filter(destination -> destination.sources().contains(source.name()))
                .toList();
    }

    private static String uriOf(Destination destination) {
        return "direct:segment-destination-" + inUri(destination.name());
    }

    /** Returns a name as the end of an id, where Camel would look for placeholders of properties. */
    static String id(String start, String name) {
        return start + name.replace("{{", "%7B%7B").replace("}}", "%7D%7D");
    }

    /** Returns a name as the path of a URI, with the wide question mark: behind the other, Camel looks for options. */
    static String inUri(String name) {
        return encoded(name.replace('?', '\uFF1F'));
    }

    /** Returns a name as a part of a URI. */
    static String encoded(String name) {
        return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** Builds an endpoint URI; the values are encoded, so that they may hold any character. */
    static String uri(String endpoint, Map<String, Object> parameters) {
        return parameters.isEmpty() ? endpoint : endpoint + "?" + URISupport.createQueryString(parameters);
    }
}
