package io.camelsegment.delivery;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * Counts the throttled records of each shard, and says once a minute at most which one throttles most. Knows no clock: the time
 * is an argument, in nanoseconds. Not thread-safe: guarded by the sender's lock.
 */
final class HotShards {

    /** Takes the counts of all shards beyond {@link #MOST_SHARDS}. */
    static final String OTHERS = "others";

    private static final int MOST_SHARDS = 1000;
    private static final long PAUSE_NANOS = Duration.ofMinutes(1).toNanos();

    private final Map<String, Count> counts = new TreeMap<>();
    private boolean isNews;
    private boolean everReported;
    private long reportedAt;

    /**
     * Counts a throttled record.
     *
     * @param shardId null if it is not known
     */
    void throttled(String shardId) {
        if (shardId == null) {
            return;
        }
        String key = counts.containsKey(shardId) || counts.size() < MOST_SHARDS ? shardId : OTHERS;
        Count count = counts.computeIfAbsent(key, id -> new Count());
        count.ever++;
        count.sinceReport++;
        isNews = true;
    }

    /** Returns a sentence about the shard that throttled most since the last report; null if there is no need for one. */
    String report(long now) {
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
        return "shard " + hottest + " throttled " + most + " of the " + all + " records that were throttled" + period
                + "; if events of a few users make it hot, useMessageId=true spreads them over all shards, else the stream"
                + " needs more shards";
    }

    /** Returns the number of throttled records of each shard, as many as {@link #MOST_SHARDS} and {@link #OTHERS}. */
    Map<String, Long> counts() {
        Map<String, Long> copy = new TreeMap<>();
        counts.forEach((shard, count) -> copy.put(shard, count.ever));
        return copy;
    }

    private static final class Count {

        private long ever;
        private long sinceReport;
    }
}
