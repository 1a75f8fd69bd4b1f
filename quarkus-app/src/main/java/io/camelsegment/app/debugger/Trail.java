package io.camelsegment.app.debugger;

import io.camelsegment.event.SegmentEvent;
import io.camelsegment.observation.EventObserver.Reception;
import io.camelsegment.observation.EventObserver.Refusal;
import io.camelsegment.observation.EventObserver.StreamPlace;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** An event, or a request that was refused as a whole, and what became of it. Guarded by the feed. */
final class Trail {

    /** Bytes of heap beside those of the event. */
    private static final int OVERHEAD_BYTES = 1024;

    private static final int FATE_BYTES = 256;

    /** The state that a list shows. */
    enum State {
        RECEIVED,
        WAITING,
        RETRYING,
        DELIVERED,
        FILTERED,
        LEFT_OUT,
        UNMAPPED,
        DUPLICATE,
        FAILED,
        REJECTED,
        REFUSED
    }

    /**
     * What a mapping says of an event that it does not deliver.
     *
     * @param event as the mapping got it
     */
    record Unmapped(String mapping, boolean excluded, SegmentEvent event) {}

    final long id;
    final Instant at;
    /** Null for a failure of an event that came while nobody watched. */
    final Reception request;

    final String source;
    /** Null for what was refused before it was one. */
    final SegmentEvent event;

    final String messageId;
    /** Null where it is not known. */
    final byte[] original;

    final Map<StreamPlace, Fate> fates = new LinkedHashMap<>();
    final List<Unmapped> unmapped = new ArrayList<>(0);
    /** The steps that left it out. */
    final Set<String> leftOut = new LinkedHashSet<>(0);

    Refusal refusal;
    boolean duplicate;

    Trail(
            long id,
            Instant at,
            Reception request,
            String source,
            SegmentEvent event,
            String messageId,
            byte[] original) {
        this.id = id;
        this.at = at;
        this.request = request;
        this.source = source;
        this.event = event;
        this.messageId = messageId;
        this.original = original;
    }

    /** Returns the bytes of heap that it holds, about. */
    @SuppressWarnings("ReferenceEquality") // an event that is sent as it was received is held once
    long bytes() {
        long bytes = OVERHEAD_BYTES;
        bytes += original == null ? 0 : original.length;
        bytes += event == null ? 0 : event.json().length;
        if (request != null) {
            bytes += bytes(request.userAgent()) + bytes(request.contentType()) + bytes(request.encoding());
        }
        for (Fate fate : fates.values()) {
            bytes += FATE_BYTES + bytes(fate.message);
            bytes += fate.sent == null || fate.sent == event ? 0 : fate.sent.json().length;
        }
        for (Unmapped one : unmapped) {
            bytes += FATE_BYTES + (one.event == event ? 0 : one.event.json().length);
        }
        return bytes;
    }

    private static long bytes(String text) {
        return text == null ? 0 : 2L * text.length();
    }

    /** Returns whether this trail is that of an event, and not of another one with its messageId. */
    @SuppressWarnings("ReferenceEquality") // equal events, too, are two if they came twice
    boolean isOf(SegmentEvent other) {
        return event == other
                || fates.values().stream().anyMatch(fate -> fate.sent == other)
                || unmapped.stream().anyMatch(one -> one.event == other);
    }

    Fate fate(StreamPlace stream) {
        return fates.computeIfAbsent(stream, Fate::new);
    }

    boolean isFault() {
        State state = state();
        return state == State.FAILED || state == State.REJECTED || state == State.REFUSED;
    }

    State state() {
        if (refusal != null) {
            return refusal.status() > 0 ? State.REFUSED : State.REJECTED;
        }
        if (has(Fate.State.FAILED)) {
            return State.FAILED;
        }
        if (has(Fate.State.RETRYING)) {
            return State.RETRYING;
        }
        if (has(Fate.State.WAITING)) {
            return State.WAITING;
        }
        if (duplicate) {
            return State.DUPLICATE;
        }
        if (has(Fate.State.DELIVERED) || has(Fate.State.DELIVERED_BEFORE)) {
            return State.DELIVERED;
        }
        if (has(Fate.State.FILTERED)) {
            return State.FILTERED;
        }
        if (!leftOut.isEmpty()) {
            return State.LEFT_OUT;
        }
        return unmapped.isEmpty() ? State.RECEIVED : State.UNMAPPED;
    }

    private boolean has(Fate.State state) {
        return fates.values().stream().anyMatch(fate -> fate.state == state);
    }
}
