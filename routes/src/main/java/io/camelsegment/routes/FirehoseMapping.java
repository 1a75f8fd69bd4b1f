package io.camelsegment.routes;

import static java.util.stream.Collectors.toUnmodifiableMap;

import io.camelsegment.SegmentConstants;
import io.camelsegment.event.EventType;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import org.apache.camel.AsyncCallback;
import org.apache.camel.AsyncProducer;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.support.AsyncProcessorSupport;
import org.apache.camel.support.service.ServiceHelper;

/**
 * Delivers each event to the Firehose delivery streams that a {@link MappingTable} names for it; the exchange succeeds
 * only if all of them accepted the event.
 *
 * <p>The headers {@link SegmentConstants#TYPE} and {@link SegmentConstants#EVENT} decide, so a route may change them
 * before. All endpoints are made from the rows when the route starts; nothing in an event can name another.
 *
 * <p>An event that no row fits is done without being delivered, as with Segment. It gets the header {@link #UNMAPPED},
 * so that the route may send it elsewhere, and is counted by {@link #unmappedCount()}.
 *
 * <p>In Java: {@code .process(FirehoseMapping.of(Map.of("User Registered", "new_users", "*", "everything")))}. In YAML:
 * a bean with the properties {@code map}, {@code match} and {@code parameters}. Thread-safe once started.
 */
public final class FirehoseMapping extends AsyncProcessorSupport implements CamelContextAware {

    /** The header that an event gets when no row fits it: {@code true}, a Boolean. */
    public static final String UNMAPPED = "CamelSegmentUnmapped";

    private static final Map<String, EventType> TYPES =
            Arrays.stream(EventType.values()).collect(toUnmodifiableMap(EventType::specName, Function.identity()));

    private final Map<String, AsyncProducer> producers = new LinkedHashMap<>();
    private final LongAdder unmapped = new LongAdder();
    // Both can be changed in place: that is how Camel sets the entries of a bean in YAML.
    private Map<String, Object> map = new LinkedHashMap<>();
    private Map<String, Object> parameters = new LinkedHashMap<>();
    private MappingTable.Match match = MappingTable.Match.ALL;
    private CamelContext camelContext;
    private MappingTable<Recipients> table;

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
     * @param map each value is the name of a stream, several separated by commas, or a collection of names
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

    /** Returns the options of the endpoints. */
    public Map<String, Object> getParameters() {
        return parameters;
    }

    /** Sets options that all {@code segment-firehose} endpoints of this mapping get, such as {@code region}. */
    public void setParameters(Map<String, Object> parameters) {
        this.parameters = parameters;
    }

    /** Returns how many events no row did fit since the start. */
    public long unmappedCount() {
        return unmapped.sum();
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
    public boolean process(Exchange exchange, AsyncCallback callback) {
        Message message = exchange.getMessage();
        String type = message.getHeader(SegmentConstants.TYPE, String.class);
        Recipients recipients = table.lookup(
                type == null ? null : TYPES.get(type), message.getHeader(SegmentConstants.EVENT, String.class));
        if (recipients.size() == 0) {
            message.setHeader(UNMAPPED, true);
            unmapped.increment();
        }
        return recipients.send(exchange, callback);
    }

    @Override
    protected void doInit() {
        Map<String, Collection<String>> rows = new LinkedHashMap<>();
        map.forEach((name, streams) -> rows.put(name, streamNames(streams)));
        if (rows.isEmpty()) {
            throw new IllegalArgumentException(
                    "expected at least one row in map, but it is empty: add one, such as \"*\"");
        }
        table = MappingTable.of(rows, match)
                .map(streams ->
                        new Recipients(streams.stream().map(this::producer).toList()));
        ServiceHelper.initService(producers.values());
    }

    @Override
    protected void doStart() {
        ServiceHelper.startService(producers.values());
    }

    @Override
    protected void doStop() {
        ServiceHelper.stopService(producers.values());
    }

    @Override
    protected void doShutdown() {
        ServiceHelper.stopAndShutdownServices(producers.values());
        producers.clear();
    }

    @Override
    public String toString() {
        return "FirehoseMapping[" + map.size() + " rows]";
    }

    private AsyncProducer producer(String stream) {
        return producers.computeIfAbsent(
                stream, s -> Endpoints.createProducer(camelContext, Endpoints.uri("segment-firehose", s, parameters)));
    }

    private static List<String> streamNames(Object streams) {
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
