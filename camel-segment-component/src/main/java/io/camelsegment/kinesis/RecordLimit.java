package io.camelsegment.kinesis;

import io.camelsegment.delivery.RecordResult;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Size limit of a stream's records: 1 MiB unless an operator allowed more, up to 10 MiB. It is read from Kinesis only
 * for a record of more than 1 MiB; only that record, and those of its key behind it, wait for the answer. The answer is
 * valid for a minute, but only a second for a larger record, since the limit may have been raised for it. If the limit
 * cannot be read, it is 1 MiB. Thread-safe.
 *
 * @see <a href="https://docs.aws.amazon.com/streams/latest/dev/large-records.html">Large records</a>, read 2026-11-21
 */
final class RecordLimit {

    static final int SMALLEST = 1 << 20;
    static final int LARGEST = 10 << 20;

    private static final Logger LOG = LoggerFactory.getLogger(RecordLimit.class);

    private static final long GOOD_FOR_NANOS = Duration.ofMinutes(1).toNanos();
    private static final long DOUBTED_AFTER_NANOS = Duration.ofSeconds(1).toNanos();

    private static final RecordResult UNKNOWN =
            RecordResult.unsent("the size limit of the stream's records is being read");

    private final String stream;
    private final Supplier<CompletableFuture<Integer>> source;
    private final LongSupplier clock;

    private int bytes = SMALLEST;
    private boolean known;
    private long knownSince;
    private boolean reading;
    private boolean complained;

    /**
     * Creates a limit that is not read yet.
     *
     * @param stream the stream's name in messages
     * @param source reads the limit in bytes, does not wait; null counts as 1 MiB
     * @param clock  nanoseconds since some start
     */
    RecordLimit(String stream, Supplier<CompletableFuture<Integer>> source, LongSupplier clock) {
        this.stream = stream;
        this.source = source;
        this.clock = clock;
    }

    /** Returns the limit for a new record of this size, more than 1 MiB; 10 MiB while the limit is being read. */
    int bytesFor(int size) {
        synchronized (this) {
            long age = clock.getAsLong() - knownSince;
            if (known && age < (size > bytes ? DOUBTED_AFTER_NANOS : GOOD_FOR_NANOS)) {
                return bytes;
            }
            known = false;
        }
        read();
        return LARGEST;
    }

    /** Returns why a record of this size must not be sent now; null if it may be. */
    RecordResult refusal(int size) {
        if (size <= SMALLEST) {
            return null;
        }
        synchronized (this) {
            if (known) {
                return size <= bytes ? null : RecordResult.tooLarge(size, bytes);
            }
        }
        read();
        return UNKNOWN;
    }

    /** Reads the limit again before the next large record, after Kinesis refused one. */
    synchronized void doubt() {
        known = false;
    }

    private void read() {
        synchronized (this) {
            if (reading) {
                return;
            }
            reading = true;
        }
        try {
            var unused = source.get().whenComplete(this::readDone);
        } catch (Throwable e) { // also an Error: otherwise it would seem to be asked for ever
            readDone(null, e);
        }
    }

    private synchronized void readDone(Integer limit, Throwable error) {
        reading = false;
        known = true;
        knownSince = clock.getAsLong();
        bytes = limit == null ? SMALLEST : Math.max(SMALLEST, Math.min(limit, LARGEST));
        if (error != null && !complained) {
            Throwable cause = error.getCause() == null ? error : error.getCause();
            LOG.warn(
                    "{}: cannot read the size limit of its records, so those above 1 MiB are refused; allow"
                            + " kinesis:DescribeStreamSummary: {}",
                    stream,
                    cause.getMessage());
        }
        complained = error != null;
    }
}
