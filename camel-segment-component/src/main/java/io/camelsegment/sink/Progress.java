package io.camelsegment.sink;

import io.camelsegment.delivery.Ledger;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.distribution.CountAtBucket;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** What a stream did between two looks at it. Not thread-safe. */
final class Progress {

    private static final double MOST = 0.99;

    private Ledger last = Ledger.EMPTY;
    private long lastCalls;
    private double[] lastByBucket = {};

    /** Returns what the stream did since the last call, as text for the log; null if it did nothing. */
    String next(Ledger ledger, Timer calls) {
        Ledger before = last;
        last = ledger;
        String latency = latency(calls);
        if (ledger.requests() == before.requests() && ledger.accepted() == before.accepted()) {
            return null;
        }
        return String.format(
                Locale.ROOT,
                "delivered %,d, retried %,d, failed %,d, refused %,d, waiting %,d records%s",
                ledger.delivered() - before.delivered(),
                ledger.retried() - before.retried(),
                ledger.failed() - before.failed(),
                ledger.refused() - before.refused(),
                ledger.held(),
                latency);
    }

    private String latency(Timer timer) {
        CountAtBucket[] buckets = timer.takeSnapshot().histogramCounts();
        long calls = timer.count() - lastCalls;
        lastCalls += calls;
        double[] byBucket = new double[buckets.length];
        String text = "";
        for (int i = buckets.length - 1; i >= 0; i--) {
            byBucket[i] = buckets[i].count();
            double within = byBucket[i] - (i < lastByBucket.length ? lastByBucket[i] : 0);
            if (calls > 0 && within >= MOST * calls) {
                text = String.format(
                        Locale.ROOT, ", 99%% of calls within %,.0f ms", buckets[i].bucket(TimeUnit.MILLISECONDS));
            }
        }
        lastByBucket = byBucket;
        return text;
    }
}
