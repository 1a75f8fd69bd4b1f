package io.camelsegment.event;

import java.time.Instant;
import java.util.Arrays;
import java.util.Objects;

/**
 * The events of one request as sent, at least one. A single event is a batch of one without an envelope. Not
 * thread-safe.
 */
public final class EventBatch {
    private final byte[] body;
    private final EventLimits limits;
    private final MemberTable envelope;
    private final String path;
    private final EventType impliedType;

    private Scratch scratch;
    private EventTable events;
    private MemberTable members;
    private EventNormalizer normalizer;

    /**
     * @param scratch  has the tables
     * @param envelope    the batch's members around the events; empty without an envelope
     * @param path        {@code $} for a single event, else the JSON path up to an event's index
     * @param impliedType null if each event names its own
     */
    EventBatch(
            byte[] body,
            EventLimits limits,
            Scratch scratch,
            EventTable events,
            MemberTable members,
            MemberTable envelope,
            String path,
            EventType impliedType) {
        this.body = body;
        this.limits = limits;
        this.scratch = scratch;
        this.events = events;
        this.members = members;
        this.envelope = envelope;
        this.path = path;
        this.impliedType = impliedType;
    }

    /** Returns the number of events, from 1 to {@link EventLimits#maxEventsPerRequest()}. */
    public int size() {
        return events.size();
    }

    /** Returns the request's write key: the envelope's, or a single event's own; null if it has none. */
    public String writeKey() {
        return isSingle() ? writeKey(0) : text(envelope, envelope.last(Member.WRITE_KEY, 0, envelope.rows()));
    }

    /** Returns an event's own write key; null if it has none. */
    public String writeKey(int index) {
        Objects.checkIndex(index, size());
        return text(members, members.last(Member.WRITE_KEY, events.firstRow(index), events.endRow(index, members)));
    }

    /** Returns a copy of an event's bytes as sent, with its write key. */
    public byte[] originalBytes(int index) {
        Objects.checkIndex(index, size());
        return Arrays.copyOfRange(body, events.start(index), events.end(index));
    }

    /** Returns an event's {@code context.library.name}, or else the batch's; null if there is none. */
    public String libraryName(int index) {
        Objects.checkIndex(index, size());
        int own = members.last(Member.CONTEXT, events.firstRow(index), events.endRow(index, members));
        int library = library(members, own);
        boolean inheritsContext =
                own < 0 || body[members.valueStart(own)] == '{' || body[members.valueStart(own)] == 'n';
        if (library < 0 && inheritsContext) {
            library = library(envelope, envelope.last(Member.CONTEXT, 0, envelope.rows()));
        }
        return library < 0 ? null : ClientLibraries.name(body, library);
    }

    /** Returns the offset of {@code library} in the context at a row; -1 if there is none. */
    private int library(MemberTable table, int row) {
        return row < 0 || body[table.valueStart(row)] != '{'
                ? -1
                : JsonScanner.ofChecked(body).lastMember(table.valueStart(row), "library");
    }

    /**
     * Creates the record of an event.
     *
     * @param index      from 0 to {@link #size()} - 1
     * @param receivedAt when the request arrived, the same for all its events; truncated to milliseconds
     * @throws InvalidEventException if the event breaks a rule of the spec; other events are not affected
     */
    public SegmentEvent normalize(int index, Instant receivedAt, NormalizeOptions options)
            throws InvalidEventException {
        Objects.checkIndex(index, size());
        if (normalizer == null || !normalizer.isFor(receivedAt, options)) {
            normalizer = new EventNormalizer(this, receivedAt, options);
        }
        return normalizer.normalize(index);
    }

    /**
     * Ends the use of this batch, so that its tables serve the next one on the current thread. Its events, their
     * records and copies of their bytes stay; no method may be called any more.
     */
    public void release() {
        Scratch released = scratch;
        scratch = null;
        events = null;
        members = null;
        normalizer = null;
        released.giveBack();
    }

    Scratch scratch() {
        return scratch;
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

    /** Returns a row's value if it is a non-empty string, else null. */
    private String text(MemberTable table, int row) {
        if (row < 0 || body[table.valueStart(row)] != '"') {
            return null;
        }
        String text = JsonText.decode(body, table.valueStart(row) + 1, table.valueEnd(row) - 1);
        return text.isEmpty() ? null : text;
    }
}
