package io.camelsegment.app.debugger;

import io.camelsegment.event.SegmentEvent;
import io.camelsegment.observation.EventObserver.StreamPlace;

/** What became of an event at one stream so far. Guarded by the feed. */
final class Fate {

    /** How far it is. */
    enum State {
        /** The stream has it, and its service has not answered yet. */
        WAITING,
        /** An attempt failed, and another one follows. */
        RETRYING,
        DELIVERED,
        /** An earlier attempt of its request has delivered it. */
        DELIVERED_BEFORE,
        /** Its integrations exclude the stream. */
        FILTERED,
        FAILED
    }

    private final StreamPlace stream;
    State state = State.WAITING;
    /** As the stream has it; null while it does not. */
    SegmentEvent sent;

    String partition;
    String recordId;
    String code;
    String message;
    int attempts;

    Fate(StreamPlace stream) {
        this.stream = stream;
    }

    StreamPlace stream() {
        return stream;
    }
}
