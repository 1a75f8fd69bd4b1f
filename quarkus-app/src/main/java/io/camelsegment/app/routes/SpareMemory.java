package io.camelsegment.app.routes;

import io.camelsegment.SegmentBatch;
import io.camelsegment.delivery.MemoryBudget;
import java.util.concurrent.RejectedExecutionException;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.support.SynchronizationAdapter;

/**
 * Fails exchanges as long as more than half of the memory is in use. What waits for a destination that is not required
 * must not leave the others without room, and is counted for as long as it waits. Thread-safe.
 */
final class SpareMemory implements Processor {

    private final MemoryBudget budget;

    SpareMemory(MemoryBudget budget) {
        this.budget = budget;
    }

    @Override
    public void process(Exchange exchange) {
        if (budget.heldBytes() > budget.maxBytes() / 2) {
            throw new RejectedExecutionException("more than half of the " + budget.maxBytes()
                    + " bytes of maxBufferedBytes is in use; a destination that is not required gets no more of it");
        }
        long bytes = bytesOf(exchange);
        budget.acquire(bytes);
        exchange.getExchangeExtension().addOnCompletion(new SynchronizationAdapter() {
            @Override
            public void onDone(Exchange done) {
                budget.release(bytes);
            }
        });
    }

    private static long bytesOf(Exchange exchange) {
        long events = exchange.getMessage().getBody() instanceof SegmentBatch batch ? batch.size() : 0;
        return MemoryBudget.EXCHANGE_BYTES + MemoryBudget.EVENT_BYTES * events;
    }
}
