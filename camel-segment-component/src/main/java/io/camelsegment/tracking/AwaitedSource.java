package io.camelsegment.tracking;

import io.camelsegment.event.EventLimits;
import io.camelsegment.event.NormalizeOptions;
import io.camelsegment.event.SegmentEvent;
import io.camelsegment.memory.DeliveryLog;
import io.camelsegment.observation.Tracing;
import io.camelsegment.tracking.server.Outcomes;
import io.camelsegment.tracking.server.Rejection;
import io.camelsegment.tracking.server.TrackingSource;
import java.util.List;
import java.util.Set;

/** Stands for a source that has no consumer yet, or no longer. It is never ready, so nothing is delivered to it. */
record AwaitedSource(String name, EventLimits limits, Set<String> origins) implements TrackingSource {

    @Override
    public boolean isReady() {
        return false;
    }

    @Override
    public boolean isStopped() {
        return true;
    }

    @Override
    public boolean allowsOrigin(String origin) {
        return SegmentConfiguration.allow(origins, origin);
    }

    @Override
    public NormalizeOptions normalizeOptions(String clientAddress) {
        return NormalizeOptions.DEFAULT;
    }

    @Override
    public long overheadBytes(int events) {
        return 0;
    }

    @Override
    public void process(List<SegmentEvent> events, DeliveryLog log, Tracing.Request span, Outcomes outcomes) {
        outcomes.ended(events.size(), notRunning());
    }

    @Override
    public void reject(Rejection rejection, byte[] event, Runnable done) {
        done.run();
    }

    private IllegalStateException notRunning() {
        return new IllegalStateException("the source '" + name + "' is not running");
    }
}
