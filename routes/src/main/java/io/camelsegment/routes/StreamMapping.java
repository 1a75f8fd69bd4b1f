package io.camelsegment.routes;

import io.camelsegment.BatchFailure;
import io.camelsegment.ReceivedEvent;
import io.camelsegment.SegmentBatch;
import io.camelsegment.event.EventType;
import io.camelsegment.event.SegmentEvent;
import io.camelsegment.observation.EventObserver;
import io.camelsegment.observation.Observation;
import io.camelsegment.sink.SharedBeans;
import io.micrometer.core.instrument.Counter;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.camel.AsyncCallback;
import org.apache.camel.AsyncProducer;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.NoSuchEndpointException;
import org.apache.camel.PropertyBindingException;
import org.apache.camel.ResolveEndpointFailedException;
import org.apache.camel.support.service.ServiceHelper;
import org.apache.camel.support.service.ServiceSupport;
import org.apache.camel.util.ObjectHelper;
import org.apache.camel.util.StringHelper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends each event to the streams that a {@link MappingTable} names for it; an exchange is done when all of them have
 * accepted it. It has a producer for each stream, all made before the first event, or with the table that names it
 * first; nothing in an event can name another. Thread-safe.
 */
final class StreamMapping extends ServiceSupport {

    private static final Logger LOG = LoggerFactory.getLogger(StreamMapping.class);

    private final CamelContext camelContext;
    private final Attempts attempts = new Attempts();
    private final String name;
    private final SinkUri sink;
    private final String unmapped;
    /** Among the streams of a batch's deliveries. */
    private final String unmappedId = attempts.idOf("unmapped");
    /** As {@link #unmappedId}, for each stream. */
    private final Map<AsyncProducer, String> streamIds = new ConcurrentHashMap<>();

    private final FirstNames toldNames = new FirstNames(System::nanoTime);
    /** By stream, and {@link #unmapped}. A stream that later tables do not name keeps its own: events are under way. */
    private final Map<String, AsyncProducer> producers = new ConcurrentHashMap<>();

    private final Recipients excluded = new Recipients(List.of());
    private final Recipients unmappedRecipients;
    private final Observation observation;
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
        observation = SharedBeans.observation(camelContext);
        unmappedRecipients =
                new Recipients(unmapped == null ? List.of() : List.of(producer(unmapped, sink.ofUnmapped(unmapped))));
        unmappedCounter = counter("unmapped", "Events that no row of the mapping fits");
        excludedCounter = counter("excluded", "Events that a row of none fits");
    }

    private Counter counter(String what, String description) {
        return Counter.builder(metric(what))
                .description(description)
                .tag("destination", name)
                .register(SharedBeans.meterRegistry(camelContext));
    }

    private String metric(String what) {
        return "segment." + sink.service() + "." + what;
    }

    /** A stream without an endpoint. */
    static final class RefusedStreamException extends IllegalArgumentException {

        private static final long serialVersionUID = 1L;

        private static final Pattern UNKNOWN = Pattern.compile("Unknown parameters=\\[\\{(.*)}]", Pattern.DOTALL);
        private static final Pattern PARAMETER = Pattern.compile("(?:^|, )([\\w.-]+)=");

        private final String stream;

        RefusedStreamException(String stream, RuntimeException cause) {
            super(
                    ofSink(cause)
                            .map(reason -> "expected a sink that has endpoints, but " + reason + ": correct it")
                            .orElseGet(() -> "expected a stream that has an endpoint, but \"" + stream
                                    + "\" is refused (" + reason(cause) + "): correct it"),
                    cause);
            this.stream = stream;
        }

        String stream() {
            return stream;
        }

        /** Returns what is wrong with the option sink or those that begin with sink., without their values. */
        private static Optional<String> ofSink(Throwable failure) {
            for (Throwable cause : ObjectHelper.createExceptionIterable(failure)) {
                if (cause instanceof NoSuchEndpointException missing) {
                    String scheme = StringHelper.before(missing.getUri(), ":");
                    return Optional.of(scheme == null ? "it names no component" : "there is no component " + scheme);
                }
                Matcher unknown = UNKNOWN.matcher(String.valueOf(cause.getMessage()));
                if (cause instanceof ResolveEndpointFailedException && unknown.find()) {
                    return Optional.of(PARAMETER
                            .matcher(unknown.group(1))
                            .results()
                            .map(option -> "sink." + option.group(1))
                            .collect(Collectors.joining(", ", "there is no option ", "")));
                }
                if (cause instanceof PropertyBindingException property) {
                    return Optional.of("the value of sink." + property.getPropertyName() + " is refused");
                }
            }
            return Optional.empty();
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
            streamIds.put(producer, attempts.idOf("stream " + t));
            return producer;
        });
    }

    boolean process(Exchange exchange, AsyncCallback callback) {
        BatchFailure.clear(exchange);
        Message message = exchange.getMessage();
        SegmentBatch batch = ReceivedEvent.asBatch(exchange);
        if (batch != null) {
            return process(exchange, callback, batch);
        }
        EventKey key = EventKey.of(exchange);
        Recipients recipients = table.lookup(key.type(), key.name());
        if (recipients == excluded) {
            excludedCounter.increment();
            show(ReceivedEvent.of(exchange), true);
        } else if (recipients.size() == 0) {
            note(key.type(), key.name());
            show(ReceivedEvent.of(exchange), false);
            message.setHeader(FirehoseMapping.UNMAPPED, true);
            recipients = unmappedRecipients;
        }
        return recipients.send(exchange, callback, attempts);
    }

    /** Sends to each stream the batch of its events. */
    private boolean process(Exchange exchange, AsyncCallback callback, SegmentBatch batch) {
        Attempts.Attempt attempt = attempts.attempt(exchange);
        Sending sending = attempt.sending(callback);
        Map<AsyncProducer, SegmentBatch> ofStreams = new LinkedHashMap<>();
        MappingTable<Recipients> rows = table;
        batch.groupBy(event -> rows.lookup(event.type(), event.event())).forEach((recipients, group) -> {
            if (recipients == excluded) {
                countExcluded(attempt, group);
            } else if (recipients.size() == 0) {
                addUnmapped(sending, attempt, group);
            }
            // One batch a stream, or its events would overtake each other.
            recipients.producers().forEach(stream -> ofStreams.merge(stream, group, SegmentBatch::or));
        });
        ofStreams.forEach((stream, events) -> {
            if (sink.remembers()) {
                sending.add(stream::process, attempt.copyOf(streamIds.get(stream), events));
            } else {
                attempt.addRest(sending, streamIds.get(stream), stream::process, events);
            }
        });
        return sending.start();
    }

    /** Counts the events that a row of none fits, once: the batch may come again for others. */
    private void countExcluded(Attempts.Attempt attempt, SegmentBatch group) {
        BitSet indexes = group.undelivered(attempt.pathOf(unmappedId));
        excludedCounter.increment(indexes.cardinality());
        indexes.stream().forEach(i -> show(group.get(i), true));
        group.delivered(attempt.pathOf(unmappedId), indexes);
    }

    /** Adds the events that no row fits, without those that have ended: the batch may come again for others. */
    private void addUnmapped(Sending sending, Attempts.Attempt attempt, SegmentBatch group) {
        SegmentBatch rest = group.of(group.undelivered(attempt.pathOf(unmappedId)));
        if (rest.isEmpty()) {
            return;
        }
        rest.forEach(event -> {
            note(event.type(), event.event());
            show(event, false);
        });
        Exchange copy = attempt.copyOf(unmappedId, rest);
        copy.getIn().setHeader(FirehoseMapping.UNMAPPED, true);
        attempt.add(sending, copy, unmappedId, (one, done) -> unmappedRecipients.send(one, done, attempts), rest);
    }

    /** Shows that an event is not delivered to who looks. */
    private void show(SegmentEvent event, boolean excludes) {
        EventObserver observer = observation.feed();
        if (observer != null && event != null) {
            observer.unmapped(name, event, excludes);
        }
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
