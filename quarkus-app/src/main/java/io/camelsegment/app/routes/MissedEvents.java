package io.camelsegment.app.routes;

import io.camelsegment.SegmentBatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts the events that a destination which is not required did not get, and logs when it begins and ceases to miss
 * some. Thread-safe.
 */
public final class MissedEvents {

    private static final Logger LOG = LoggerFactory.getLogger(MissedEvents.class);

    /** A property of exchanges that are counted. */
    private static final String COUNTED = "CamelSegmentMissed";

    /** Property of an Exchange with the rest of a batch of which it missed a part. */
    static final String REST = "CamelSegmentRest";

    private final String destination;
    private final boolean kept;
    private final LongAdder count = new LongAdder();
    private final LongAdder keptCount = new LongAdder();
    private final LongAdder lost = new LongAdder();
    private final AtomicBoolean missing = new AtomicBoolean();
    private final AtomicBoolean losing = new AtomicBoolean();

    /**
     * @param kept whether dead letters take them
     */
    MissedEvents(String destination, boolean kept) {
        this.destination = destination;
        this.kept = kept;
    }

    /** Returns how many events it missed since the start. */
    public long count() {
        return count.sum();
    }

    /** Returns how many of them its dead letters took. */
    public long kept() {
        return keptCount.sum();
    }

    /** Returns how many of them neither the destination nor its dead letters took. */
    public long lost() {
        return lost.sum();
    }

    /**
     * Takes note of an exchange that failed. Tells the kind of failure only: the sinks tell more, and others may quote
     * the event.
     */
    void missed(Exchange exchange) {
        int events = eventsOf(exchange);
        count.add(events);
        exchange.setProperty(COUNTED, true);
        if (!kept) {
            lost.add(events);
        }
        if (missing.compareAndSet(false, true)) {
            Exception failure = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
            LOG.warn(
                    "Destination {} is not required and misses events, which {}: {}",
                    destination,
                    kept ? "go to its dead letters" : "are dropped, because it has no dead-letter-uri",
                    failure == null ? "unknown" : failure.getClass().getName());
        }
    }

    /** Records an exchange that went well. */
    void delivered(Exchange exchange) {
        boolean rest = exchange.getProperty(REST) != null;
        if (!rest && missing.get() && missing.compareAndSet(true, false)) {
            LOG.info("Destination {} gets events again, it missed {} in all", destination, count());
        }
    }

    /**
     * Takes note of how an exchange ended that was sent to the destination's route. It has failed only if that route is
     * stopped, or could not hand it to the dead letters.
     */
    void ended(Exchange exchange) {
        boolean counted = exchange.getProperty(COUNTED) != null;
        int events = eventsOf(exchange);
        if (exchange.getException() == null) {
            if (counted && kept) {
                keptCount.add(events);
            }
            if (losing.get()) {
                losing.set(false);
            }
            return;
        }
        if (!counted) {
            count.add(events);
        }
        if (kept || !counted) {
            lost.add(events);
        }
        if (losing.compareAndSet(false, true)) {
            LOG.warn(
                    "Destination {} is not required, and events are lost on the way to it or to its dead letters: {}",
                    destination,
                    exchange.getException().getClass().getName());
        }
    }

    private static int eventsOf(Exchange exchange) {
        return exchange.getMessage().getBody() instanceof SegmentBatch batch ? batch.size() : 1;
    }
}
