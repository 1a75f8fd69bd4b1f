package io.camelsegment.app.command;

import io.camelsegment.delivery.MemoryBudget;
import io.camelsegment.delivery.PendingRecord;
import io.camelsegment.delivery.RecordResult;
import io.camelsegment.delivery.SenderRuntime;
import io.camelsegment.delivery.Verdict;
import io.camelsegment.event.EventLimits;
import io.camelsegment.event.EventType;
import io.camelsegment.tracking.client.EventWriter;
import io.camelsegment.tracking.client.InvalidBodyException;
import io.camelsegment.tracking.client.TrackingApiTransport;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;

/** Sends events to a tracking API, one batch after the other, and waits for the answer to each. For one thread. */
final class EventSender implements AutoCloseable {

    /** Most events of a request; most bytes are those of Segment's SDKs. */
    static final int MOST_EVENTS = 500;

    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(30);
    private static final long FIRST_PAUSE_MILLIS = 200;
    private static final long LONGEST_PAUSE_MILLIS = 5_000;

    private final URI api;
    private final EventType type;
    private final Duration patience;
    private final CtrlC ctrlC;
    private final Refusals refusals;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "segment-send");
        thread.setDaemon(true);
        return thread;
    });
    private final TrackingApiTransport transport;
    private final List<PendingRecord> batch = new ArrayList<>();
    private final List<String> places = new ArrayList<>();
    private long batchBytes;
    private long added;
    private long accepted;
    private long refused;
    private boolean reached;

    /** Gets each event that is not accepted and never will be. */
    @FunctionalInterface
    interface Refusals {

        /**
         * Reports a refused event.
         *
         * @param place where the event stands, such as {@code events.jsonl:3}
         * @param code  such as {@code missing_type}
         * @param text  why, without values
         */
        void refused(String place, String code, String text);
    }

    /**
     * @param api      the URL of the API, such as {@code http://localhost:8080/v1}
     * @param type     of events that have none; null to refuse them
     * @param patience how long a batch is sent again that is not accepted
     */
    EventSender(URI api, String writeKey, EventType type, Duration patience, CtrlC ctrlC, Refusals refusals) {
        this.api = api;
        this.type = type;
        this.patience = patience;
        this.ctrlC = ctrlC;
        this.refusals = refusals;
        long start = System.nanoTime();
        LongSupplier clock = () -> System.nanoTime() - start;
        transport = new TrackingApiTransport(
                URI.create(api + "/batch"),
                writeKey,
                false,
                REQUEST_TIMEOUT,
                new SenderRuntime(
                        timer,
                        timer,
                        (task, nanos) -> timer.schedule(task, nanos, TimeUnit.NANOSECONDS),
                        clock,
                        () -> ThreadLocalRandom.current().nextDouble(),
                        new MemoryBudget(MemoryBudget.defaultMaxBytes())));
        transport.keepTimes();
    }

    long accepted() {
        return accepted;
    }

    long refused() {
        return refused;
    }

    /** Returns how many events were added that have no answer, for a summary; empty unless Ctrl-C was pressed. */
    String interruption() {
        long unanswered = added - accepted - refused;
        return !ctrlC.isPressed()
                ? ""
                : ", ended by Ctrl-C"
                        + (unanswered == 0 ? "" : String.format(Locale.ROOT, " with %,d unanswered", unanswered));
    }

    /** Returns whether there is no room for another event of that size in the batch. */
    boolean isFull(int bytes, int mostEvents) {
        return batch.size() >= mostEvents || batchBytes + bytes > TrackingApiTransport.LIMITS.batchBytes();
    }

    boolean isEmpty() {
        return batch.isEmpty();
    }

    /**
     * Adds an event to the batch; one that is none is refused at once.
     *
     * @param place where it stands
     */
    void add(byte[] json, String place) {
        added++;
        // Segment's limit is not that of every collector: larger events are left to the other side.
        boolean checked = json.length <= EventLimits.DEFAULT.maxEventBytes();
        try {
            byte[] event = EventWriter.write(json, type, checked);
            batch.add(new PendingRecord(event, null, event.length, true, null));
            places.add(place);
            batchBytes += event.length + 1L;
        } catch (InvalidBodyException e) {
            refuse(place, e.getCode(), e.getMessage());
        }
    }

    private void refuse(String place, String code, String text) {
        refused++;
        refusals.refused(place, code, text);
    }

    /**
     * Sends the batch.
     *
     * @throws CommandFailedException if it is not accepted in time, or never will be
     * @throws CtrlC.PressedException if Ctrl-C is pressed before it is accepted
     */
    void send() {
        List<PendingRecord> records = List.copyOf(batch);
        List<String> of = List.copyOf(places);
        batch.clear();
        places.clear();
        batchBytes = 0;
        if (!records.isEmpty()) {
            send(records, of);
        }
    }

    private void send(List<PendingRecord> records, List<String> of) {
        long giveUp = System.nanoTime() + patience.toNanos();
        long pause = FIRST_PAUSE_MILLIS;
        List<PendingRecord> rest = records;
        List<String> restOf = of;
        while (true) {
            List<PendingRecord> again = new ArrayList<>();
            List<String> againOf = new ArrayList<>();
            List<PendingRecord> split = new ArrayList<>();
            List<String> splitOf = new ArrayList<>();
            String why = "";
            List<RecordResult> results = post(rest);
            for (int i = 0; i < results.size(); i++) {
                RecordResult result = results.get(i);
                switch (result.verdict()) {
                    case DELIVERED -> accepted++;
                    case FAIL, BROKEN -> refuse(restOf.get(i), result.errorCode(), result.errorMessage());
                    case PARK ->
                        throw new CommandFailedException("expected a collector that takes the write key, but " + api
                                + " answers " + result.errorCode() + ": correct the key or the URL");
                    case SPLIT -> {
                        split.add(rest.get(i));
                        splitOf.add(restOf.get(i));
                        why = result.errorCode();
                    }
                    default -> {
                        again.add(rest.get(i));
                        againOf.add(restOf.get(i));
                        why = result.errorCode();
                    }
                }
            }
            if (split.size() == 1) {
                refuse(splitOf.get(0), why, "the collector does not take it");
            } else if (!split.isEmpty()) {
                int half = split.size() / 2;
                send(List.copyOf(split.subList(0, half)), splitOf.subList(0, half));
                send(List.copyOf(split.subList(half, split.size())), splitOf.subList(half, split.size()));
            }
            if (again.isEmpty()) {
                return;
            }
            if (System.nanoTime() - giveUp > 0) {
                throw new CommandFailedException("expected " + api + " to take the events within "
                        + patience.toSeconds() + " s, but it answers " + why + ": try again later");
            }
            if (ctrlC.await(pause)) {
                throw new CtrlC.PressedException();
            }
            pause = Math.min(2 * pause, LONGEST_PAUSE_MILLIS);
            rest = again;
            restOf = againOf;
        }
    }

    private List<RecordResult> post(List<PendingRecord> records) {
        CompletableFuture<List<RecordResult>> answer = transport.send(records);
        try {
            List<RecordResult> results = answer.get(REQUEST_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
            reached = true;
            return results;
        } catch (ExecutionException e) {
            return unreached(records, e.getCause());
        } catch (TimeoutException e) {
            answer.cancel(true); // else it may still be posted, beside the next attempt
            return unreached(records, e);
        } catch (InterruptedException e) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            throw new CommandFailedException("interrupted", e);
        }
    }

    /** A collector that was never there is a mistake; one that was may come back. */
    private List<RecordResult> unreached(List<PendingRecord> records, Throwable cause) {
        if (!reached) {
            throw new CommandFailedException(
                    "expected a collector at " + api + ", but it cannot be reached ("
                            + cause.getClass().getSimpleName() + "): start it, or name another with --url",
                    cause);
        }
        RecordResult retry = RecordResult.failed(Verdict.RETRY, cause.getClass().getSimpleName(), null);
        return Collections.nCopies(records.size(), retry);
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
