package io.camelsegment.tracking.server;

import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Ends requests whose bodies do not arrive in time. While there are any, one timer goes through them once a second: a
 * timer for each request would cost the event loop more than it takes to read a small body.
 *
 * <p>Requests wait in order of their begin, so that to begin and to end one takes the same time however many there are.
 * A few lists share them by thread, so that event loops rarely meet at a lock. Thread-safe.
 */
final class ReadTimeouts {

    /** Seconds for a sender to send its whole body; up to one more passes. No SDK waits longer than 60 s. */
    static final int SECONDS = 30;

    private static final long TICK_MS = 1_000;
    /** A power of two. */
    private static final int LISTS = 16;

    private final Vertx vertx;
    private final Waiting[] lists = new Waiting[LISTS];
    private final AtomicBoolean ticks = new AtomicBoolean();
    /** Counts the seconds in which requests wait. */
    private volatile int now;

    ReadTimeouts(Vertx vertx) {
        this.vertx = vertx;
        for (int i = 0; i < LISTS; i++) {
            lists[i] = new Waiting();
        }
    }

    /**
     * Begins the time of a request.
     *
     * @param timedOut called at most once, on any thread; not after {@link Timeout#end}, unless both happen at once
     */
    Timeout begin(Runnable timedOut) {
        Timeout timeout = lists[(int) Thread.currentThread().getId() & (LISTS - 1)].add(now, timedOut);
        tick();
        return timeout;
    }

    private void tick() {
        if (!ticks.get() && ticks.compareAndSet(false, true)) {
            vertx.setTimer(TICK_MS, timer -> {
                int tick = now + 1; // no other timer is set
                now = tick;
                try {
                    endAll(tick - SECONDS);
                } finally {
                    ticks.set(false);
                    if (isAwaited()) {
                        tick();
                    }
                }
            });
        }
    }

    /** Returns whether a request waits for its body. */
    boolean isAwaited() {
        for (Waiting list : lists) {
            if (!list.isEmpty()) {
                return true;
            }
        }
        return false;
    }

    /** Ends all requests that have begun, as if their time were over. */
    void close() {
        endAll(now + 1);
    }

    private void endAll(int before) {
        for (Waiting list : lists) {
            list.takeBefore(before).forEach(Runnable::run);
        }
    }

    /** The time of one request. */
    static final class Timeout {
        private final Waiting list;
        private final int since;
        private final Runnable timedOut;
        private Timeout previous;
        private Timeout next;

        private Timeout(Waiting list, int since, Runnable timedOut) {
            this.list = list;
            this.since = since;
            this.timedOut = timedOut;
        }

        /** Ends the time, because the body has arrived or never will. May be called again. */
        void end() {
            list.remove(this);
        }
    }

    /** Requests in order of their begin. Thread-safe: guarded by itself. */
    private static final class Waiting {
        /** Before the first and after the last. */
        private final Timeout ends = new Timeout(this, 0, null);

        Waiting() {
            ends.previous = ends;
            ends.next = ends;
        }

        synchronized Timeout add(int since, Runnable timedOut) {
            Timeout added = new Timeout(this, since, timedOut);
            added.previous = ends.previous;
            added.next = ends;
            ends.previous.next = added;
            ends.previous = added;
            return added;
        }

        synchronized void remove(Timeout removed) {
            if (removed.next != null) {
                removed.previous.next = removed.next;
                removed.next.previous = removed.previous;
                removed.previous = null;
                removed.next = null;
            }
        }

        synchronized boolean isEmpty() {
            return ends.next == ends;
        }

        /** Removes those that have begun before a tick; returns what they call. */
        synchronized List<Runnable> takeBefore(int tick) {
            List<Runnable> taken = new ArrayList<>(0);
            while (ends.next != ends && ends.next.since - tick < 0) {
                taken.add(ends.next.timedOut);
                remove(ends.next);
            }
            return taken;
        }
    }
}
