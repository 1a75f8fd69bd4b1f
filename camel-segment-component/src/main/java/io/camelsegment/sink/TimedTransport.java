package io.camelsegment.sink;

import io.camelsegment.delivery.BatchTransport;
import io.camelsegment.delivery.PendingRecord;
import io.camelsegment.delivery.RecordResult;
import io.micrometer.core.instrument.Timer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A transport that notes how long its calls take.
 *
 * @param latency from a call to its answer, or to its cancellation
 */
record TimedTransport(BatchTransport transport, Timer latency) implements BatchTransport {

    @Override
    public CompletableFuture<List<RecordResult>> send(List<PendingRecord> records) {
        long begin = System.nanoTime();
        CompletableFuture<List<RecordResult>> answer = transport.send(records);
        var unused = answer.whenComplete(
                (results, failure) -> latency.record(System.nanoTime() - begin, TimeUnit.NANOSECONDS));
        return answer;
    }

    @Override
    public int recordBytes(int size, int usual) {
        return transport.recordBytes(size, usual);
    }

    @Override
    public String warning() {
        return transport.warning();
    }

    @Override
    public String hotPartition(String partition, String facts) {
        return transport.hotPartition(partition, facts);
    }
}
