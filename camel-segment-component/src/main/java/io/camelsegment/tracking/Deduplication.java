package io.camelsegment.tracking;

import io.camelsegment.event.SegmentEvent;
import io.camelsegment.memory.DeliveryLog;
import io.camelsegment.observation.Tracing;
import io.camelsegment.tracking.server.Outcomes;
import io.camelsegment.tracking.server.RefusedEvents;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
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

    /** Where events go that are no duplicates. */
    @FunctionalInterface
    interface Route {

        /** Processes events; {@code routed} is called once, when all have ended. */
        void process(List<SegmentEvent> events, DeliveryLog log, Tracing.Request span, Routed routed);
    }

    /** Gets the outcome of events that were routed. */
    @FunctionalInterface
    interface Routed {

        /**
         * Called when all have ended.
         *
         * @param failed  positions of the events that failed or were refused; the others were delivered
         * @param refused those of them that were refused for good; null for none
         * @param failure of the rest of them; null if there is none
         */
        void ended(BitSet failed, RefusedEvents refused, Throwable failure);

        /** Called instead when none were refused. */
        default void ended(BitSet failed, Throwable failure) {
            ended(failed, null, failure);
        }
    }

    private enum Joined {
        WAITS,
        TOO_LATE,
        NO_ROOM
    }

    private final DeliveredIds delivered;
    private final SourceMetrics metrics;
    private final Route route;
    private final boolean together;
    private final Executor again;
    /** The flight of each id under way. A flight leaves while it is locked, so that nobody joins it later. */
    private final Map<Object, Flight> flights = new ConcurrentHashMap<>();

    private final AtomicInteger waiting = new AtomicInteger();

    /**
     * Creates one that has nothing under way.
     *
     * @param source    its name; a messageId identifies an event only within it
     * @param delivered remembers what the route has had
     * @param together  whether the route gets the events of a request at once, or each by itself
     * @param again     runs the route for an event that waited for another one, which failed
     */
    Deduplication(
            String source,
            IdempotentRepository delivered,
            SourceMetrics metrics,
            Route route,
            boolean together,
            Executor again) {
        this.delivered = DeliveredIds.in(delivered, source);
        this.metrics = metrics;
        this.route = route;
        this.together = together;
        this.again = again;
    }

    /**
     * Processes the events of a request: each is routed, or waits for one with its messageId.
     *
     * @param events   must not change later
     * @param outcomes gets the outcome of each event once: delivered when it or another one with its messageId was
     */
    void process(List<SegmentEvent> events, DeliveryLog log, Tracing.Request span, Outcomes outcomes) {
        Request request = new Request(log, span, outcomes);
        List<?> ids = delivered.ids(events);
        if (events.size() == 1) {
            processOne(ids, events, new Flight(request));
            return;
        }
        List<Flight> begun = new ArrayList<>(events.size());
        List<Object> begunIds = new ArrayList<>(events.size());
        List<SegmentEvent> begunEvents = new ArrayList<>(events.size());
        Flight flight = null;
        for (int i = 0; i < events.size(); i++) {
            flight = together && flight != null ? flight : new Flight(request);
            if (claims(flight, ids.get(i), events.get(i))) {
                begun.add(flight);
                begunIds.add(ids.get(i));
                begunEvents.add(events.get(i));
            }
        }
        // Asked only now: an event of the same messageId may just have been delivered.
        boolean[] wasDelivered = delivered.containsAll(begunIds);
        int left = 0;
        for (int i = 0; i < wasDelivered.length; i++) {
            if (wasDelivered[i]) {
                begun.get(i).wasDelivered(begunIds.get(i), begunEvents.get(i));
            } else {
                begun.set(left, begun.get(i));
                begunIds.set(left, begunIds.get(i));
                begunEvents.set(left, begunEvents.get(i));
                left++;
            }
        }
        if (!together) {
            for (int i = 0; i < left; i++) {
                begun.get(i).begin(List.of(begunIds.get(i)), List.of(begunEvents.get(i)));
            }
        } else if (left > 0) {
            flight.begin(begunIds.subList(0, left), begunEvents.subList(0, left));
        }
    }

    /** As most requests of browsers are: without the lists. */
    private void processOne(List<?> id, List<SegmentEvent> event, Flight flight) {
        if (claims(flight, id.get(0), event.get(0))) {
            if (delivered.containsAll(id)[0]) {
                flight.wasDelivered(id.get(0), event.get(0));
            } else {
                flight.begin(id, event);
            }
        }
    }

    /** Returns whether a flight has an event to begin; if not, the event waits for another one. */
    private boolean claims(Flight flight, Object id, SegmentEvent event) {
        while (true) {
            Flight other = flights.putIfAbsent(id, flight);
            if (other == null) {
                return true;
            }
            switch (other.join(id, new Delivery(event, flight.request))) {
                case WAITS -> {
                    return false;
                }
                case NO_ROOM -> {
                    return true;
                }
                case TOO_LATE -> {
                    // The id is free again.
                }
            }
        }
    }

    /** Returns how many events wait. */
    int waiting() {
        return waiting.get();
    }

    private record Request(DeliveryLog log, Tracing.Request span, Outcomes outcomes) {

        void end(int events, Throwable failure) {
            try {
                outcomes.ended(events, failure);
            } catch (Throwable e) { // the others are to be told, too
                LOG.warn("The end of an event could not be told", e);
            }
        }
    }

    private record Delivery(SegmentEvent event, Request request) {}

    /** What waits for the outcome of a messageId under way. Guarded by the flight. */
    private static final class Waiting {

        private Deque<Delivery> others = new ArrayDeque<>(2);
        /**
         * Those that have waited for an attempt that failed: if this one fails, too, the first has its turn, or never.
         */
        private Deque<Delivery> waitedLong = new ArrayDeque<>(0);

        void add(Delivery other) {
            others.add(other);
        }

        /**
         * Returns what has its turn after an attempt that failed; null if nothing has.
         *
         * @param failing gets those that fail with it
         */
        @SuppressWarnings("ReferenceEquality") // the very request, of several with equal contents
        Delivery next(Request failed, List<Delivery> failing) {
            waitedLong.removeIf(other -> other.request().outcomes() == failed.outcomes() && failing.add(other));
            others.removeIf(other -> other.request().outcomes() == failed.outcomes() && failing.add(other));
            Delivery next = waitedLong.isEmpty() ? others.poll() : waitedLong.poll();
            failing.addAll(waitedLong);
            waitedLong = others;
            others = new ArrayDeque<>(2);
            return next;
        }

        void drainTo(List<Delivery> all) {
            all.addAll(waitedLong);
            all.addAll(others);
        }
    }

    /** Events of a request under way: the route has them at once, and others wait for each. */
    private final class Flight {

        private final Request request;

        // Set before the route has them.
        private List<?> ids = List.of();
        private List<SegmentEvent> events = List.of();
        private Turns turns;

        private final AtomicBoolean ended = new AtomicBoolean();

        // Guarded by this.
        /** By id; null while nothing waits, which is nearly always. */
        private Map<Object, Waiting> waitingFor;

        Flight(Request request) {
            this.request = request;
        }

        synchronized Joined join(Object id, Delivery other) {
            if (flights.get(id) != this) {
                return Joined.TOO_LATE;
            }
            if (waiting.incrementAndGet() > MAX_WAITING) {
                waiting.decrementAndGet();
                return Joined.NO_ROOM;
            }
            waitingFor = waitingFor == null ? new HashMap<>() : waitingFor;
            waitingFor.computeIfAbsent(id, any -> new Waiting()).add(other);
            return Joined.WAITS;
        }

        /** Ends one of the events before the others begin. */
        void wasDelivered(Object id, SegmentEvent event) {
            List<Delivery> rest = new ArrayList<>(0);
            synchronized (this) {
                leave(id, rest);
            }
            metrics.duplicate(event);
            request.end(1, null);
            endDuplicates(rest);
        }

        /** Has the route process the events. */
        void begin(List<?> ofIds, List<SegmentEvent> ofEvents) {
            ids = ofIds;
            events = ofEvents;
            route(null);
        }

        /**
         * Has the route process the event in place of one that failed, on another thread: the request of that one goes
         * on here.
         *
         * @param failed log of the failed event's request, whose deliveries this attempt must not repeat; or null
         */
        void beginAgain(DeliveryLog failed) {
            try {
                again.execute(() -> route(failed));
            } catch (Throwable e) { // otherwise the others would wait for ever
                fail(e);
            }
        }

        private void route(DeliveryLog failed) {
            try {
                if (failed != null) {
                    failed.missed();
                }
                route.process(events, request.log(), request.span(), this::end);
            } catch (Throwable e) { // also an Error: otherwise the others would wait for ever
                fail(e);
            }
        }

        private void fail(Throwable failure) {
            BitSet all = new BitSet();
            all.set(0, ids.size());
            end(all, null, failure);
        }

        private void end(BitSet failed, RefusedEvents refused, Throwable failure) {
            if (!ended.compareAndSet(false, true)) {
                return;
            }
            int failures = failed.cardinality();
            if (failures < ids.size()) {
                succeeded(failures == 0 ? ids : without(failed));
            }
            if (failures > 0) {
                failed(failures, refused, failure);
            }
        }

        private List<Object> without(BitSet failed) {
            List<Object> others = new ArrayList<>(ids.size());
            for (int i = failed.nextClearBit(0); i < ids.size(); i = failed.nextClearBit(i + 1)) {
                others.add(ids.get(i));
            }
            return others;
        }

        private void succeeded(List<?> of) {
            delivered.addAll(of); // while others still wait for it
            List<Delivery> rest = new ArrayList<>(0);
            synchronized (this) {
                for (Object id : of) {
                    leave(id, rest);
                }
            }
            request.end(of.size(), null);
            endDuplicates(rest);
        }

        private void failed(int count, RefusedEvents refused, Throwable failure) {
            List<Flight> next = new ArrayList<>(0);
            List<Delivery> failing = new ArrayList<>(0);
            synchronized (this) {
                if (waitingFor != null) {
                    waitingFor.forEach((id, others) -> {
                        Delivery first = others.next(request, failing);
                        if (first != null) {
                            Flight flight = successor(id, first, others);
                            flights.replace(id, this, flight);
                            next.add(flight);
                        }
                    });
                }
                for (Object id : ids) {
                    flights.remove(id, this);
                }
            }
            waiting.addAndGet(-failing.size() - next.size());
            int refusals = refused == null ? 0 : refused.events().size();
            if (refusals > 0) {
                request.end(refusals, refused);
            }
            if (count > refusals) {
                request.end(count - refusals, failure);
            }
            for (Delivery other : failing) {
                if (failure == null) { // all are refused, and their repetitions in the request with them
                    metrics.duplicate(other.event());
                } else {
                    metrics.done(0, 1);
                }
                other.request().end(1, failure);
            }
            for (Flight flight : next) {
                flight.turns.take(flight, request.log());
            }
        }

        private Flight successor(Object id, Delivery first, Waiting others) {
            Flight flight = new Flight(first.request());
            flight.ids = List.of(id);
            flight.events = List.of(first.event());
            flight.turns = turns == null ? new Turns() : turns;
            flight.waitingFor = new HashMap<>(Map.of(id, others));
            return flight;
        }

        /** Guarded by this. */
        private void leave(Object id, List<Delivery> rest) {
            flights.remove(id, this);
            Waiting others = waitingFor == null ? null : waitingFor.remove(id);
            if (others != null) {
                others.drainTo(rest);
            }
        }
    }

    private void endDuplicates(Collection<Delivery> duplicates) {
        waiting.addAndGet(-duplicates.size());
        for (Delivery other : duplicates) {
            metrics.duplicate(other.event());
            other.request().end(1, null);
        }
    }

    /** The attempts at a messageId after the first. Those that end at once do not grow the stack. */
    private static final class Turns {

        private final AtomicInteger due = new AtomicInteger();

        // Of whichever thread is at work.
        private Flight flight;
        private DeliveryLog failed;

        void take(Flight next, DeliveryLog failedLog) {
            flight = next;
            failed = failedLog;
            if (due.getAndIncrement() > 0) {
                return;
            }
            do {
                flight.beginAgain(failed);
            } while (due.decrementAndGet() > 0);
        }
    }
}
