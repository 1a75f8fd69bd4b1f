package io.camelsegment.app.routes;

import io.quarkus.runtime.configuration.ConfigurationException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.camel.CamelContext;
import org.apache.camel.StartupListener;
import org.apache.camel.model.Model;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.support.EndpointHelper;
import org.apache.camel.util.StringHelper;

/**
 * Looks, when all routes are known and before one starts, for settings that send events where no route takes them, and
 * for routes that replace one which the settings do not stand for. Each such event would be refused or lost.
 */
final class MissingRoutes implements StartupListener {

    private final List<Target> targets = new ArrayList<>();
    private final List<String> replaceable = new ArrayList<>();

    /** Where a setting sends events. */
    private record Target(String setting, String uri) {}

    void addTarget(String setting, String uri) {
        targets.add(new Target(setting, uri));
    }

    /** Adds the id of a route that the settings stand for. */
    void addReplaceable(String routeId) {
        replaceable.add(routeId);
    }

    @Override
    public void onCamelContextStarting(CamelContext context, boolean alreadyStarted) {
        List<String> mistakes = mistakes(context);
        if (!mistakes.isEmpty()) {
            throw new ConfigurationException(String.join(System.lineSeparator(), mistakes));
        }
    }

    @Override
    public void onCamelContextStarted(CamelContext context, boolean alreadyStarted) {
        // The routes run, so all is there.
    }

    /** Returns a line for each mistake. */
    List<String> mistakes(CamelContext context) {
        List<String> mistakes = new ArrayList<>();
        Set<String> taken = new HashSet<>();
        for (RouteDefinition route :
                context.getCamelContextExtension().getContextPlugin(Model.class).getRouteDefinitions()) {
            taken.add(place(context, route));
            String id = route.getRouteId();
            // Those of Kamelets have the name of their Kamelet, such as segment-source, and a number.
            boolean replaces =
                    id != null && !replaceable.isEmpty() && !route.isCreatedFromTemplate() && UserRoutes.replaces(id);
            if (replaces && !replaceable.contains(id)) {
                mistakes.add("route " + id + ": expected the id of a route that the settings stand for, such as "
                        + String.join(", ", replaceable) + ", but was another: correct it");
            }
        }
        for (Target target : targets) {
            String place = place(context, target.uri());
            if (place.matches("(?s)(direct|seda)://.*") && !taken.contains(place)) {
                mistakes.add(target.setting() + ": expected an endpoint that a route takes events from, but no route"
                        + " has from " + place.replace("://", ":") + ": correct it, or add the route to"
                        + " routes/*.camel.yaml");
            }
        }
        return mistakes;
    }

    /** Returns the endpoint that a route consumes from, without options; empty if it cannot be resolved. */
    private static String place(CamelContext context, RouteDefinition route) {
        try {
            return TemplateParameters.with(
                    context, route, () -> place(context, route.getInput().getEndpointUri()));
        } catch (IllegalArgumentException e) {
            return "";
        }
    }

    private static String place(CamelContext context, String uri) {
        String normal = EndpointHelper.normalizeEndpointUri(context.resolvePropertyPlaceholders(uri));
        return StringHelper.before(normal, "?", normal);
    }
}
