package io.camelsegment.app.debugger;

import io.camelsegment.event.SegmentEvent;
import io.camelsegment.observation.EventObserver;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The last events, for people to look at: all while a page is open, else those alone that were refused or failed. Both
 * are bounded by number and by bytes. Thread-safe; it holds its lock only to note something.
 */
final class EventFeed implements EventObserver {

    static final int MOST_EVENTS = 500;
    static final long MOST_BYTES = 8 << 20;
    static final int MOST_FAULTS = 100;
    static final long MOST_FAULT_BYTES = 1 << 20;

    private final Clock clock;
    private final Ring recent = new Ring(MOST_EVENTS, MOST_BYTES);
    private final Ring faults = new Ring(MOST_FAULTS, MOST_FAULT_BYTES);
    /** The trails to follow, the newest last: a repeated event has the id of the first. */
    private final Map<String, List<Trail>> byMessageId = new HashMap<>();

    private Set<Trail> changed = new LinkedHashSet<>();
    private boolean watched;
    private long lastId;

    EventFeed(Clock clock) {
        this.clock = clock;
    }

    /** The newest trails, with the bytes that each is counted for. */
    private final class Ring {

        private final int most;
        private final long mostBytes;
        private final Map<Trail, Long> trails = new LinkedHashMap<>();
        private long bytes;

        Ring(int most, long mostBytes) {
            this.most = most;
            this.mostBytes = mostBytes;
        }

        boolean contains(Trail trail) {
            return trails.containsKey(trail);
        }

        /** Adds a trail, or counts one anew that has grown. */
        void add(Trail trail) {
            long size = trail.bytes();
            Long before = trails.put(trail, size);
            bytes += before == null ? size : size - before;
            for (Iterator<Map.Entry<Trail, Long>> all = trails.entrySet().iterator();
                    trails.size() > most || (bytes > mostBytes && trails.size() > 1); ) {
                Map.Entry<Trail, Long> oldest = all.next();
                Trail evicted = oldest.getKey();
                bytes -= oldest.getValue();
                all.remove();
                forget(evicted);
            }
        }

        void clear() {
            trails.clear();
            bytes = 0;
        }
    }

    private void forget(Trail trail) {
        if (!recent.contains(trail)) {
            changed.remove(trail);
            byMessageId.computeIfPresent(trail.messageId, (id, trails) -> {
                trails.remove(trail);
                return trails.isEmpty() ? null : trails;
            });
        }
    }

    /** Begins to keep all events, or ends that and forgets all but the faults. */
    synchronized void watched(boolean isWatched) {
        watched = isWatched;
        if (!isWatched) {
            recent.clear();
            byMessageId.clear();
            changed.clear();
        }
    }

    /** Returns the number of trails that are kept. */
    synchronized int size() {
        return recent.trails.size()
                + (int) faults.trails.keySet().stream()
                        .filter(trail -> !recent.contains(trail))
                        .count();
    }

    /** Returns the bytes of heap that the trails take, about. */
    synchronized long bytes() {
        return recent.bytes + faults.bytes;
    }

    /** Returns what {@code reader} makes of all trails, the oldest first, with the lock. */
    synchronized <T> List<T> read(Function<Trail, T> reader) {
        Set<Trail> all = new LinkedHashSet<>(faults.trails.keySet());
        all.addAll(recent.trails.keySet());
        return all.stream()
                .sorted(Comparator.comparingLong(trail -> trail.id))
                .map(reader)
                .toList();
    }

    /** Returns what {@code reader} makes of a trail, with the lock; null if it is not there any more. */
    synchronized <T> T read(long id, Function<Trail, T> reader) {
        for (Ring ring : List.of(recent, faults)) {
            for (Trail trail : ring.trails.keySet()) {
                if (trail.id == id) {
                    return reader.apply(trail);
                }
            }
        }
        return null;
    }

    /** Returns what {@code reader} makes of the trails that changed since the last call, the oldest first. */
    synchronized <T> List<T> takeChanged(Function<Trail, T> reader) {
        if (changed.isEmpty()) {
            return List.of();
        }
        List<T> taken = new ArrayList<>(changed.size());
        changed.stream()
                .sorted(Comparator.comparingLong(trail -> trail.id))
                .forEach(trail -> taken.add(reader.apply(trail)));
        changed = new LinkedHashSet<>();
        return taken;
    }

    private Trail add(Reception request, String source, SegmentEvent event, String messageId, byte[] original) {
        Trail trail = new Trail(++lastId, clock.instant(), request, source, event, messageId, original);
        if (watched) {
            recent.add(trail);
            if (messageId != null && event != null) {
                byMessageId.computeIfAbsent(messageId, id -> new ArrayList<>(1)).add(trail);
            }
            changed.add(trail);
        }
        return trail;
    }

    /** Returns the trail of an event: its own, else the newest of its id that may be, since a route can change it. */
    private Trail find(SegmentEvent event) {
        List<Trail> trails = byMessageId.getOrDefault(event.messageId(), List.of());
        Trail found = null;
        for (Trail trail : trails) {
            if (trail.isOf(event)) {
                return trail;
            }
            found = trail.duplicate || trail.refusal != null ? found : trail;
        }
        return found;
    }

    private synchronized void change(SegmentEvent event, Consumer<Trail> change) {
        Trail trail = find(event);
        if (trail != null) {
            change.accept(trail);
            recent.add(trail);
            changed.add(trail);
        }
    }

    private void change(StreamPlace stream, SegmentEvent event, Consumer<Fate> change) {
        change(event, trail -> change.accept(trail.fate(stream)));
    }

    @Override
    public synchronized void refused(Reception request, Refusal refusal) {
        Trail trail = add(request, request.source(), null, null, null);
        trail.refusal = refusal;
        faults.add(trail);
    }

    @Override
    public synchronized void rejected(Reception request, Refusal refusal, String messageId, byte[] original) {
        for (Trail received : byMessageId.getOrDefault(messageId, List.of())) {
            if (received.event.json() == original) { // a route refuses it; else it is refused before it is an event
                received.refusal = refusal;
                changed.add(received);
                faults.add(received);
                return;
            }
        }
        Trail trail = add(request, request.source(), null, messageId, original);
        trail.refusal = refusal;
        faults.add(trail);
    }

    @Override
    public synchronized void received(Reception request, SegmentEvent event, byte[] original) {
        if (watched) {
            add(request, request.source(), event, event.messageId(), original);
        }
    }

    @Override
    public void duplicate(String source, SegmentEvent event) {
        change(event, trail -> trail.duplicate = true);
    }

    @Override
    public void unmapped(String mapping, SegmentEvent event, boolean excluded) {
        change(event, trail -> trail.unmapped.add(new Trail.Unmapped(mapping, excluded, event)));
    }

    @Override
    public void leftOut(String step, SegmentEvent event) {
        change(event, trail -> trail.leftOut.add(step));
    }

    @Override
    public void filtered(StreamPlace stream, SegmentEvent event) {
        change(stream, event, fate -> fate.state = Fate.State.FILTERED);
    }

    @Override
    public void deliveredBefore(StreamPlace stream, SegmentEvent event) {
        change(stream, event, fate -> fate.state = Fate.State.DELIVERED_BEFORE);
    }

    @Override
    public void sending(StreamPlace stream, SegmentEvent event) {
        change(stream, event, fate -> {
            fate.state = Fate.State.WAITING;
            fate.sent = event;
        });
    }

    @Override
    public void delivered(StreamPlace stream, SegmentEvent event, String partition, String recordId) {
        change(stream, event, fate -> {
            fate.state = Fate.State.DELIVERED;
            fate.sent = event;
            fate.partition = partition;
            fate.recordId = recordId;
            fate.attempts++;
        });
    }

    @Override
    public void retried(StreamPlace stream, SegmentEvent event, String code, String message, int attempts) {
        change(stream, event, fate -> {
            fate.state = Fate.State.RETRYING;
            fate.code = code;
            fate.message = message;
            fate.attempts = attempts;
        });
    }

    @Override
    public synchronized void failed(
            StreamPlace stream, String source, SegmentEvent event, String code, String message, int attempts) {
        Trail trail = find(event);
        if (trail == null) {
            trail = add(null, source, event, event.messageId(), null);
        }
        boolean known = trail.isFault();
        Fate fate = trail.fate(stream);
        fate.state = Fate.State.FAILED;
        fate.sent = event;
        fate.code = code;
        fate.message = message;
        fate.attempts = attempts;
        if (recent.contains(trail)) {
            recent.add(trail);
            changed.add(trail);
        }
        if (!known || faults.contains(trail)) {
            faults.add(trail);
        }
    }
}
