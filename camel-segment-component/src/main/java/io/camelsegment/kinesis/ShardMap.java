package io.camelsegment.kinesis;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The known shards of a stream. They are read at the first use, and again if they proved wrong; the first record does
 * not wait for them. A failed read is repeated after a minute. Thread-safe.
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
     * Creates a map that is not read yet.
     *
     * @param stream the stream's name in messages
     * @param source reads the ranges; does not wait
     * @param clock  nanoseconds since some start
     */
    ShardMap(String stream, Supplier<CompletableFuture<ShardRanges>> source, LongSupplier clock) {
        this.stream = stream;
        this.source = source;
        this.clock = clock;
    }

    /** Returns the ranges; null while they are unknown. */
    ShardRanges current() {
        synchronized (this) {
            if (ranges != null || (failed && clock.getAsLong() - failedAt < RETRY_NANOS)) {
                return ranges;
            }
        }
        var unused = read();
        return null;
    }

    /** Returns ranges that map the key to the shard, read again if the known ones do not; null if there are none. */
    CompletableFuture<ShardRanges> explaining(String partitionKey, String shardId) {
        synchronized (this) {
            if (ranges != null && ranges.leadsTo(partitionKey, shardId)) {
                return CompletableFuture.completedFuture(ranges);
            }
            ranges = null;
        }
        return read().thenApply(read -> read != null && read.leadsTo(partitionKey, shardId) ? read : null);
    }

    /** Reads the ranges again before their next use: the stream may have been deleted and created again. */
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
        try {
            var unused = source.get().whenComplete((result, error) -> {
                readDone(result, error);
                read.complete(result);
            });
        } catch (Throwable e) { // also an Error: otherwise it would seem to be read for ever
            readDone(null, e);
            read.complete(null);
        }
        return read;
    }

    private synchronized void readDone(ShardRanges result, Throwable error) {
        reading = null;
        ranges = result;
        if (error != null && !failed) {
            Throwable cause = error.getCause() == null ? error : error.getCause();
            LOG.warn(
                    "{}: cannot list its shards, so only events of the same partition key are packed together; allow"
                            + " kinesis:ListShards: {}",
                    stream,
                    cause.getMessage());
        }
        failed = error != null;
        failedAt = clock.getAsLong();
    }
}
