package io.camelsegment.delivery;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * Counts the throttled records of each partition of a stream, and reports at most once a minute the partition that
 * throttles most. The time is an argument, in nanoseconds. Not thread-safe: guarded by the sender's lock.
 */
final class HotPartitions {

    /** Name under which all partitions beyond {@link #MOST_PARTITIONS} are counted. */
    static final String OTHERS = "others";

    private static final int MOST_PARTITIONS = 1000;
    private static final long PAUSE_NANOS = Duration.ofMinutes(1).toNanos();

    private final Map<String, Count> counts = new TreeMap<>();
    private boolean isNews;
    private boolean everReported;
    private long reportedAt;

    /**
     * Counts a throttled record.
     *
     * @param partition null if not known
     */
    void throttled(String partition) {
        if (partition == null) {
            return;
        }
        String key = counts.containsKey(partition) || counts.size() < MOST_PARTITIONS ? partition : OTHERS;
        Count count = counts.computeIfAbsent(key, id -> new Count());
        count.ever++;
        count.sinceReport++;
        isNews = true;
    }

    /** Returns the partition that throttled most since the last report; null if no report is due. */
    Report report(long now) {
        if (!isNews || (everReported && now - reportedAt < PAUSE_NANOS)) {
            return null;
        }
        String hottest = null;
        long most = 0;
        long all = 0;
        for (Map.Entry<String, Count> entry : counts.entrySet()) {
            Count count = entry.getValue();
            all += count.sinceReport;
            if (count.sinceReport > most) {
                most = count.sinceReport;
                hottest = entry.getKey();
            }
            count.sinceReport = 0;
        }
        String period = everReported ? " in " + TimeUnit.NANOSECONDS.toSeconds(now - reportedAt) + " s" : "";
        isNews = false;
        everReported = true;
        reportedAt = now;
        return new Report(hottest, "throttled " + most + " of the " + all + " records that were throttled" + period);
    }

    /** Returns the throttled records of each partition, for {@link #MOST_PARTITIONS} partitions and {@link #OTHERS}. */
    Map<String, Long> counts() {
        Map<String, Long> copy = new TreeMap<>();
        counts.forEach((partition, count) -> copy.put(partition, count.ever));
        return copy;
    }

    /**
     * Report of a hot partition.
     *
     * @param partition the service's name of the partition
     * @param facts     how much it throttled
     */
    record Report(String partition, String facts) {}

    private static final class Count {

        private long ever;
        private long sinceReport;
    }
}
