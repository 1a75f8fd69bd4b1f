package io.camelsegment.aws;

import io.camelsegment.delivery.BatchTransport;
import io.camelsegment.delivery.PendingRecord;
import io.camelsegment.delivery.RecordResult;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;

/**
 * What both services' transports have in common: no thread waits for credentials, error codes become verdicts, a cancelled
 * answer cancels the call. Thread-safe.
 *
 * @param <A> the service's answer
 */
public abstract class AwsTransport<A> implements BatchTransport {

    private final AwsCredentialsProvider credentials;

    /**
     * Makes one.
     *
     * @param credentials of the client, asked before each call because the SDK waits for them in the calling thread; null
     *     with a client of the user's, which has its own
     */
    protected AwsTransport(AwsCredentialsProvider credentials) {
        this.credentials = credentials;
    }

    /** Sends one request with these records and does not wait. */
    protected abstract CompletableFuture<A> put(List<PendingRecord> records);

    /** Returns one result per record of the answer, by index; a code is judged by {@link #failed}. */
    protected abstract List<RecordResult> results(A answer);

    /** Returns the result of a record that has this error code in the answer. */
    protected static RecordResult failed(String errorCode, String errorMessage) {
        return ErrorClassifier.record(errorCode, errorMessage);
    }

    @Override
    public final CompletableFuture<List<RecordResult>> send(List<PendingRecord> records) {
        CompletableFuture<List<RecordResult>> results = new CompletableFuture<>();
        if (credentials == null) {
            call(records, results);
        } else {
            var unused = credentials.resolveIdentity().whenComplete((identity, error) -> {
                if (error == null) {
                    call(records, results);
                } else {
                    fail(records, results, error);
                }
            });
        }
        return results;
    }

    private void call(List<PendingRecord> records, CompletableFuture<List<RecordResult>> results) {
        CompletableFuture<A> call;
        try {
            call = put(records);
        } catch (RuntimeException e) {
            fail(records, results, e);
            return;
        }
        var unusedResults = results.whenComplete((ignored, error) -> {
            if (results.isCancelled()) {
                call.cancel(true);
            }
        });
        var unusedCall = call.whenComplete((answer, error) -> {
            if (error != null) {
                fail(records, results, error);
                return;
            }
            try {
                results.complete(results(answer));
            } catch (RuntimeException e) {
                fail(records, results, e);
            }
        });
    }

    private void fail(List<PendingRecord> records, CompletableFuture<List<RecordResult>> results, Throwable error) {
        RecordResult failure = ErrorClassifier.call(error, records.size());
        if (credentials instanceof BackgroundCredentials background && ErrorClassifier.wantsFreshCredentials(failure)) {
            background.expire();
        }
        results.complete(Collections.nCopies(records.size(), failure));
    }
}
