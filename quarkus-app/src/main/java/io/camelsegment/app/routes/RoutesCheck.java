package io.camelsegment.app.routes;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.camel.CamelContext;
import org.apache.camel.Predicate;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.model.EndpointRequiredDefinition;
import org.apache.camel.model.Model;
import org.apache.camel.model.ProcessorDefinitionHelper;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.ToDynamicDefinition;
import org.apache.camel.model.language.SimpleExpression;
import org.apache.camel.support.DefaultExchange;
import org.apache.camel.util.ObjectHelper;

/** Looks at all routes, those of the settings and those of the user, and starts none. */
public final class RoutesCheck {

    private final CamelContext context;
    private final List<String> mistakes = new ArrayList<>();
    private final List<String> routes = new ArrayList<>();

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
        check(sources, destinations, componentOptions, new UserRoutes());
    }

    void check(
            List<Source> sources,
            List<Destination> destinations,
            Map<String, String> componentOptions,
            RoutesBuilder userRoutes)
            throws Exception {
        SegmentRoutes built = new SegmentRoutes(sources, destinations);
        built.setComponentOptions(componentOptions);
        built.setOnlyChecked();
        context.addRoutes(built);
        context.addRoutes(userRoutes);
        context.addTemplatedRoutes(userRoutes);
        for (RouteDefinition route :
                context.getCamelContextExtension().getContextPlugin(Model.class).getRouteDefinitions()) {
            if (TemplateParameters.with(context, route, () -> isIncluded(route))) {
                routes.add(nameOf(route));
                if (!hasBeans(route)) {
                    mistakes.addAll(TemplateParameters.with(context, route, () -> mistakes(route)));
                }
            }
        }
        mistakes.addAll(built.missingRoutes());
    }

    /**
     * Returns a line for each endpoint that Camel does not know, each precondition that it cannot read and each missing
     * route, without what may be secret.
     */
    public List<String> mistakes() {
        return List.copyOf(mistakes);
    }

    /** Returns the ids of the routes that a start would make; those without one have none yet. */
    public List<String> routes() {
        return List.copyOf(routes);
    }

    /** Returns whether Camel would make it, which it does not when its precondition is false. */
    private boolean isIncluded(RouteDefinition route) {
        if (route.getPrecondition() == null) {
            return true;
        }
        try {
            Predicate precondition = new SimpleExpression(route.getPrecondition()).createPredicate(context);
            precondition.initPredicate(context);
            return precondition.matches(new DefaultExchange(context));
        } catch (RuntimeException e) {
            mistakes.add("route " + nameOf(route) + ": expected a precondition that Camel can read, but "
                    + BadEndpoint.reason(causesFirst(e)) + ": correct it");
            return false;
        }
    }

    /** Returns whether its template has beans, which are made for each route. */
    private static boolean hasBeans(RouteDefinition route) {
        return route.getRouteTemplateContext() != null
                && route.getRouteTemplateContext().getLocalBeanRepository() instanceof Map<?, ?> beans
                && !beans.isEmpty();
    }

    private List<String> mistakes(RouteDefinition route) {
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
        List<String> found = new ArrayList<>();
        for (String uri : uris) {
            try {
                context.getEndpoint(uri);
            } catch (RuntimeException e) {
                found.add("route " + nameOf(route) + ": expected endpoints and options that Camel knows, but "
                        + BadEndpoint.reason(causesFirst(e)) + ": correct it");
            }
        }
        return found;
    }

    private static String nameOf(RouteDefinition route) {
        return route.getRouteId() == null ? "without id" : route.getRouteId();
    }

    private static List<Throwable> causesFirst(RuntimeException failure) {
        List<Throwable> causes = new ArrayList<>();
        ObjectHelper.createExceptionIterable(failure).forEach(causes::add); // the first cause first
        return causes;
    }
}
