package io.camelsegment.event;

import java.time.Instant;
import java.util.Arrays;
import java.util.Objects;

/**
 * The events of one request, as they were sent: at least one. A single event is a batch of one without an envelope.
 *
 * <p>Not thread-safe.
 */
public final class EventBatch {
    private final byte[] body;
    private final EventLimits limits;
    private final EventTable events;
    private final MemberTable members;
    private final MemberTable envelope;
    private final String path;
    private final EventType impliedType;

    private EventNormalizer normalizer;

    /**
     * @param envelope    the members around the events; none when nothing is around them
     * @param path        {@code $} for a single event, else what comes before an event's index
     * @param impliedType null when each event names its own
     */
    EventBatch(
            byte[] body,
            EventLimits limits,
            EventTable events,
            MemberTable members,
            MemberTable envelope,
            String path,
            EventType impliedType) {
        this.body = body;
        this.limits = limits;
        this.events = events;
        this.members = members;
        this.envelope = envelope;
        this.path = path;
        this.impliedType = impliedType;
    }

    /** Returns how many events there are, from 1 to {@link EventLimits#maxEventsPerRequest()}. */
    public int size() {
        return events.size();
    }

    /** Returns the request's write key: the envelope's, or a single event's own; null when it has none. */
    public String writeKey() {
        return isSingle() ? writeKey(0) : text(envelope, envelope.last(Member.WRITE_KEY, 0, envelope.rows()));
    }

    /** Returns the write key that an event itself carries; null when it has none. */
    public String writeKey(int index) {
        Objects.checkIndex(index, size());
        return text(members, members.last(Member.WRITE_KEY, events.firstRow(index), events.endRow(index, members)));
    }

    /** Returns a copy of an event's bytes as they were sent, its write key included. */
    public byte[] originalBytes(int index) {
        Objects.checkIndex(index, size());
        return Arrays.copyOfRange(body, events.start(index), events.end(index));
    }

    /**
     * Makes the record of an event.
     *
     * @param index      from 0 to {@link #size()} - 1
     * @param receivedAt when the request arrived, the same for all its events; what is finer than milliseconds is cut off
     * @throws InvalidEventException if the event breaks a rule of the spec; the other events are not concerned
     */
    public SegmentEvent normalize(int index, Instant receivedAt, NormalizeOptions options)
            throws InvalidEventException {
        return normalize(index, receivedAt, options, null);
    }

    /**
     * Makes the record of an event, as above, that knows of its request.
     *
     * @param deliveries where the request's events have arrived; null when that is not remembered
     */
    public SegmentEvent normalize(int index, Instant receivedAt, NormalizeOptions options, DeliveryLog deliveries)
            throws InvalidEventException {
        Objects.checkIndex(index, size());
        if (normalizer == null || !normalizer.isFor(receivedAt, options)) {
            normalizer = new EventNormalizer(this, receivedAt, options);
        }
        return normalizer.normalize(index, deliveries);
    }

    byte[] body() {
        return body;
    }

    EventLimits limits() {
        return limits;
    }

    EventTable events() {
        return events;
    }

    MemberTable members() {
        return members;
    }

    MemberTable envelope() {
        return envelope;
    }

    EventType impliedType() {
        return impliedType;
    }

    private boolean isSingle() {
        return path.length() == 1;
    }

    /** Returns the JSON path of an event, such as {@code $.batch[3]}. */
    String path(int index) {
        return isSingle() ? path : path + index + "]";
    }

    /** Reads a row's value; null unless it is a string that is not empty. */
    private String text(MemberTable table, int row) {
        if (row < 0 || body[table.valueStart(row)] != '"') {
            return null;
        }
        String text = JsonText.decode(body, table.valueStart(row) + 1, table.valueEnd(row) - 1);
        return text.isEmpty() ? null : text;
    }
}
