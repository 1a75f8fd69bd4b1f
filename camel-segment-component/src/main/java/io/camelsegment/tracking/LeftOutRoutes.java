package io.camelsegment.tracking;

import java.util.Collections;
import java.util.Set;
import java.util.WeakHashMap;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.NamedNode;
import org.apache.camel.Predicate;
import org.apache.camel.Route;
import org.apache.camel.model.FromDefinition;
import org.apache.camel.model.Model;
import org.apache.camel.model.ModelLifecycleStrategySupport;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.language.SimpleExpression;
import org.apache.camel.support.DefaultExchange;
import org.apache.camel.support.EndpointHelper;
import org.apache.camel.support.LifecycleStrategySupport;
import org.apache.camel.util.StringHelper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the sources of routes known that their {@code precondition} leaves out. Camel makes no route of such a
 * definition: it removes it after it has made the routes of the others.
 */
final class LeftOutRoutes extends ModelLifecycleStrategySupport {

    private static final Logger LOG = LoggerFactory.getLogger(LeftOutRoutes.class);

    private final CamelContext context;

    /** Definitions that Camel has made a route of, and may remove when their precondition holds no more. */
    private final Set<NamedNode> made = Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

    private LeftOutRoutes(CamelContext context) {
        this.context = context;
    }

    /** Follows the routes of a context from now on; does nothing when that was asked before. */
    static void follow(CamelContext context) {
        Model model = context.getCamelContextExtension().getContextPlugin(Model.class);
        if (model.getModelLifecycleStrategies().stream().noneMatch(LeftOutRoutes.class::isInstance)) {
            LeftOutRoutes leftOut = new LeftOutRoutes(context);
            model.addModelLifecycleStrategy(leftOut);
            context.addLifecycleStrategy(new LifecycleStrategySupport() {
                @Override
                public void onRouteContextCreate(Route route) {
                    leftOut.made.add(route.getRoute());
                }
            });
        }
    }

    /**
     * Also called when other routes are removed.
     *
     * @param route null when Camel has no definition of the id that it removes
     */
    @Override
    public void onRemoveRouteDefinition(RouteDefinition route) {
        if (route != null && !made.remove(route)) {
            try {
                if (isLeftOut(route)) {
                    expect(route);
                }
            } catch (RuntimeException incomplete) {
                // A route may be left out because its settings are missing. The message may hold its write key.
                LOG.debug(
                        "The route {} is left out, and its endpoint cannot be made: {}",
                        route.getRouteId(),
                        incomplete.getClass().getName());
            }
        }
    }

    private boolean isLeftOut(RouteDefinition route) {
        if (route.getPrecondition() == null) {
            return false;
        }
        Predicate precondition = new SimpleExpression(route.getPrecondition()).createPredicate(context);
        precondition.initPredicate(context);
        return !precondition.matches(new DefaultExchange(context));
    }

    private void expect(RouteDefinition route) {
        if (endpoint(route.getInput()) instanceof SegmentEndpoint endpoint) {
            // Not only at the start: Camel CLI cannot create its HTTP server while routes start.
            endpoint.getComponent().platformHttp();
            endpoint.getComponent().expect(route.getRouteId(), endpoint);
        }
    }

    /** Returns the endpoint if it may be a source; makes none of other components. */
    private Endpoint endpoint(FromDefinition input) {
        if (input.getEndpoint() != null) {
            return input.getEndpoint();
        }
        String uri = EndpointHelper.resolveEndpointUriPropertyPlaceholders(context, input.getEndpointUri());
        String scheme = StringHelper.before(uri, ":", uri);
        boolean mayBeFirst = scheme.equals("segment");
        if (!(context.getComponent(scheme, mayBeFirst, mayBeFirst) instanceof SegmentComponent)) {
            return null;
        }
        return input.getEndpointConsumerBuilder() != null
                ? input.getEndpointConsumerBuilder().resolve(context)
                : context.getCamelContextExtension().getPrototypeEndpoint(uri);
    }
}
