package io.camelsegment.routes;

import static java.util.stream.Collectors.toUnmodifiableMap;

import io.camelsegment.BatchFailure;
import io.camelsegment.ReceivedEvent;
import io.camelsegment.SegmentBatch;
import io.camelsegment.SegmentConstants;
import io.camelsegment.event.EventType;
import io.camelsegment.event.SegmentEvent;
import io.camelsegment.sink.SharedBeans;
import io.micrometer.core.instrument.Counter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.apache.camel.AsyncCallback;
import org.apache.camel.AsyncProducer;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.support.ExchangeHelper;
import org.apache.camel.support.service.ServiceHelper;
import org.apache.camel.support.service.ServiceSupport;
import org.apache.camel.util.ObjectHelper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends each event to the streams that a {@link MappingTable} names for it; an exchange is done when all of them have
 * accepted it. It has a producer for each stream, all made before the first event, or with the table that names it
 * first; nothing in an event can name another. Thread-safe.
 */
final class StreamMapping extends ServiceSupport {

    private static final Logger LOG = LoggerFactory.getLogger(StreamMapping.class);

    private static final Map<String, EventType> TYPES =
            Arrays.stream(EventType.values()).collect(toUnmodifiableMap(EventType::specName, Function.identity()));

    private final CamelContext camelContext;
    private final String name;
    private final SinkUri sink;
    private final String unmapped;
    /** Among the streams of a batch's deliveries. */
    private final String unmappedId = UUID.randomUUID().toString();
    /** As {@link #unmappedId}, for each stream. */
    private final Map<AsyncProducer, String> streamIds = new ConcurrentHashMap<>();
    /** A property of an exchange: which streams have it. */
    private final String havingIt = "CamelSegmentMapping-" + unmappedId;

    private final FirstNames toldNames = new FirstNames(System::nanoTime);
    /** By stream, and {@link #unmapped}. A stream that later tables do not name keeps its own: events are under way. */
    private final Map<String, AsyncProducer> producers = new ConcurrentHashMap<>();

    private final Recipients excluded = new Recipients(List.of());
    private final Recipients unmappedRecipients;
    private final Counter unmappedCounter;
    private final Counter excludedCounter;
    private volatile MappingTable<Recipients> table;

    /**
     * @param name     names it in metrics and the log
     * @param unmapped a stream or a URI; null for nowhere
     */
    StreamMapping(CamelContext camelContext, String name, SinkUri sink, String unmapped) {
        this.camelContext = camelContext;
        this.name = name;
        this.sink = sink;
        this.unmapped = unmapped;
        unmappedRecipients = new Recipients(unmapped == null ? List.of() : List.of(producer(unmapped, unmappedUri())));
        unmappedCounter = counter("unmapped", "Events that no row of the mapping fits");
        excludedCounter = counter("excluded", "Events that a row of none fits");
    }

    private String unmappedUri() {
        return FirehoseMapping.isUri(unmapped) ? unmapped : sink.of(unmapped);
    }

    private Counter counter(String what, String description) {
        return Counter.builder(metric(what))
                .description(description)
                .baseUnit("events")
                .tag("destination", name)
                .register(SharedBeans.meterRegistry(camelContext));
    }

    private String metric(String what) {
        return "segment." + sink.service() + "." + what;
    }

    /** A stream without an endpoint. */
    static final class RefusedStreamException extends IllegalArgumentException {

        private static final long serialVersionUID = 1L;

        private final String stream;

        RefusedStreamException(String stream, RuntimeException cause) {
            super(
                    "expected a stream that has an endpoint, but \"" + stream + "\" is refused (" + reason(cause)
                            + "): correct it",
                    cause);
            this.stream = stream;
        }

        String stream() {
            return stream;
        }

        /** Returns what is wrong without the words of others, which may quote a URI with its secrets. */
        private static String reason(Throwable failure) {
            Throwable last = failure;
            for (Throwable cause : ObjectHelper.createExceptionIterable(failure)) {
                if (cause.getClass() == IllegalArgumentException.class) {
                    return cause.getMessage();
                }
                last = cause;
            }
            return last.getClass().getSimpleName();
        }
    }

    /** A table whose streams have their producers. */
    final class Prepared implements Runnable {

        private final MappingTable<Recipients> next;
        private final List<String> added;

        private Prepared(MappingTable<Recipients> next, List<String> added) {
            this.next = next;
            this.added = added;
        }

        /** Takes the table; the next event goes by it. */
        @Override
        public void run() {
            table = next;
        }

        /** Closes the producers that were made for the table, which is not taken. */
        void undo() {
            close(added);
        }
    }

    /**
     * Prepares for a table: makes the producers of its streams.
     *
     * @throws RefusedStreamException if a stream has no endpoint; then all remains as it was
     */
    synchronized Prepared prepare(MappingTable<List<String>> rows) {
        if (unmapped != null && rows.fitsEveryEvent()) {
            throw new IllegalArgumentException("expected unmapped only without a row \"*\" in map, which fits every"
                    + " event, but there are both: remove one of them");
        }
        Map<String, AsyncProducer> known = new LinkedHashMap<>();
        List<String> added = new ArrayList<>();
        for (String stream : rows.streams()) {
            try {
                boolean isNew = !producers.containsKey(stream);
                known.put(stream, producer(stream, sink.of(stream)));
                if (isNew) {
                    added.add(stream);
                }
            } catch (RuntimeException e) {
                close(added);
                throw new RefusedStreamException(stream, e);
            }
        }
        MappingTable<Recipients> next = rows.map(
                streams -> new Recipients(streams.stream().map(known::get).toList()), excluded);
        return new Prepared(next, added);
    }

    private synchronized void close(List<String> streams) {
        for (String stream : streams) {
            AsyncProducer producer = producers.remove(stream);
            streamIds.remove(producer);
            ServiceHelper.stopAndShutdownService(producer);
        }
    }

    private AsyncProducer producer(String target, String uri) {
        return producers.computeIfAbsent(target, t -> {
            AsyncProducer producer = Endpoints.createProducer(camelContext, uri);
            if (isStarted() || isStarting()) {
                ServiceHelper.startService(producer);
            } else {
                ServiceHelper.initService(producer);
            }
            streamIds.put(producer, unmappedId + " " + t);
            return producer;
        });
    }

    boolean process(Exchange exchange, AsyncCallback callback) {
        BatchFailure.clear(exchange);
        Message message = exchange.getMessage();
        if (message.getBody() instanceof SegmentBatch batch) {
            return process(exchange, callback, batch);
        }
        String typeName = message.getHeader(SegmentConstants.TYPE, String.class);
        EventType type = typeName == null ? null : TYPES.get(typeName);
        String event = message.getHeader(SegmentConstants.EVENT, String.class);
        if (message.getBody() instanceof SegmentEvent one) {
            SegmentEvent described = typeName == null ? one : ReceivedEvent.described(exchange);
            // Without a type: as behind a split of a batch that a step such as setBody has made.
            if (typeName == null
                    || (described != null && typeName.equals(described.type().specName()))) {
                type = one.type();
            }
            if (typeName == null || (described != null && Objects.equals(event, described.event()))) {
                event = one.event();
            }
        }
        Recipients recipients = table.lookup(type, event);
        if (recipients == excluded) {
            excludedCounter.increment();
        } else if (recipients.size() == 0) {
            note(type, event);
            message.setHeader(FirehoseMapping.UNMAPPED, true);
            recipients = unmappedRecipients;
        }
        boolean mayRepeat = recipients.size() > 1 && !sink.remembers();
        return mayRepeat ? sendToTheRest(exchange, callback, recipients) : recipients.send(exchange, callback);
    }

    /** Sends to the streams that do not have the event from an earlier attempt. */
    private boolean sendToTheRest(Exchange exchange, AsyncCallback callback, Recipients recipients) {
        Set<AsyncProducer> having = havingIt(exchange);
        Sending sending = new Sending(exchange, doneSync -> {
            if (exchange.getException() == null) {
                exchange.removeProperty(havingIt); // what comes here next is no other attempt
            }
            callback.done(doneSync);
        });
        for (AsyncProducer stream : recipients.producers()) {
            if (!having.contains(stream)) {
                sending.add(
                        stream::process,
                        ExchangeHelper.createCorrelatedCopy(exchange, false),
                        () -> having.add(stream));
            }
        }
        return sending.start();
    }

    @SuppressWarnings("unchecked") // nobody else sets it
    private Set<AsyncProducer> havingIt(Exchange exchange) {
        Set<AsyncProducer> having = exchange.getProperty(havingIt, Set.class);
        if (having == null) {
            having = ConcurrentHashMap.newKeySet();
            exchange.setProperty(havingIt, having);
        }
        return having;
    }

    /** Sends to each stream the batch of its events. */
    private boolean process(Exchange exchange, AsyncCallback callback, SegmentBatch batch) {
        Sending sending = new Sending(exchange, callback);
        Map<AsyncProducer, SegmentBatch> ofStreams = new LinkedHashMap<>();
        MappingTable<Recipients> rows = table;
        batch.groupBy(event -> rows.lookup(event.type(), event.event())).forEach((recipients, group) -> {
            if (recipients == excluded) {
                countExcluded(group);
            } else if (recipients.size() == 0) {
                addUnmapped(sending, exchange, group);
            }
            // One batch a stream, or its events would overtake each other.
            recipients.producers().forEach(stream -> ofStreams.merge(stream, group, SegmentBatch::or));
        });
        ofStreams.forEach((stream, events) -> {
            if (sink.remembers()) {
                sending.add(stream::process, copyOf(exchange, events));
            } else {
                addRest(sending, exchange, streamIds.get(stream), stream::process, events);
            }
        });
        return sending.start();
    }

    /** Adds the events of a batch that a recipient does not have from an earlier attempt. */
    private void addRest(
            Sending sending,
            Exchange exchange,
            String id,
            BiConsumer<Exchange, AsyncCallback> recipient,
            SegmentBatch events) {
        BitSet indexes = events.undelivered(id);
        SegmentBatch rest = events.of(indexes);
        if (!rest.isEmpty()) {
            sending.add(recipient, copyOf(exchange, rest), () -> rest.delivered(id, indexes));
        }
    }

    /** Counts the events that a row of none fits, once: the batch may come again for others. */
    private void countExcluded(SegmentBatch group) {
        BitSet indexes = group.undelivered(unmappedId);
        excludedCounter.increment(indexes.cardinality());
        group.delivered(unmappedId, indexes);
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
        copy.getIn().setHeader(FirehoseMapping.UNMAPPED, true);
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
                            + " unmapped to a {} or an endpoint. The counter {} counts them",
                    name,
                    told,
                    sink.service().equals("firehose") ? "delivery stream" : "stream",
                    metric("unmapped"));
        }
    }

    /** While a changed file brings no producer that this would miss. */
    @Override
    protected synchronized void doStart() {
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
}
