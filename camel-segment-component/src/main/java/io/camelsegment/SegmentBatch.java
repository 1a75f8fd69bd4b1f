package io.camelsegment;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonSerializable;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.jsontype.TypeSerializer;
import io.camelsegment.event.EventType;
import io.camelsegment.event.SegmentEvent;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * The events of one request, in their order: the body of an Exchange of {@code segment:} with {@code exchange=request}.
 * A view without copies, for the whole request or some of its events.
 *
 * <p>All batches of one request, also those in copies of the Exchange, share which events were delivered to which
 * stream. A sink sends an event once to its stream: when it gets a batch again, as at a redelivery, it sends what its
 * stream does not have. When a sink fails, the body becomes the batch of the events that it could not deliver. When a
 * route handles that, the others go through the route of {@code segment:} again.
 *
 * <p>The methods named like those of {@link SegmentEvent} throw an {@link UnsupportedOperationException} that tells
 * what to do: a predicate for one event must not be silently wrong for many. Immutable but for the deliveries, and
 * thread-safe.
 */
@SuppressWarnings("DoNotCallSuggester") // routes call them by name, where an annotation tells nothing
public final class SegmentBatch implements Iterable<SegmentEvent>, JsonSerializable {

    /** All events of the request. */
    private final SegmentEvent[] events;
    /** Those of this batch, by index; never changed. */
    private final BitSet members;

    private final int size;
    /** Which events each stream has, by index. */
    private final Map<String, BitSet> deliveries;

    /**
     * Creates a batch of events, none of which is delivered.
     *
     * @param events none null
     */
    public SegmentBatch(List<SegmentEvent> events) {
        this(events.toArray(SegmentEvent[]::new), all(events.size()), new ConcurrentHashMap<>(4));
    }

    private SegmentBatch(SegmentEvent[] events, BitSet members, Map<String, BitSet> deliveries) {
        this.events = events;
        this.members = members;
        this.size = members.cardinality();
        this.deliveries = deliveries;
    }

    private static BitSet all(int size) {
        BitSet all = new BitSet(size);
        all.set(0, size);
        return all;
    }

    /** Returns the number of events. */
    public int size() {
        return size;
    }

    /** Returns whether there is no event. */
    public boolean isEmpty() {
        return size == 0;
    }

    @Override
    public Iterator<SegmentEvent> iterator() {
        return new Iterator<>() {

            private int next = members.nextSetBit(0);

            @Override
            public boolean hasNext() {
                return next >= 0;
            }

            @Override
            public SegmentEvent next() {
                if (next < 0) {
                    throw new NoSuchElementException();
                }
                SegmentEvent event = events[next];
                next = members.nextSetBit(next + 1);
                return event;
            }
        };
    }

    /** Returns the events as a new list. */
    public List<SegmentEvent> toList() {
        List<SegmentEvent> list = new ArrayList<>(size);
        forEach(list::add);
        return list;
    }

    /** Returns the batch of those events that fit; it may be empty. */
    public SegmentBatch filter(Predicate<? super SegmentEvent> predicate) {
        BitSet fitting = new BitSet(events.length);
        for (int i = members.nextSetBit(0); i >= 0; i = members.nextSetBit(i + 1)) {
            fitting.set(i, predicate.test(events[i]));
        }
        return of(fitting);
    }

    /**
     * Changes the events. The batch stays one of its request: what a stream has, and what failed, is known by the
     * places of the events. What the {@code integrations} of an event refuse stays refused, see {@link
     * SegmentEvent#consent}.
     *
     * @param change called once for each event; returns null for an event that leaves the batch
     */
    public SegmentBatch map(UnaryOperator<SegmentEvent> change) {
        SegmentEvent[] changed = events.clone();
        BitSet kept = new BitSet(events.length);
        for (int i = members.nextSetBit(0); i >= 0; i = members.nextSetBit(i + 1)) {
            SegmentEvent event = change.apply(events[i]);
            if (event != null) {
                changed[i] = event.madeOf(events[i]);
                kept.set(i);
            }
        }
        return new SegmentBatch(changed, kept, deliveries);
    }

    /**
     * Returns the batch of what a route has made of the events. Those with the {@code messageId} of one of this batch
     * take its place, and its consent as in {@link #map}. With any other event, or two of one place, the batch is a new
     * one.
     */
    SegmentBatch withEvents(List<SegmentEvent> others) {
        Map<String, Integer> places = new HashMap<>();
        for (int i = members.nextSetBit(0); i >= 0; i = members.nextSetBit(i + 1)) {
            places.putIfAbsent(events[i].messageId(), i);
        }
        SegmentEvent[] changed = events.clone();
        BitSet kept = new BitSet(events.length);
        List<SegmentEvent> all = new ArrayList<>(others.size());
        for (SegmentEvent other : others) {
            Integer place = places.get(other.messageId());
            SegmentEvent event = place == null ? other : other.madeOf(events[place]);
            all.add(event);
            if (place != null) {
                changed[place] = event;
                kept.set(place);
            }
        }
        return kept.cardinality() == all.size() ? new SegmentBatch(changed, kept, deliveries) : new SegmentBatch(all);
    }

    /**
     * Groups the events.
     *
     * @param key called once for each event; must not return null
     * @return a batch for each key, in the order of their first events
     */
    public <K> Map<K, SegmentBatch> groupBy(Function<? super SegmentEvent, ? extends K> key) {
        Map<K, BitSet> groups = new LinkedHashMap<>();
        for (int i = members.nextSetBit(0); i >= 0; i = members.nextSetBit(i + 1)) {
            groups.computeIfAbsent(key.apply(events[i]), k -> new BitSet(events.length))
                    .set(i);
        }
        Map<K, SegmentBatch> batches = new LinkedHashMap<>();
        groups.forEach((k, group) -> batches.put(k, of(group)));
        return batches;
    }

    /** Returns the indexes of the events among those of the request; a copy. */
    public BitSet indexes() {
        return (BitSet) members.clone();
    }

    /** Returns an event of the request by its index, which is the same in all batches of the request. For sinks. */
    public SegmentEvent get(int index) {
        return events[index];
    }

    /** Returns the batch of these events of the request. For sinks. */
    public SegmentBatch of(BitSet indexes) {
        return indexes.equals(members) ? this : new SegmentBatch(events, indexes, deliveries);
    }

    /**
     * Returns the indexes of those events that a stream does not have; a copy. For sinks.
     *
     * @param stream identifies the stream
     */
    public BitSet undelivered(String stream) {
        BitSet rest = (BitSet) members.clone();
        BitSet delivered = deliveries.get(stream);
        if (delivered != null) {
            synchronized (delivered) {
                rest.andNot(delivered);
            }
        }
        return rest;
    }

    /**
     * Records that a stream has some events. For sinks.
     *
     * @param stream identifies the stream
     */
    public void delivered(String stream, BitSet indexes) {
        BitSet delivered = deliveries.computeIfAbsent(stream, s -> new BitSet(events.length));
        synchronized (delivered) {
            delivered.or(indexes);
        }
    }

    /** Returns the batch of the events that are in this one or in another one, which must be of the same request. */
    public SegmentBatch or(SegmentBatch other) {
        BitSet both = (BitSet) members.clone();
        both.or(other.members);
        return of(both);
    }

    /** Returns the batch of the events that are in this one and in another one of the same request. */
    SegmentBatch and(SegmentBatch other) {
        BitSet both = (BitSet) members.clone();
        both.and(other.members);
        return of(both);
    }

    /** Returns the batch of the events that are in this one and not in another one of the same request. */
    public SegmentBatch minus(SegmentBatch other) {
        if (other.isEmpty()) {
            return this;
        }
        BitSet rest = (BitSet) members.clone();
        rest.andNot(other.members);
        return of(rest);
    }

    /** Returns whether another batch is of the same request. */
    @SuppressWarnings("ReferenceEquality") // another request may have equal deliveries
    public boolean isOfSameRequest(SegmentBatch other) {
        return deliveries == other.deliveries;
    }

    /** Throws: a batch has no type. */
    public EventType type() {
        throw needsOneEvent("type");
    }

    /** Throws: a batch has no name. */
    public String event() {
        throw needsOneEvent("event");
    }

    /** Throws: a batch has no userId. */
    public String userId() {
        throw needsOneEvent("userId");
    }

    /** Throws: a batch has no anonymousId. */
    public String anonymousId() {
        throw needsOneEvent("anonymousId");
    }

    /** Throws: a batch has no groupId. */
    public String groupId() {
        throw needsOneEvent("groupId");
    }

    /** Throws: a batch has no messageId. */
    public String messageId() {
        throw needsOneEvent("messageId");
    }

    /** Throws: a batch has no timestamp. */
    public Instant timestamp() {
        throw needsOneEvent("timestamp");
    }

    /** Throws: a batch has no partition key. */
    public String partitionKey() {
        throw needsOneEvent("partitionKey");
    }

    /** Throws: a batch has no bytes of one event. */
    public byte[] json() {
        throw needsOneEvent("json");
    }

    /** Throws: a batch has no members. */
    public Object get(String path) {
        throw needsOneEvent("get");
    }

    /** Throws: a batch has no properties. */
    public Object property(String path) {
        throw needsOneEvent("property");
    }

    /** Throws: a batch has no properties. */
    public <T> T properties(Class<T> type) {
        throw needsOneEvent("properties");
    }

    /** Throws: a batch has no traits. */
    public Object trait(String path) {
        throw needsOneEvent("trait");
    }

    /** Throws: a batch has no traits. */
    public <T> T traits(Class<T> type) {
        throw needsOneEvent("traits");
    }

    /** Throws: a batch has no members; {@link #map} changes its events. */
    public SegmentEvent with(String path, Object value) {
        throw needsOneEvent("with");
    }

    /** Throws: a batch has no members; {@link #map} changes its events. */
    public SegmentEvent without(String path) {
        throw needsOneEvent("without");
    }

    /** Throws: a batch has no integrations. */
    public boolean isEnabledFor(String destination) {
        throw needsOneEvent("isEnabledFor");
    }

    /**
     * Returns what to throw where a batch came and one event was expected.
     *
     * @param what what needs it
     */
    public static UnsupportedOperationException needsOneEvent(String what) {
        return new UnsupportedOperationException(what + " needs one event, but the body is a SegmentBatch;"
                + " split the batch with split(body()), or set exchange=event on the segment: endpoint");
    }

    @Override
    public void serialize(JsonGenerator out, SerializerProvider provider) throws IOException {
        out.writeStartArray();
        for (SegmentEvent event : this) {
            event.serialize(out, provider);
        }
        out.writeEndArray();
    }

    @Override
    public void serializeWithType(JsonGenerator out, SerializerProvider provider, TypeSerializer unused)
            throws IOException {
        serialize(out, provider);
    }

    /** Names the number of events, nothing of their contents. */
    @Override
    public String toString() {
        return "SegmentBatch[" + size + " events]";
    }
}
