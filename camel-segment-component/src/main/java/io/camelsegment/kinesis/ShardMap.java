package io.camelsegment.kinesis;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is known of a stream's shards. It is read when it is first needed, and again when it proved wrong; nobody waits for it
 * before the first record. Where it cannot be read, that is tried again after a minute. Thread-safe.
 */
final class ShardMap {

    private static final Logger LOG = LoggerFactory.getLogger(ShardMap.class);

    private static final long RETRY_NANOS = Duration.ofMinutes(1).toNanos();

    private final String stream;
    private final Supplier<CompletableFuture<ShardRanges>> source;
    private final LongSupplier clock;

    private ShardRanges ranges;
    private CompletableFuture<ShardRanges> reading;
    private boolean failed;
    private long failedAt;

    /**
     * Makes one that has not been read.
     *
     * @param stream for people
     * @param source reads the ranges and does not wait
     * @param clock  nanoseconds since some start
     */
    ShardMap(String stream, Supplier<CompletableFuture<ShardRanges>> source, LongSupplier clock) {
        this.stream = stream;
        this.source = source;
        this.clock = clock;
    }

    /** Returns the ranges, null while they are not known. */
    ShardRanges current() {
        synchronized (this) {
            if (ranges != null || (failed && clock.getAsLong() - failedAt < RETRY_NANOS)) {
                return ranges;
            }
        }
        var unused = read();
        return null;
    }

    /** Returns ranges by which this key leads to this shard, read anew if those known do not; null if there are none. */
    CompletableFuture<ShardRanges> explaining(String partitionKey, String shardId) {
        synchronized (this) {
            if (ranges != null && ranges.leadsTo(partitionKey, shardId)) {
                return CompletableFuture.completedFuture(ranges);
            }
            ranges = null;
        }
        return read().thenApply(read -> read != null && read.leadsTo(partitionKey, shardId) ? read : null);
    }

    /** Reads the ranges anew before they are used again: the stream may have been made anew. */
    synchronized void forget() {
        ranges = null;
    }

    private CompletableFuture<ShardRanges> read() {
        CompletableFuture<ShardRanges> read;
        synchronized (this) {
            if (reading != null) {
                return reading;
            }
            read = new CompletableFuture<>();
            reading = read;
        }
        var unused = source.get().whenComplete((result, error) -> {
            readDone(result, error);
            read.complete(result);
        });
        return read;
    }

    private synchronized void readDone(ShardRanges result, Throwable error) {
        reading = null;
        ranges = result;
        if (error != null && !failed) {
            Throwable cause = error.getCause() == null ? error : error.getCause();
            LOG.warn(
                    "{}: cannot list its shards, so only events of the same partition key are packed together; allow kinesis:ListShards: {}",
                    stream,
                    cause.getMessage());
        }
        failed = error != null;
        failedAt = clock.getAsLong();
    }
}
