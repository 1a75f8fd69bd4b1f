package io.camelsegment.app.routes;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.camel.CamelContext;
import org.apache.camel.model.EndpointRequiredDefinition;
import org.apache.camel.model.Model;
import org.apache.camel.model.ProcessorDefinitionHelper;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.ToDynamicDefinition;
import org.apache.camel.util.ObjectHelper;

/** Looks at all routes, those of the settings and those of the user, and starts none. */
public final class RoutesCheck {

    private final CamelContext context;
    private final List<String> mistakes = new ArrayList<>();

    /**
     * @param context one that is not started, and will not be
     */
    public RoutesCheck(CamelContext context) {
        this.context = context;
    }

    /**
     * Adds the routes and looks at their endpoints.
     *
     * @param componentOptions of the component {@code segment}, by name
     * @throws Exception if routes cannot be read, such as YAML that is none
     */
    public void check(List<Source> sources, List<Destination> destinations, Map<String, String> componentOptions)
            throws Exception {
        SegmentRoutes routes = new SegmentRoutes(sources, destinations);
        routes.setComponentOptions(componentOptions);
        routes.setOnlyChecked();
        context.addRoutes(routes);
        context.addRoutes(new UserRoutes());
        definitions().forEach(this::checkEndpoints);
        mistakes.addAll(routes.missingRoutes());
    }

    /** Returns a line for each endpoint that Camel does not know and each missing route, without what may be secret. */
    public List<String> mistakes() {
        return List.copyOf(mistakes);
    }

    /** Returns the ids of the routes; those without one have none yet. */
    public List<String> routes() {
        return definitions().stream()
                .map(route -> route.getRouteId() == null ? "without id" : route.getRouteId())
                .toList();
    }

    private List<RouteDefinition> definitions() {
        return context.getCamelContextExtension().getContextPlugin(Model.class).getRouteDefinitions();
    }

    private void checkEndpoints(RouteDefinition route) {
        Set<String> uris = new LinkedHashSet<>();
        uris.add(route.getInput().getEndpointUri());
        for (EndpointRequiredDefinition step :
                ProcessorDefinitionHelper.filterTypeInOutputs(route.getOutputs(), EndpointRequiredDefinition.class)) {
            uris.add(step.getEndpointUri());
        }
        for (ToDynamicDefinition step :
                ProcessorDefinitionHelper.filterTypeInOutputs(route.getOutputs(), ToDynamicDefinition.class)) {
            if (!step.getUri().contains("${")) { // else it depends on the event
                uris.add(step.getUri());
            }
        }
        for (String uri : uris) {
            try {
                context.getEndpoint(uri);
            } catch (RuntimeException e) {
                List<Throwable> causes = new ArrayList<>();
                ObjectHelper.createExceptionIterable(e).forEach(causes::add); // the first cause first
                mistakes.add("route " + (route.getRouteId() == null ? "without id" : route.getRouteId())
                        + ": expected endpoints and options that Camel knows, but " + BadEndpoint.reason(causes)
                        + ": correct it");
            }
        }
    }
}
