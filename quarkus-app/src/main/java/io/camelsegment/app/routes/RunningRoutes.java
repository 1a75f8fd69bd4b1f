package io.camelsegment.app.routes;

import io.camelsegment.tracking.SegmentComponent;
import io.camelsegment.tracking.SegmentConfiguration;
import io.quarkus.runtime.configuration.ConfigurationException;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.CamelContext;

/** The routes of the settings while they run: their write keys, limits and transforms change without a stop. */
public final class RunningRoutes {

    private final CamelContext context;
    private final SegmentRoutes routes;

    /**
     * @param context that has the routes
     * @param routes  that have been added to it
     */
    public RunningRoutes(CamelContext context, SegmentRoutes routes) {
        this.context = context;
        this.routes = routes;
    }

    /** Returns whether the settings of a source are in force: it has started, and no route of the user replaces it. */
    public boolean hasSource(String name) {
        return routes.transforms().isInForce(SegmentRoutes.transformOf("sources", name));
    }

    /** Returns whether the transform of a destination is in force, likewise. */
    public boolean hasDestination(String name) {
        return routes.transforms().isInForce(SegmentRoutes.transformOf("destinations", name));
    }

    /**
     * Lets sources have other write keys, limits and transforms, and destinations other transforms: all at one moment.
     * A request keeps the keys and limits with which it began. Its events get the transforms that are in force when
     * they come to the first, all of them on their whole way.
     *
     * @param sources      that are in force
     * @param destinations likewise
     * @throws ConfigurationException if something is wrong, with a line for each mistake and no secret in any; then
     *     nothing changes
     */
    public synchronized void change(Collection<Source> sources, Collection<Destination> destinations) {
        List<String> mistakes = routes.mistakesOf(sources, destinations);
        if (!mistakes.isEmpty()) {
            throw new ConfigurationException(String.join(System.lineSeparator(), mistakes));
        }
        Map<String, Transform> transforms = new HashMap<>();
        sources.forEach(one -> transforms.put(SegmentRoutes.transformOf("sources", one.name()), one.transform()));
        destinations.forEach(
                one -> transforms.put(SegmentRoutes.transformOf("destinations", one.name()), one.transform()));
        TransformsInForce.Prepared prepared = routes.transforms().prepare(transforms);
        // First, so that no event of a new key meets an old transform.
        prepared.run();
        try {
            changeSources(sources);
        } catch (IllegalArgumentException e) {
            prepared.undo();
            throw new ConfigurationException("segment.sources: " + e.getMessage());
        }
        prepared.end();
    }

    private void changeSources(Collection<Source> sources) {
        SegmentComponent component = context.getComponent("segment", SegmentComponent.class);
        Map<String, SegmentConfiguration> changed = new LinkedHashMap<>();
        for (Source source : sources) {
            SegmentConfiguration options = component.getConfiguration().copy();
            options.setWriteKey(source.writeKey());
            source.options().forEach((option, value) -> {
                switch (option) {
                    case "maxEventBytes" -> options.setMaxEventBytes(Integer.parseInt(value));
                    case "maxRequestBytes" -> options.setMaxRequestBytes(Integer.parseInt(value));
                    case "maxEventsPerRequest" -> options.setMaxEventsPerRequest(Integer.parseInt(value));
                    case "maxEventsPerSecond" -> options.setMaxEventsPerSecond(Integer.parseInt(value));
                    default -> {
                        // does not change while a source runs
                    }
                }
            });
            changed.put(SegmentRoutes.id("segment-source-", source.name()), options);
        }
        component.changeSources(changed);
    }
}
