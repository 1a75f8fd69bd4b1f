package io.camelsegment.aws;

import io.camelsegment.delivery.RecordResult;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * The results of a request to come. To cancel it is to ask whoever works on it to come to an end, who may still answer with
 * what is known by then. Thread-safe.
 */
final class Answer extends CompletableFuture<List<RecordResult>> {

    private Runnable end = () -> {};
    private boolean cancelled;

    /** Says what a cancellation does from now on; done at once if it came before. */
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
