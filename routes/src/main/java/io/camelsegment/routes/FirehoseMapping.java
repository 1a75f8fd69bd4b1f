package io.camelsegment.routes;

import static java.util.stream.Collectors.toUnmodifiableMap;

import io.camelsegment.BatchFailure;
import io.camelsegment.SegmentBatch;
import io.camelsegment.SegmentConstants;
import io.camelsegment.event.EventType;
import io.camelsegment.event.SegmentEvent;
import io.camelsegment.sink.SharedBeans;
import io.micrometer.core.instrument.Counter;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.apache.camel.AsyncCallback;
import org.apache.camel.AsyncProducer;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.spi.RouteIdAware;
import org.apache.camel.support.AsyncProcessorSupport;
import org.apache.camel.support.ExchangeHelper;
import org.apache.camel.support.service.ServiceHelper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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
 * segment.firehose.unmapped}, with the tag {@code destination}, counts it. The counter is in the MeterRegistry of the
 * CamelContext's registry, else in Micrometer's global one.
 *
 * <p>In Java: {@code .process(FirehoseMapping.of(Map.of("User Registered", "new_users", "page", "pages")))}. In YAML: a
 * bean with the properties {@code map}, {@code match}, {@code unmapped}, {@code name} and {@code parameters}.
 * Thread-safe once started.
 */
public final class FirehoseMapping extends AsyncProcessorSupport implements CamelContextAware, RouteIdAware {

    private static final Logger LOG = LoggerFactory.getLogger(FirehoseMapping.class);

    private static final String EVERY_EVENT = "*";
    private static final String UNMAPPED_COUNTER = "segment.firehose.unmapped";

    /** The header that an event gets when no row fits it: {@code true}, a Boolean. */
    public static final String UNMAPPED = "CamelSegmentUnmapped";

    private static final Map<String, EventType> TYPES =
            Arrays.stream(EventType.values()).collect(toUnmodifiableMap(EventType::specName, Function.identity()));

    private final Map<String, AsyncProducer> producers = new LinkedHashMap<>();
    /** Among the streams of a batch's deliveries. */
    private final String unmappedId = UUID.randomUUID().toString();

    private final FirstNames toldNames = new FirstNames(System::nanoTime);
    // Both can be changed in place: that is how Camel sets the entries of a bean in YAML.
    private Map<String, Object> map = new LinkedHashMap<>();
    private Map<String, Object> parameters = new LinkedHashMap<>();
    private MappingTable.Match match = MappingTable.Match.ALL;
    private String unmapped;
    private String name;
    private String routeId;
    private CamelContext camelContext;
    private MappingTable<Recipients> table;
    private Recipients unmappedRecipients;
    private Counter unmappedCounter;

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
        BatchFailure.clear(exchange);
        Message message = exchange.getMessage();
        if (message.getBody() instanceof SegmentBatch batch) {
            return process(exchange, callback, batch);
        }
        String typeName = message.getHeader(SegmentConstants.TYPE, String.class);
        EventType type = typeName == null ? null : TYPES.get(typeName);
        String event = message.getHeader(SegmentConstants.EVENT, String.class);
        if (typeName == null && message.getBody() instanceof SegmentEvent one) {
            type = one.type(); // as behind a split of a batch that a step such as setBody has made
            event = one.event();
        }
        Recipients recipients = table.lookup(type, event);
        if (recipients.size() == 0) {
            note(type, event);
            message.setHeader(UNMAPPED, true);
            recipients = unmappedRecipients;
        }
        return recipients.send(exchange, callback);
    }

    /** Sends to each delivery stream the batch of its events. */
    private boolean process(Exchange exchange, AsyncCallback callback, SegmentBatch batch) {
        Sending sending = new Sending(exchange, callback);
        Map<AsyncProducer, SegmentBatch> ofStreams = new LinkedHashMap<>();
        batch.groupBy(event -> table.lookup(event.type(), event.event())).forEach((recipients, group) -> {
            if (recipients.size() == 0) {
                addUnmapped(sending, exchange, group);
            }
            // One batch a stream, or its events would overtake each other.
            recipients.producers().forEach(stream -> ofStreams.merge(stream, group, SegmentBatch::or));
        });
        ofStreams.forEach((stream, events) -> sending.add(stream::process, copyOf(exchange, events)));
        return sending.start();
    }

    /** Adds the events that no row fits, without those that have ended: the batch may come again for others. */
    private void addUnmapped(Sending sending, Exchange exchange, SegmentBatch group) {
        BitSet indexes = group.undelivered(unmappedId);
        SegmentBatch rest = group.of(indexes);
        if (rest.isEmpty()) {
            return;
        }
        rest.forEach(event -> note(event.type(), event.event()));
        Exchange copy = copyOf(exchange, rest);
        copy.getIn().setHeader(UNMAPPED, true);
        sending.add(unmappedRecipients::send, copy, () -> rest.delivered(unmappedId, indexes));
    }

    private static Exchange copyOf(Exchange exchange, SegmentBatch group) {
        Exchange copy = ExchangeHelper.createCorrelatedCopy(exchange, false);
        copy.getIn().setBody(group);
        return copy;
    }

    /** Counts an event that no row fits, and tells of it. */
    private void note(EventType type, String event) {
        unmappedCounter.increment();
        if (unmapped == null) {
            tell(type, event);
        }
    }

    private void tell(EventType type, String event) {
        String told = toldNames.pick(
                type == EventType.TRACK && event != null
                        ? '"' + event + '"'
                        : type == null ? "of no known type" : "of the type " + type.specName());
        if (told != null) {
            LOG.warn(
                    "{} does not deliver events {}: expected a row that fits them, but map has none; add one, or set"
                            + " unmapped to a delivery stream or an endpoint. The counter {} counts them",
                    label(),
                    told,
                    UNMAPPED_COUNTER);
        }
    }

    private String label() {
        return name != null ? name : routeId != null ? routeId : "mapping";
    }

    @Override
    protected void doInit() {
        Map<String, Collection<String>> rows = new LinkedHashMap<>();
        map.forEach((name, streams) -> rows.put(name, streamNames(streams)));
        if (rows.isEmpty()) {
            throw new IllegalArgumentException(
                    "expected at least one row in map, but it is empty: add one, such as \"*\"");
        }
        if (unmapped != null && rows.containsKey(EVERY_EVENT)) {
            throw new IllegalArgumentException(
                    "expected unmapped only without a row \"*\" in map, which fits every event,"
                            + " but there are both: remove one of them");
        }
        table = MappingTable.of(rows, match).map(this::recipients);
        unmappedRecipients = recipients(unmapped == null ? List.of() : List.of(unmapped));
        unmappedCounter = Counter.builder(UNMAPPED_COUNTER)
                .description("Events that no row of the mapping fits")
                .baseUnit("events")
                .tag("destination", label())
                .register(SharedBeans.meterRegistry(camelContext));
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

    private Recipients recipients(List<String> streams) {
        return new Recipients(streams.stream().map(this::producer).toList());
    }

    /** Returns whether {@code unmapped} is the URI of an endpoint, and not the name or the ARN of a delivery stream. */
    public static boolean isUri(String unmapped) {
        return unmapped.contains(":") && !unmapped.startsWith("arn:");
    }

    /**
     * @param target a delivery stream, or a URI
     */
    private AsyncProducer producer(String target) {
        return producers.computeIfAbsent(target, t -> {
            boolean isUri = t.equals(unmapped) && isUri(t);
            return Endpoints.createProducer(camelContext, isUri ? t : Endpoints.uri("segment-firehose", t, parameters));
        });
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
