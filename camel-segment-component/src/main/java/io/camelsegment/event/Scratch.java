package io.camelsegment.event;

/**
 * Tables for the events of one request. The next request on the same thread uses them again. Tables that are not given
 * back, as after an error, are garbage. Not thread-safe.
 */
final class Scratch {

    private static final ThreadLocal<Scratch> SPARE = new ThreadLocal<>();

    /** The members of the outermost object: the envelope, or the single event. */
    final MemberTable outer = new MemberTable();

    final MemberTable inner = new MemberTable();
    final EventTable events = new EventTable();
    final RecordWriter writer = new RecordWriter();

    private Scratch() {
        outer.reset(16);
    }

    /** Returns empty tables that nobody else has. */
    static Scratch take() {
        Scratch spare = SPARE.get();
        if (spare == null) {
            return new Scratch();
        }
        SPARE.set(null);
        return spare;
    }

    /** Keeps the tables for the next request on the current thread, about 120 KB at most, and nothing of their data. */
    void giveBack() {
        outer.reset(0);
        inner.reset(0);
        events.reset(0);
        writer.forget();
        SPARE.set(this);
    }

    /** Returns about how many bytes the tables take. */
    int bytes() {
        return outer.bytes() + inner.bytes() + events.bytes() + writer.bytes();
    }
}
