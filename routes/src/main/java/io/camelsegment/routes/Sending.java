package io.camelsegment.routes;

import io.camelsegment.BatchFailure;
import io.camelsegment.SegmentBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelExchangeException;
import org.apache.camel.Exchange;
import org.apache.camel.spi.ReactiveExecutor;

/**
 * Copies of one exchange on their way to several recipients. When all are done, so is the exchange: left as it is, or
 * failed with the exception of the copy that failed, or with one that holds those of all that did. Not thread-safe
 * before its start.
 */
final class Sending {

    private final Exchange exchange;
    private final AsyncCallback callback;
    private final List<Copy> copies = new ArrayList<>();

    /** One for each copy, and one for {@link #start}, so that it knows whether it ends the sending itself. */
    private final AtomicInteger pending = new AtomicInteger(1);

    /**
     * @param recipient processes the copy and calls back
     * @param batch     the body; null for another one than a batch
     * @param delivered called unless the copy fails
     */
    private record Copy(
            BiConsumer<Exchange, AsyncCallback> recipient, Exchange exchange, SegmentBatch batch, Runnable delivered) {

        boolean hasFailed() {
            return exchange.getException() != null || exchange.isRollbackOnly() || exchange.isRollbackOnlyLast();
        }
    }

    Sending(Exchange exchange, AsyncCallback callback) {
        this.exchange = exchange;
        this.callback = callback;
    }

    /**
     * Adds a recipient. All are added before the first send: a recipient may change the body or headers that the copies
     * share.
     */
    void add(BiConsumer<Exchange, AsyncCallback> recipient, Exchange copy) {
        add(recipient, copy, () -> {});
    }

    /** Adds a recipient, and what to do when the copy does not fail. */
    void add(BiConsumer<Exchange, AsyncCallback> recipient, Exchange copy, Runnable delivered) {
        SegmentBatch batch = copy.getIn().getBody() instanceof SegmentBatch body ? body : null;
        copies.add(new Copy(recipient, copy, batch, delivered));
    }

    /**
     * Starts all sends without waiting for one before the next.
     *
     * @return whether all was done before this method returned, see {@link org.apache.camel.AsyncProcessor#process}
     */
    boolean start() {
        pending.addAndGet(copies.size());
        for (int i = 0; i < copies.size(); i++) {
            Copy copy = copies.get(i);
            if (i > 0) {
                runScheduled();
            }
            copy.recipient.accept(copy.exchange, doneSync -> {
                try {
                    if (!copy.hasFailed()) {
                        copy.delivered.run();
                    }
                } finally {
                    done(false);
                }
            });
        }
        return done(true);
    }

    /**
     * Runs the steps that the route of a recipient has scheduled on this thread. The next route to start would put them
     * where a caller that waits for the exchange on this thread, such as a bean, does not look: it would wait for ever.
     */
    private void runScheduled() {
        ReactiveExecutor executor =
                exchange.getContext().getCamelContextExtension().getReactiveExecutor();
        boolean more = true;
        while (more) {
            more = executor.executeFromQueue();
        }
    }

    private boolean done(boolean sync) {
        if (pending.decrementAndGet() > 0) {
            return false;
        }
        takeFailures();
        callback.done(sync);
        return true;
    }

    private void takeFailures() {
        Exception failure = null;
        for (Copy one : copies) {
            Exchange copy = one.exchange;
            if (copy.isRollbackOnly()) {
                exchange.setRollbackOnly(true);
            }
            if (copy.isRollbackOnlyLast()) {
                exchange.setRollbackOnlyLast(true);
            }
            Exception next = copy.getException();
            if (next == null) {
                continue;
            }
            if (failure == null) {
                failure = next;
                exchange.setException(next);
            } else {
                // A new exception, because a producer may share one among the exchanges of a batch.
                if (exchange.getException() == failure) {
                    exchange.setException(new CamelExchangeException(
                            "More than one of " + copies.size() + " endpoints failed", exchange, failure));
                }
                exchange.getException().addSuppressed(next);
            }
        }
        if (exchange.getIn().getBody() instanceof SegmentBatch whole) {
            BatchFailure.join(
                    exchange,
                    whole,
                    copies.stream()
                            .map(copy -> new BatchFailure.Copy(copy.exchange, copy.batch))
                            .toList());
        }
    }
}
