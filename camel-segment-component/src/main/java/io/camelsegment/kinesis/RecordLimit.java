package io.camelsegment.kinesis;

import io.camelsegment.delivery.RecordResult;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The largest record of one stream: 1 MiB unless an operator allowed more, up to 10 MiB. It is asked of Kinesis only when
 * there is a record of more than 1 MiB; that record waits for the answer, and what is behind it of its key; others do not. The answer holds for a minute, and
 * for a second where a record is larger, because the limit may have been raised for it. Where it cannot be read, 1 MiB holds.
 * Thread-safe.
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
            RecordResult.unsent("the stream is being asked how large its records may be");

    private final String stream;
    private final Supplier<CompletableFuture<Integer>> source;
    private final LongSupplier clock;

    private int bytes = SMALLEST;
    private boolean known;
    private long knownSince;
    private boolean reading;
    private boolean complained;

    /**
     * Makes one that has not asked yet.
     *
     * @param stream for people
     * @param source asks for the limit in bytes and does not wait; null is answered as the smallest one
     * @param clock  nanoseconds since some start
     */
    RecordLimit(String stream, Supplier<CompletableFuture<Integer>> source, LongSupplier clock) {
        this.stream = stream;
        this.source = source;
        this.clock = clock;
    }

    /** Returns the limit for a new record of this size, more than the smallest limit; the largest while it is asked for. */
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

    /** Returns why a record of this size is not sent now; null if it may be. */
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

    /** Asks again before the next large record: Kinesis refused one. */
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
        var unused = source.get().whenComplete(this::readDone);
    }

    private synchronized void readDone(Integer limit, Throwable error) {
        reading = false;
        known = true;
        knownSince = clock.getAsLong();
        bytes = limit == null ? SMALLEST : Math.max(SMALLEST, Math.min(limit, LARGEST));
        if (error != null && !complained) {
            Throwable cause = error.getCause() == null ? error : error.getCause();
            LOG.warn(
                    "{}: cannot ask how large its records may be, so those above 1 MiB are refused; allow kinesis:DescribeStreamSummary: {}",
                    stream,
                    cause.getMessage());
        }
        complained = error != null;
    }
}
