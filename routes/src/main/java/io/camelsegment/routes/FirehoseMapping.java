package io.camelsegment.routes;

import io.camelsegment.SegmentBatch;
import io.camelsegment.SegmentConstants;
import io.camelsegment.event.SegmentEvent;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Exchange;
import org.apache.camel.spi.RouteIdAware;
import org.apache.camel.support.AsyncProcessorSupport;
import org.apache.camel.support.service.ServiceHelper;

/**
 * Delivers each event to the Firehose delivery streams that a {@link MappingTable} names for it; the exchange succeeds
 * only if all of them accepted the event.
 *
 * <p>The headers {@link SegmentConstants#TYPE} and {@link SegmentConstants#EVENT} decide, so a route may change them
 * before; in a {@link SegmentBatch}, each event's own type and name decide. All endpoints are made from the rows when
 * the route starts; nothing in an event can name another. Each stream gets its events of a batch as one batch.
 *
 * <p>An event that no row fits goes where {@link #setUnmapped} says. By default it is done without being delivered, as
 * with Segment, and the log tells the first event of each name. In either case it gets the header {@link #UNMAPPED} (of
 * a batch, the copy with the unmapped events that goes to that endpoint), and the counter {@code
 * segment.firehose.unmapped}, with the tag {@code destination}, counts it. Likewise {@code segment.firehose.excluded}
 * counts the events that a row of {@code none} ends. The counters are in the MeterRegistry of the CamelContext's
 * registry, else in Micrometer's global one.
 *
 * <p>The endpoint {@code segment-mapping:} does the same for the streams of every service, and as a step of its own in
 * every DSL; this bean remains for routes that use it.
 *
 * <p>In Java: {@code .process(FirehoseMapping.of(Map.of("User Registered", "new_users", "page", "pages")))}. In YAML: a
 * bean with the properties {@code map}, {@code match}, {@code unmapped}, {@code name} and {@code parameters}.
 * Thread-safe once started.
 */
public final class FirehoseMapping extends AsyncProcessorSupport implements CamelContextAware, RouteIdAware {

    /** The header that an event gets when no row fits it: {@code true}, a Boolean. */
    public static final String UNMAPPED = SegmentMappingConstants.UNMAPPED;

    // Both can be changed in place: that is how Camel sets the entries of a bean in YAML.
    private Map<String, Object> map = new LinkedHashMap<>();
    private Map<String, Object> parameters = new LinkedHashMap<>();
    private MappingTable.Match match = MappingTable.Match.ALL;
    private String unmapped;
    private String name;
    private String routeId;
    private CamelContext camelContext;
    private volatile MappingTable<List<String>> table;
    private StreamMapping mapping;

    /**
     * Creates a mapping to delivery streams.
     *
     * @param map see {@link #setMap}
     */
    public static FirehoseMapping of(Map<String, ?> map) {
        FirehoseMapping mapping = new FirehoseMapping();
        mapping.setMap(new LinkedHashMap<>(map));
        return mapping;
    }

    /** Returns the rows as they were set. */
    public Map<String, Object> getMap() {
        return map;
    }

    /**
     * Sets the rows: delivery streams by event name, type or {@code *}, as {@link MappingTable} explains.
     *
     * @param map each value is the name or the ARN of a stream, several separated by commas, or a collection of them
     */
    public void setMap(Map<String, Object> map) {
        this.map = map;
    }

    /** Returns which of the fitting rows apply. */
    public MappingTable.Match getMatch() {
        return match;
    }

    /** Sets which of the fitting rows apply; all by default. */
    public void setMatch(MappingTable.Match match) {
        this.match = match;
    }

    /** Returns where events go that no row fits; null when they go nowhere. */
    public String getUnmapped() {
        return unmapped;
    }

    /**
     * Sets where events go that no row fits: nowhere by default.
     *
     * @param unmapped the name of a delivery stream, or the URI of a Camel endpoint, which has a colon; null for
     *     nowhere. Beside a row of {@code *} it is refused when the route starts, since that row fits every event
     */
    public void setUnmapped(String unmapped) {
        this.unmapped = unmapped;
    }

    /** Returns the name of this mapping in the metric and the log; null for the route's id. */
    public String getName() {
        return name;
    }

    /** Sets the name of this mapping in the metric and the log; the route's id by default. */
    public void setName(String name) {
        this.name = name;
    }

    /** Returns the options of the endpoints. */
    public Map<String, Object> getParameters() {
        return parameters;
    }

    /** Sets options that all {@code segment-firehose} endpoints of this mapping get, such as {@code region}. */
    public void setParameters(Map<String, Object> parameters) {
        this.parameters = parameters;
    }

    @Override
    public CamelContext getCamelContext() {
        return camelContext;
    }

    @Override
    public void setCamelContext(CamelContext camelContext) {
        this.camelContext = camelContext;
    }

    @Override
    public String getRouteId() {
        return routeId;
    }

    @Override
    public void setRouteId(String routeId) {
        this.routeId = routeId;
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        if (mapping == null) {
            return NotStarted.fail(this, exchange, callback);
        }
        return mapping.process(exchange, callback);
    }

    private String label() {
        return name != null ? name : routeId != null ? routeId : "mapping";
    }

    @Override
    protected void doInit() {
        if (mapping != null) {
            return; // the route starts again
        }
        Map<String, Collection<String>> rows = new LinkedHashMap<>();
        map.forEach((row, streams) -> rows.put(row, streamNames(streams)));
        if (rows.isEmpty()) {
            throw new IllegalArgumentException(
                    "expected at least one row in map, but it is empty: add one, such as \"*\"");
        }
        mapping = new StreamMapping(camelContext, label(), new SinkUri("firehose", parameters), unmapped);
        table = MappingTable.of(rows, match);
        mapping.prepare(table).run();
        ServiceHelper.initService(mapping);
    }

    /**
     * Tells which rows fit an event, which of them decide, and where it goes. For people: it reads all rows.
     *
     * @throws IllegalStateException before the route has started
     */
    public MappingExplanation explain(SegmentEvent event) {
        if (table == null) {
            throw new IllegalStateException(
                    "expected a mapping that has started, but " + label() + " has not: start" + " its route");
        }
        return table.explain(event).withUnmapped(unmapped);
    }

    @Override
    protected void doStart() {
        ServiceHelper.startService(mapping);
    }

    @Override
    protected void doStop() {
        ServiceHelper.stopService(mapping);
    }

    @Override
    protected void doShutdown() {
        ServiceHelper.stopAndShutdownService(mapping);
        mapping = null;
    }

    @Override
    public String toString() {
        return "FirehoseMapping[" + map.size() + " rows]";
    }

    /** Returns whether {@code unmapped} is the URI of an endpoint, and not the name or the ARN of a delivery stream. */
    public static boolean isUri(String unmapped) {
        return unmapped.contains(":") && !unmapped.startsWith("arn:");
    }

    static List<String> streamNames(Object streams) {
        if (streams instanceof Collection<?> names) {
            return names.stream().map(String::valueOf).toList();
        }
        return streams == null
                ? List.of()
                : Arrays.stream(streams.toString().split(","))
                        .map(String::strip)
                        .toList();
    }
}
