package io.camelsegment.aws;

import io.camelsegment.delivery.RecordResult;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Future results of a request. Cancelling it asks the sender of the request to finish, which may still complete it with
 * the results known by then. Thread-safe.
 */
final class BatchAnswer extends CompletableFuture<List<RecordResult>> {

    private Runnable end = () -> {};
    private boolean cancelled;

    /** Takes a step towards the answer; what it throws, also an Error, is the answer. */
    void attempt(Runnable step) {
        try {
            step.run();
        } catch (Throwable e) { // nobody else would learn of it, and the answer would never come
            completeExceptionally(e);
        }
    }

    /** Sets the action of a cancellation; runs it at once if already cancelled. */
    void onCancel(Runnable action) {
        synchronized (this) {
            end = action;
            if (!cancelled) {
                return;
            }
        }
        action.run();
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        Runnable action;
        synchronized (this) {
            cancelled = true;
            action = end;
        }
        action.run();
        return isCancelled();
    }
}
