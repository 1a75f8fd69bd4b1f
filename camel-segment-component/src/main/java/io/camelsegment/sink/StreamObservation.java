package io.camelsegment.sink;

import io.camelsegment.SegmentBatch;
import io.camelsegment.SegmentConstants;
import io.camelsegment.delivery.DeliveryException;
import io.camelsegment.delivery.RecordResult;
import io.camelsegment.delivery.Settled;
import io.camelsegment.event.SegmentEvent;
import io.camelsegment.observation.EventObserver;
import io.camelsegment.observation.EventObserver.StreamPlace;
import io.camelsegment.observation.Observation;
import java.util.List;
import org.apache.camel.Exchange;

/** Shows what becomes of events at one stream. Thread-safe. */
final class StreamObservation {

    private final Observation observation;
    private final StreamPlace place;

    StreamObservation(Observation observation, StreamName name) {
        this.observation = observation;
        this.place = new StreamPlace(name.service(), name.region(), name.stream());
    }

    StreamPlace place() {
        return place;
    }

    /** Returns who hears of all events; null while nobody does. */
    EventObserver feed() {
        return observation.feed();
    }

    // Below, an event is null where a record holds none.

    void sending(SegmentEvent event) {
        EventObserver observer = feed();
        if (observer != null && event != null) {
            observer.sending(place, event);
        }
    }

    void filtered(SegmentEvent event) {
        EventObserver observer = feed();
        if (observer != null && event != null) {
            observer.filtered(place, event);
        }
    }

    void deliveredBefore(SegmentEvent event) {
        EventObserver observer = feed();
        if (observer != null && event != null) {
            observer.deliveredBefore(place, event);
        }
    }

    void retried(SegmentEvent event, RecordResult result, int attempts) {
        EventObserver observer = feed();
        if (observer != null && event != null) {
            observer.retried(place, event, result.errorCode(), result.errorMessage(), attempts);
        }
    }

    /** Shows the results of records of a batch. */
    void settled(List<Settled> records, SegmentBatch batch, Exchange exchange) {
        for (Settled one : records) {
            settled(one, batch.get(one.record().index()), exchange);
        }
    }

    void settled(Settled one, SegmentEvent event, Exchange exchange) {
        if (event == null) {
            return;
        }
        DeliveryException failure = one.failure();
        EventObserver observer = failure == null ? feed() : observation.faults();
        if (observer == null) {
            return;
        }
        if (failure == null) {
            observer.delivered(
                    place, event, one.result().partition(), one.result().recordId());
        } else {
            String source = exchange.getIn().getHeader(SegmentConstants.SOURCE, String.class);
            observer.failed(place, source, event, failure.getErrorCode(), failure.getMessage(), failure.getAttempts());
        }
    }
}
