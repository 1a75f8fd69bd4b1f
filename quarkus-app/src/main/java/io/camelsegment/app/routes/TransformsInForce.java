package io.camelsegment.app.routes;

import io.camelsegment.routes.EventTransform;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.support.AsyncProcessorSupport;
import org.apache.camel.support.service.ServiceHelper;
import org.apache.camel.util.ObjectHelper;

/**
 * The transforms of all sources and destinations, which change at one moment while routes run. An exchange takes all of
 * them at its first, and keeps them: so one that leaves the source for its destinations does not miss a step which
 * moves from there to here meanwhile. Thread-safe.
 */
final class TransformsInForce {

    private static final String PROPERTY = "CamelSegmentTransformsInForce";

    private static final AsyncCallback DONE = doneSync -> {};

    private final CamelContext context;
    private final Map<String, Place> places = new ConcurrentHashMap<>();

    private volatile Map<String, Steps> current = Map.of();
    /** Of the change before, which exchanges may still have. */
    private List<Steps> former = List.of();

    TransformsInForce(CamelContext context) {
        this.context = context;
    }

    /** Returns the step of a route that changes events by the transform of a setting. */
    Place place(String setting, String routeId, Transform transform) {
        Steps steps = new Steps(transform, transform.steps(context, setting), routeId, transform.mayBlock());
        Map<String, Steps> all = new HashMap<>(current);
        all.put(setting, steps);
        current = Map.copyOf(all);
        Place place = new Place(setting);
        places.put(setting, place);
        return place;
    }

    /** Returns whether the transform of a setting is in a route that has started, and not in one of the user's. */
    boolean isInForce(String setting) {
        Place place = places.get(setting);
        return place != null && !place.isNew() && !place.isShutdown();
    }

    /** Returns the transform of a setting; the other one if no route has a place for it. */
    Transform inForce(String setting, Transform other) {
        Steps steps = current.get(setting);
        return steps == null ? other : steps.transform;
    }

    /**
     * Makes the steps of other transforms and starts them, so that nothing can go wrong when they come into force.
     *
     * @param transforms by setting, each of which has its {@link #place}
     * @throws ConfigurationException if a step cannot start, without secrets; then nothing changes
     */
    Prepared prepare(Map<String, Transform> transforms) {
        Map<String, Steps> all = new HashMap<>(current);
        List<Steps> started = new ArrayList<>();
        List<Steps> replaced = new ArrayList<>();
        Prepared prepared = new Prepared(all, started, replaced);
        try {
            transforms.forEach((setting, transform) -> {
                Steps before = all.get(setting);
                if (!before.transform.equals(transform)) {
                    Steps steps = new Steps(
                            transform, transform.steps(context, setting), before.routeId, transform.mayBlock());
                    started.add(steps);
                    start(steps, setting);
                    replaced.add(all.put(setting, steps));
                }
            });
        } catch (RuntimeException e) {
            prepared.undo();
            throw e;
        }
        return prepared;
    }

    private void start(Steps steps, String setting) {
        try {
            steps.start(context);
        } catch (RuntimeException e) {
            for (Throwable cause : ObjectHelper.createExceptionIterable(e)) {
                if (cause instanceof ConfigurationException mistake) {
                    throw mistake;
                }
            }
            throw new ConfigurationException(setting + ": expected steps that start, but one does not ("
                    + e.getClass().getSimpleName() + "): correct it");
        }
    }

    /** Transforms that are ready. */
    final class Prepared {

        private final Map<String, Steps> before = current;
        private final Map<String, Steps> all;
        private final List<Steps> started;
        private final List<Steps> replaced;

        private Prepared(Map<String, Steps> all, List<Steps> started, List<Steps> replaced) {
            this.all = all;
            this.started = started;
            this.replaced = replaced;
        }

        /** Brings all of them into force at one moment. */
        void run() {
            current = Map.copyOf(all);
        }

        /** Takes them back, be they in force or not. */
        void undo() {
            current = before;
            started.forEach(Steps::shutdown);
        }

        /** Ends what was replaced by the change before this one: no exchange has it any more. */
        void end() {
            if (!started.isEmpty()) {
                former.forEach(Steps::shutdown);
                former = List.copyOf(replaced);
            }
        }
    }

    /** Returns the steps that an exchange has at a setting, from now on for all its way. */
    private Steps of(Exchange exchange, String setting) {
        @SuppressWarnings("unchecked")
        Map<String, Steps> taken = (Map<String, Steps>) exchange.getProperty(PROPERTY);
        if (taken == null) {
            taken = current;
            exchange.setProperty(PROPERTY, taken);
        }
        return taken.get(setting);
    }

    /** Lets an exchange have the transforms of another one. */
    static void follow(Exchange one, Exchange other) {
        Object taken = one.getProperty(PROPERTY);
        if (taken != null) {
            other.setProperty(PROPERTY, taken);
        }
    }

    /** The steps of one transform. */
    private static final class Steps {

        private final Transform transform;
        private final List<EventTransform> steps;
        private final String routeId;
        private final boolean mayBlock;

        Steps(Transform transform, List<EventTransform> steps, String routeId, boolean mayBlock) {
            this.transform = transform;
            this.steps = steps;
            this.routeId = routeId;
            this.mayBlock = mayBlock;
        }

        void start(CamelContext context) {
            for (EventTransform step : steps) {
                step.setCamelContext(context);
                step.setRouteId(routeId);
            }
            ServiceHelper.startService(steps);
        }

        void stop() {
            ServiceHelper.stopService(steps);
        }

        void shutdown() {
            ServiceHelper.stopAndShutdownServices(steps);
        }

        /** Each step ends before it returns, see {@link EventTransform#process}. */
        void process(Exchange exchange) {
            for (EventTransform step : steps) {
                step.process(exchange, DONE);
                if (exchange.getException() != null || exchange.isRouteStop() || exchange.isRollbackOnly()) {
                    return;
                }
            }
        }
    }

    /** Where a route changes its events, by the steps in force. */
    final class Place extends AsyncProcessorSupport {

        private final String setting;

        private Place(String setting) {
            this.setting = setting;
        }

        /** Returns whether an exchange is changed here at all. */
        boolean changes(Exchange exchange) {
            return !of(exchange, setting).steps.isEmpty();
        }

        @Override
        public boolean process(Exchange exchange, AsyncCallback callback) {
            Steps steps = of(exchange, setting);
            if (!steps.mayBlock || !Context.isOnEventLoopThread()) {
                steps.process(exchange);
                callback.done(true);
                return true;
            }
            // The steps before did not block, so the route was started on the event loop.
            var unused = Vertx.currentContext()
                    .executeBlocking(
                            () -> {
                                steps.process(exchange);
                                callback.done(false);
                                return null;
                            },
                            false);
            return false;
        }

        @Override
        protected void doStart() {
            current.get(setting).start(context);
        }

        @Override
        protected void doStop() {
            current.get(setting).stop();
        }

        @Override
        protected void doShutdown() {
            current.get(setting).shutdown();
        }

        @Override
        public String toString() {
            return setting;
        }
    }
}
