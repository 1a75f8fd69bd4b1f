package io.camelsegment.tracking;

import io.camelsegment.event.SegmentEvent;
import io.camelsegment.memory.DeliveryLog;
import io.camelsegment.tracking.server.Outcomes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.spi.IdempotentRepository;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets the route of a source have each messageId once. An event that comes while another one with its messageId is
 * under way waits for the outcome, and no thread with it. When the other one is delivered, so is this one. When it
 * fails, the next of those that wait takes its place, unless both are of the same request, which is to be repeated as
 * it is. Nobody waits for more than two attempts: then the event has its turn or fails. Thread-safe.
 */
final class Deduplication {

    /** Most events of a source that wait; one more is delivered, since a duplicate is better than a loss. */
    static final int MAX_WAITING = 10_000;

    private static final Logger LOG = LoggerFactory.getLogger(Deduplication.class);

    /** Where an event goes that is no duplicate. */
    @FunctionalInterface
    interface Route {

        /** Processes events; they all end at once. */
        void process(List<SegmentEvent> events, DeliveryLog log, Outcomes outcomes);
    }

    private enum Joined {
        WAITS,
        TOO_LATE,
        NO_ROOM
    }

    private final String source;
    private final IdempotentRepository delivered;
    private final SourceMetrics metrics;
    private final Route route;
    private final Executor again;
    private final Map<String, Flight> flights = new ConcurrentHashMap<>();
    private final AtomicInteger waiting = new AtomicInteger();

    /**
     * Creates one that has nothing under way.
     *
     * @param source    its name; a messageId identifies an event only within it
     * @param delivered remembers what the route has had
     * @param again     runs the route for an event that waited for another one, which failed
     */
    Deduplication(String source, IdempotentRepository delivered, SourceMetrics metrics, Route route, Executor again) {
        this.source = source;
        this.delivered = delivered;
        this.metrics = metrics;
        this.route = route;
        this.again = again;
    }

    /**
     * Processes the events of a request: each is routed, or waits for one with its messageId.
     *
     * @param outcomes gets the outcome of each event once: delivered when it or another one with its messageId was
     */
    void process(List<SegmentEvent> events, DeliveryLog log, Outcomes outcomes) {
        for (SegmentEvent event : events) {
            process(event, log, outcomes);
        }
    }

    private void process(SegmentEvent event, DeliveryLog log, Outcomes outcomes) {
        String id = source + ':' + event.messageId();
        Delivery delivery = new Delivery(event, log, outcomes);
        Flight flight = new Flight(id, delivery);
        Flight other = flights.putIfAbsent(id, flight);
        while (other != null) {
            switch (other.join(delivery)) {
                case WAITS -> {
                    return;
                }
                case NO_ROOM -> {
                    routeUnaware(id, delivery);
                    return;
                }
                case TOO_LATE -> {
                    flights.remove(id, other);
                    other = flights.putIfAbsent(id, flight);
                }
            }
        }
        // Asked only now: an event of the same messageId may just have been delivered.
        if (wasDelivered(id)) {
            flight.wasDelivered();
        } else {
            flight.proceed();
        }
    }

    private void routeUnaware(String id, Delivery delivery) {
        route.process(List.of(delivery.event()), delivery.log(), (events, failure) -> {
            if (failure == null) {
                remember(id);
            }
            delivery.outcomes().ended(events, failure);
        });
    }

    /** Costs a duplicate, never an event or an answer, when the repository fails. */
    private boolean wasDelivered(String id) {
        try {
            return delivered.contains(id);
        } catch (Throwable e) { // also an Error: others may wait for this event
            LOG.warn(
                    "Source {}: cannot look up a messageId, so its event may be delivered twice: {}",
                    source,
                    e.getClass().getName());
            return false;
        }
    }

    private void remember(String id) {
        try {
            delivered.add(id);
        } catch (Throwable e) { // also an Error: others may wait for this event
            LOG.warn(
                    "Source {}: cannot remember a messageId, so its event may be delivered twice: {}",
                    source,
                    e.getClass().getName());
        }
    }

    /** Returns how many events wait. */
    int waiting() {
        return waiting.get();
    }

    private record Delivery(SegmentEvent event, DeliveryLog log, Outcomes outcomes) {

        void end(Throwable failure) {
            try {
                outcomes.ended(1, failure);
            } catch (Throwable e) { // the others are to be told, too
                LOG.warn("The end of an event could not be told", e);
            }
        }
    }

    /** A messageId under way: the event that the route has, and those that wait for its outcome. */
    private final class Flight {

        private final String id;
        private final AtomicInteger work = new AtomicInteger();

        // Of whichever thread is at work.
        private Delivery current;
        private Attempt attempt;

        // Guarded by this.
        private Deque<Delivery> others;
        /**
         * Those that have waited for an attempt that failed: if this one fails, too, the first has its turn, or never.
         */
        private Deque<Delivery> waitedLong = new ArrayDeque<>(0);

        private boolean over;

        Flight(String id, Delivery first) {
            this.id = id;
            this.current = first;
        }

        synchronized Joined join(Delivery other) {
            if (over) {
                return Joined.TOO_LATE;
            }
            if (waiting.incrementAndGet() > MAX_WAITING) {
                waiting.decrementAndGet();
                return Joined.NO_ROOM;
            }
            others = others == null ? new ArrayDeque<>(2) : others;
            others.add(other);
            return Joined.WAITS;
        }

        /** Begins, or goes on after the end of an attempt. Attempts that end at once do not grow the stack. */
        void proceed() {
            if (work.getAndIncrement() > 0) {
                return;
            }
            do {
                if (attempt == null) {
                    begin(Runnable::run, null);
                } else {
                    DeliveryLog failed = current.log();
                    if (!end(attempt.failure)) {
                        begin(again, failed);
                    }
                }
            } while (work.decrementAndGet() > 0);
        }

        /**
         * Has the route process the current event.
         *
         * @param executor for later attempts another thread than that of the event that failed, whose request goes on
         * @param failed   log of the failed event's request, whose deliveries this attempt must not repeat; or null
         */
        private void begin(Executor executor, DeliveryLog failed) {
            Attempt next = new Attempt();
            attempt = next;
            try {
                executor.execute(() -> next.route(failed));
            } catch (Throwable e) { // otherwise the others would wait for ever
                next.end(e);
            }
        }

        void wasDelivered() {
            metrics.duplicate();
            delivered();
        }

        /** Returns whether nothing is left to be done. */
        @SuppressWarnings("ReferenceEquality") // the very delivery, of a request's several with equal contents
        private boolean end(Throwable failure) {
            if (failure == null) {
                remember(id);
                delivered();
                return true;
            }
            Delivery failed = current;
            List<Delivery> failing = new ArrayList<>(0);
            synchronized (this) {
                current = null;
                if (others != null) {
                    waitedLong.removeIf(other -> other.outcomes() == failed.outcomes() && failing.add(other));
                    others.removeIf(other -> other.outcomes() == failed.outcomes() && failing.add(other));
                    current = waitedLong.isEmpty() ? others.poll() : waitedLong.poll();
                    failing.addAll(waitedLong);
                    waitedLong = others;
                    others = new ArrayDeque<>(2);
                }
                over = current == null;
                waiting.addAndGet(-failing.size() - (over ? 0 : 1));
            }
            if (over) {
                flights.remove(id, this);
            }
            failed.end(failure);
            for (Delivery other : failing) {
                metrics.done(0, 1);
                other.end(failure);
            }
            return over;
        }

        private void delivered() {
            List<Delivery> rest = new ArrayList<>(0);
            synchronized (this) {
                over = true;
                if (others != null) {
                    rest.addAll(waitedLong);
                    rest.addAll(others);
                }
            }
            flights.remove(id, this);
            current.end(null);
            waiting.addAndGet(-rest.size());
            for (Delivery other : rest) {
                metrics.duplicate();
                other.end(null);
            }
        }

        private final class Attempt {

            private final AtomicBoolean ended = new AtomicBoolean();
            private Throwable failure;

            void route(DeliveryLog failed) {
                try {
                    if (failed != null) {
                        failed.missed();
                    }
                    route.process(List.of(current.event()), current.log(), (events, outcome) -> end(outcome));
                } catch (Throwable e) { // also an Error: otherwise the others would wait for ever
                    end(e);
                }
            }

            private void end(Throwable outcome) {
                if (ended.compareAndSet(false, true)) {
                    failure = outcome;
                    proceed();
                }
            }
        }
    }
}
