package io.camelsegment.delivery;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/** An answer that does not care about being cancelled. */
final class Deaf extends CompletableFuture<List<RecordResult>> {

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        return false;
    }
}
