package io.camelsegment.sink;

import io.camelsegment.BatchFailure;
import io.camelsegment.SegmentBatch;
import io.camelsegment.delivery.DeliveryException;
import io.camelsegment.delivery.PendingRecord;
import io.camelsegment.delivery.RecordCallback;
import io.camelsegment.delivery.RecordResult;
import io.camelsegment.delivery.Settled;
import io.camelsegment.event.SegmentEvent;
import io.camelsegment.memory.DeliveryLog;
import io.vertx.core.Context;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.Executor;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;

/**
 * The delivery of a batch to one stream. Continues its Exchange when the last record has ended: if some were given up,
 * with a failure whose body is the batch of their events. Thread-safe.
 */
final class BatchDelivery implements RecordCallback {

    private final String streamId;
    private final StreamObservation observed;
    private final Exchange exchange;
    private final AsyncCallback callback;
    private final SegmentBatch batch;
    private final DeliveryLog log;
    private final boolean neverBlocks;
    private final Executor blocking;

    private final BitSet failed = new BitSet();
    private int pending;
    private DeliveryException failure;

    /**
     * @param observed shows what becomes of the events
     * @param log     the log of the request; null when deliveries are not remembered
     * @param records number of records that will end
     * @param neverBlocks whether the Exchange, unless it fails, may go on where answers are applied
     * @param blocking runs the rest of a failed Exchange, which may block
     */
    BatchDelivery(
            String streamId,
            StreamObservation observed,
            Exchange exchange,
            AsyncCallback callback,
            SegmentBatch batch,
            DeliveryLog log,
            int records,
            boolean neverBlocks,
            Executor blocking) {
        this.streamId = streamId;
        this.observed = observed;
        this.exchange = exchange;
        this.callback = callback;
        this.batch = batch;
        this.log = log;
        this.pending = records;
        this.neverBlocks = neverBlocks;
        this.blocking = blocking;
    }

    @Override
    public boolean neverBlocks() {
        return neverBlocks;
    }

    @Override
    public void settled(List<Settled> records) {
        try {
            note(records);
        } finally { // also after an Error: nobody else ends the Exchange
            if (areLast(records)) {
                if (failure != null && Context.isOnEventLoopThread()) { // these are delivered, earlier ones failed
                    blocking.execute(this::end);
                } else {
                    end();
                }
            }
        }
    }

    @Override
    public void retried(PendingRecord record, RecordResult result, int attempts) {
        observed.retried(batch.get(record.index()), result, attempts);
    }

    private void note(List<Settled> records) {
        BitSet delivered = new BitSet();
        for (Settled one : records) {
            int index = one.record().index();
            if (one.failure() == null) {
                delivered.set(index);
            } else if (log != null) {
                log.failed(streamId, batch.get(index).messageId(), batch.get(index));
            }
        }
        if (!delivered.isEmpty()) {
            batch.delivered(streamId, delivered);
            if (log != null) {
                log.delivered(streamId, recovered(delivered));
            }
        }
        if (delivered.cardinality() < records.size() || observed.feed() != null) {
            observed.settled(records, batch, exchange);
        }
    }

    private synchronized boolean areLast(List<Settled> records) {
        for (Settled one : records) {
            if (one.failure() != null) {
                failed.set(one.record().index());
                addFailure(one.failure());
            }
        }
        pending -= records.size();
        return pending == 0;
    }

    /** Tells the log that events did not fail after all; returns their messageIds. */
    private List<String> recovered(BitSet indexes) {
        List<String> ids = new ArrayList<>(indexes.cardinality());
        for (int i = indexes.nextSetBit(0); i >= 0; i = indexes.nextSetBit(i + 1)) {
            SegmentEvent event = batch.get(i);
            log.recovered(streamId, event);
            ids.add(event.messageId());
        }
        return ids;
    }

    /** Prefers a failure that may pass: who handles refusals for good must not handle it with them. */
    private void addFailure(DeliveryException next) {
        if (failure == null || (next.isRetryable() && !failure.isRetryable())) {
            failure = next;
        }
    }

    private void end() {
        try {
            if (failure != null) {
                BatchFailure.fail(exchange, failure, batch.of(failed));
            }
        } finally {
            callback.done(false);
        }
    }
}
