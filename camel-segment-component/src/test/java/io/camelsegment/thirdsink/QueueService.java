package io.camelsegment.thirdsink;

import io.camelsegment.delivery.BatchTransport;
import io.camelsegment.delivery.PendingRecord;
import io.camelsegment.delivery.RecordResult;
import io.camelsegment.delivery.Verdict;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/** Queues in memory, of which each refuses the first message that it gets, once. Thread-safe. */
final class QueueService {

    private final List<Integer> batches = new ArrayList<>();
    private final List<String> messages = new ArrayList<>();
    private final AtomicInteger connectionsClosed = new AtomicInteger();

    /** Returns what sends to a queue. */
    BatchTransport queue(String name) {
        return new BatchTransport() {
            private boolean refusedOnce;

            @Override
            public CompletableFuture<List<RecordResult>> send(List<PendingRecord> records) {
                List<RecordResult> results = new ArrayList<>();
                synchronized (QueueService.this) {
                    batches.add(records.size());
                    for (PendingRecord record : records) {
                        if (refusedOnce) {
                            messages.add(name + " " + new String(record.data(), StandardCharsets.UTF_8));
                            results.add(RecordResult.delivered("message-" + messages.size()));
                        } else {
                            refusedOnce = true;
                            results.add(RecordResult.failed(Verdict.RETRY, "QueueBusy", "come again"));
                        }
                    }
                }
                return CompletableFuture.completedFuture(results);
            }
        };
    }

    void closed() {
        connectionsClosed.incrementAndGet();
    }

    int connectionsClosed() {
        return connectionsClosed.get();
    }

    /** Returns the sizes of the requests. */
    synchronized List<Integer> batches() {
        return List.copyOf(batches);
    }

    /** Returns queue and text of each message, in the order of arrival. */
    synchronized List<String> messages() {
        return List.copyOf(messages);
    }
}
