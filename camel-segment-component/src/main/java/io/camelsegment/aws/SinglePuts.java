package io.camelsegment.aws;

import io.camelsegment.delivery.PendingRecord;
import io.camelsegment.delivery.RecordResult;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * Sends records one by one, several at a time. Records of one partition key go one after the other, and none is sent
 * behind one that was not stored, so nothing overtakes. A record that parks the stream ends the sending.
 *
 * <p>Thread-safe: answers may come on any thread. They are queued, and one thread at a time applies them and sends the
 * next records, so that no lock is held while the AWS client is called and the stack does not grow with the records.
 */
final class SinglePuts {

    /** Most puts of one batch in flight at a time. */
    static final int MAX_UNDER_WAY = 20;

    private static final RecordResult NOT_SENT =
            RecordResult.unsent("no time was left to send it in a request of its own");
    /** Result of a record behind an unstored one of its partition key. */
    static final RecordResult HELD_BACK =
            RecordResult.unsent("held back behind a record of the same partition key that was not stored");

    private final List<PendingRecord> records;
    private final Function<PendingRecord, CompletableFuture<RecordResult>> put;
    private final CompletableFuture<List<RecordResult>> answer = new CompletableFuture<>();
    private final Queue<Put> answered = new ConcurrentLinkedQueue<>();
    private final AtomicInteger work = new AtomicInteger();
    private volatile boolean stopped;

    // Guarded by work: one thread at a time applies answers and sends.
    private final Queue<Chain> ready;
    private final RecordResult[] results;
    private RecordResult parkedBy;
    private int underWay;

    /**
     * Creates the puts; sends nothing yet.
     *
     * @param put sends a record, and completes with a result
     */
    SinglePuts(List<PendingRecord> records, Function<PendingRecord, CompletableFuture<RecordResult>> put) {
        this.records = records;
        this.put = put;
        results = new RecordResult[records.size()];
        ready = chains(records);
    }

    private static Queue<Chain> chains(List<PendingRecord> records) {
        Queue<Chain> chains = new ArrayDeque<>();
        Map<String, Chain> byKey = new LinkedHashMap<>();
        for (int i = 0; i < records.size(); i++) {
            String key = records.get(i).partitionKey();
            Chain chain = key == null ? null : byKey.get(key);
            if (chain == null) {
                chain = new Chain(new ArrayDeque<>());
                chains.add(chain);
                if (key != null) {
                    byKey.put(key, chain);
                }
            }
            chain.indexes().add(i);
        }
        return chains;
    }

    /** Sends the records. Completes with one result per record, by index. */
    CompletableFuture<List<RecordResult>> send() {
        work();
        return answer;
    }

    /** Sends no more. Waits for the puts in flight before completing, so that their outcome is known. */
    void stop() {
        stopped = true;
        work();
    }

    private void work() {
        if (work.getAndIncrement() > 0) {
            return;
        }
        int done = 1;
        do {
            try {
                for (Put one = answered.poll(); one != null; one = answered.poll()) {
                    apply(one);
                }
                sendNext();
            } catch (Throwable e) { // also an Error: otherwise a thread would seem to be at work for ever
                stopped = true;
                answer.completeExceptionally(e);
            }
            done = work.addAndGet(-done);
        } while (done > 0);
    }

    private void sendNext() {
        while (!stopped && underWay < MAX_UNDER_WAY && !ready.isEmpty()) {
            Chain chain = ready.remove();
            int index = chain.indexes().remove();
            underWay++;
            var unused = put(records.get(index)).whenComplete((result, error) -> {
                answered.add(new Put(chain, index, error == null ? result : ErrorClassifier.call(error, 1)));
                work();
            });
        }
        if (underWay == 0 && !answer.isDone()) {
            RecordResult unsent = parkedBy == null ? NOT_SENT : parkedBy;
            answer.complete(new ArrayList<>(Arrays.stream(results)
                    .map(result -> result == null ? unsent : result)
                    .toList()));
        }
    }

    private CompletableFuture<RecordResult> put(PendingRecord record) {
        try {
            return put.apply(record);
        } catch (Throwable e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private void apply(Put one) {
        underWay--;
        RecordResult result = one.result();
        results[one.index()] = result;
        switch (result.verdict()) {
            case DELIVERED, BROKEN, FAIL, SPLIT -> {
                if (!one.chain().indexes().isEmpty()) {
                    ready.add(one.chain());
                }
            }
            case RETRY, THROTTLED, UNSENT -> one.chain().indexes().forEach(index -> results[index] = HELD_BACK);
            case PARK -> {
                parkedBy = result;
                stopped = true;
            }
        }
    }

    /** The unsent records of one partition key, by index. */
    private record Chain(ArrayDeque<Integer> indexes) {}

    private record Put(Chain chain, int index, RecordResult result) {}
}
