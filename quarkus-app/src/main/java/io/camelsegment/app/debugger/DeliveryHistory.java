package io.camelsegment.app.debugger;

import io.camelsegment.sink.Senders.StreamStatus;
import io.camelsegment.sink.StreamName;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What each stream did in each minute of the last hour. Thread-safe. */
final class DeliveryHistory {

    static final int MINUTES = 60;

    private final Clock clock;
    private final Deque<Minute> minutes = new ArrayDeque<>();
    private Map<StreamName, Counts> totals = Map.of();

    DeliveryHistory(Clock clock) {
        this.clock = clock;
    }

    /** What happened to records. */
    record Counts(long accepted, long delivered, long retried, long throttled, long failed) {

        static final Counts NONE = new Counts(0, 0, 0, 0, 0);

        static Counts of(StreamStatus stream) {
            return new Counts(
                    stream.ledger().accepted(),
                    stream.ledger().delivered(),
                    stream.ledger().retried(),
                    stream.throttled().values().stream()
                            .mapToLong(Long::longValue)
                            .sum(),
                    stream.ledger().failed() + stream.ledger().refused());
        }

        /** Returns what has come since then; all, when a stream was opened anew. */
        Counts since(Counts before) {
            return before == null || accepted < before.accepted
                    ? this
                    : new Counts(
                            accepted - before.accepted,
                            delivered - before.delivered,
                            retried - before.retried,
                            throttled - before.throttled,
                            failed - before.failed);
        }

        Counts plus(Counts other) {
            return new Counts(
                    accepted + other.accepted,
                    delivered + other.delivered,
                    retried + other.retried,
                    throttled + other.throttled,
                    failed + other.failed);
        }
    }

    /** The counts of a minute of the clock, by stream. */
    private record Minute(long number, Map<StreamName, Counts> counts) {}

    /** Adds what the streams did since the last call to the running minute. */
    synchronized void sample(List<StreamStatus> streams) {
        long now = clock.millis() / Duration.ofMinutes(1).toMillis();
        if (minutes.isEmpty() || minutes.getLast().number() != now) {
            minutes.addLast(new Minute(now, new HashMap<>()));
        }
        while (minutes.getFirst().number() <= now - MINUTES) {
            minutes.removeFirst();
        }
        Map<StreamName, Counts> current = new LinkedHashMap<>();
        for (StreamStatus stream : streams) {
            Counts total = Counts.of(stream);
            current.put(stream.name(), total);
            minutes.getLast().counts().merge(stream.name(), total.since(totals.get(stream.name())), Counts::plus);
        }
        totals = current;
    }

    /** Returns the counts of a stream in each of the last minutes, the running one last. */
    synchronized Counts[] of(StreamName stream) {
        long now = clock.millis() / Duration.ofMinutes(1).toMillis();
        Counts[] series = new Counts[MINUTES];
        Arrays.fill(series, Counts.NONE);
        for (Minute minute : minutes) {
            int at = MINUTES - 1 - (int) (now - minute.number());
            Counts counts = minute.counts().get(stream);
            if (at >= 0 && at < MINUTES && counts != null) {
                series[at] = counts;
            }
        }
        return series;
    }
}
