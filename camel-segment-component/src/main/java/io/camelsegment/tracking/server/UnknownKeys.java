package io.camelsegment.tracking.server;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Warns of requests with an unknown write key, at most once a minute: one wrong SDK in a page sends thousands.
 * Thread-safe.
 */
final class UnknownKeys {

    private static final Logger LOG = LoggerFactory.getLogger(TrackingApi.class);
    private static final long QUIET_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final AtomicLong count = new AtomicLong();
    private final AtomicLong warnedAt = new AtomicLong(System.nanoTime() - QUIET_NANOS);

    void refused() {
        count.incrementAndGet();
        long last = warnedAt.get();
        long now = System.nanoTime();
        if (now - last >= QUIET_NANOS && warnedAt.compareAndSet(last, now)) {
            LOG.warn(
                    "{} requests since the last such line were refused: no source has their write key;"
                            + " compare the writeKey of the SDKs with that of the sources",
                    count.getAndSet(0));
        }
    }
}
