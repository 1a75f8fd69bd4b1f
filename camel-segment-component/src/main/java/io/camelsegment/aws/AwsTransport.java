package io.camelsegment.aws;

import io.camelsegment.delivery.BatchTransport;
import io.camelsegment.delivery.PendingRecord;
import io.camelsegment.delivery.RecordResult;
import io.camelsegment.delivery.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;

/**
 * What both services' transports have in common: no thread waits for credentials, error codes become verdicts, a cancelled
 * answer cancels the call. Thread-safe.
 *
 * <p>Where policies allow only the call for single records, as those in Segment's documentation do, the batch call is denied
 * as a whole, so nothing of it is stored, and its records are sent one by one; see {@link SinglePuts}. The batch call is tried
 * again from time to time. A stream is parked only when both calls are denied.
 *
 * @param <A> what the SDK makes of the answer to the batch call
 */
public abstract class AwsTransport<A> implements BatchTransport {

    private static final Logger LOG = LoggerFactory.getLogger(AwsTransport.class);

    private final String stream;
    private final String batchAction;
    private final AwsCredentialsProvider credentials;
    private final AwsRequestOverrideConfiguration timeLimit;
    private final BatchPermission permission = new BatchPermission();

    /**
     * Makes one.
     *
     * @param stream         what is sent to, for people, such as {@code Kinesis stream events}
     * @param batchAction    the batch call as IAM writes it, such as {@code kinesis:PutRecords}
     * @param credentials    of the client, asked before each call because the SDK waits for them in the calling thread; null
     *     with a client of the user's, which has its own
     * @param requestTimeout how long the answer to a call is awaited; that to a batch is awaited by the sender
     */
    protected AwsTransport(
            String stream, String batchAction, AwsCredentialsProvider credentials, Duration requestTimeout) {
        this.stream = stream;
        this.batchAction = batchAction;
        this.credentials = credentials;
        this.timeLimit = AwsRequestOverrideConfiguration.builder()
                .apiCallTimeout(requestTimeout)
                .build();
    }

    /** Returns a call that sends these records with a client of {@link AwsClientFactory}. */
    protected abstract BatchCall batchCall(List<PendingRecord> records);

    /** Makes a batch call and does not wait: sends the SDK's request without records and with this configuration. */
    protected abstract CompletableFuture<A> put(AwsRequestOverrideConfiguration batchCall);

    /** Sends these records with a client of the user's, as anyone would who writes to the SDK, and does not wait. */
    protected abstract CompletableFuture<A> put(List<PendingRecord> records);

    /** Returns one result per record of the answer to a client of the user's, by index; a code is judged by {@link #failed}. */
    protected abstract List<RecordResult> results(A answer);

    /** Sends one record by the call for single ones, with the {@link #timeLimit}, and does not wait. */
    protected abstract CompletableFuture<RecordResult> put(PendingRecord record);

    /** Returns what ends a call after the request timeout: for all but batches, whose time is the sender's. */
    protected final AwsRequestOverrideConfiguration timeLimit() {
        return timeLimit;
    }

    /** Returns the result of a record that has this error code in the answer. */
    protected static RecordResult failed(String errorCode, String errorMessage) {
        return ErrorClassifier.record(errorCode, errorMessage);
    }

    @Override
    public final String warning() {
        return permission.isDenied() ? batchAction + " is not allowed, so records are sent one by one" : null;
    }

    /** Returns why a record is not sent now, null if it may be. */
    protected RecordResult refusal(PendingRecord record) {
        return null;
    }

    @Override
    public CompletableFuture<List<RecordResult>> send(List<PendingRecord> records) {
        Answer answer = new Answer();
        RecordResult[] refusals = refusals(records);
        if (refusals == null) {
            send(records, answer);
        } else {
            sendRest(records, refusals, answer);
        }
        return answer;
    }

    /** Returns by index why records are not sent now, null if all are. What is behind one of its key that waits, waits with it. */
    private RecordResult[] refusals(List<PendingRecord> records) {
        RecordResult[] refusals = null;
        Set<String> heldBack = new HashSet<>();
        for (int i = 0; i < records.size(); i++) {
            PendingRecord record = records.get(i);
            RecordResult refusal = heldBack.contains(record.partitionKey()) ? SinglePuts.HELD_BACK : refusal(record);
            if (refusal != null) {
                refusals = refusals == null ? new RecordResult[records.size()] : refusals;
                refusals[i] = refusal;
                if (refusal.verdict() == Verdict.UNSENT) {
                    heldBack.add(record.partitionKey());
                }
            }
        }
        return refusals;
    }

    private void sendRest(List<PendingRecord> records, RecordResult[] refusals, Answer answer) {
        List<PendingRecord> rest = new ArrayList<>();
        for (int i = 0; i < refusals.length; i++) {
            if (refusals[i] == null) {
                rest.add(records.get(i));
            }
        }
        Answer ofRest = new Answer();
        answer.onCancel(() -> ofRest.cancel(true));
        var unused = ofRest.whenComplete((results, error) -> {
            if (error != null) {
                answer.completeExceptionally(error);
            } else if (results.size() != rest.size()) {
                answer.complete(List.of()); // of another length, too
            } else {
                Iterator<RecordResult> next = results.iterator();
                answer.complete(Arrays.stream(refusals)
                        .map(refusal -> refusal == null ? next.next() : refusal)
                        .toList());
            }
        });
        if (rest.isEmpty()) {
            ofRest.complete(List.of());
        } else {
            send(rest, ofRest);
        }
    }

    private void send(List<PendingRecord> records, Answer answer) {
        if (permission.mayTry(System.nanoTime())) {
            sendBatch(records, answer);
        } else {
            sendSingly(records, answer, null);
        }
    }

    private void sendBatch(List<PendingRecord> records, Answer answer) {
        BatchCall batch = credentials == null ? null : batchCall(records);
        CompletableFuture<A> call =
                call(() -> batch == null ? put(records) : put(BatchCallInterceptor.configuration(batch)));
        answer.onCancel(() -> {
            answer.completeExceptionally(new CancellationException());
            call.cancel(true);
        });
        var unused = call.whenComplete((response, error) -> {
            if (answer.isDone()) {
                return;
            }
            if (error != null && ErrorClassifier.isActionDenied(error)) {
                sendSingly(records, answer, ErrorClassifier.call(error, 1));
                return;
            }
            if (error == null && permission.granted()) {
                LOG.info("{}: {} is allowed now, records are sent in batches", stream, batchAction);
            }
            answer.complete(
                    error == null
                            ? results(records, () -> batch == null ? results(response) : batch.results())
                            : failures(records, error));
        });
    }

    private List<RecordResult> results(List<PendingRecord> records, Supplier<List<RecordResult>> answer) {
        try {
            return answer.get();
        } catch (RuntimeException e) {
            return failures(records, e);
        }
    }

    private List<RecordResult> failures(List<PendingRecord> records, Throwable error) {
        return Collections.nCopies(records.size(), failure(error, records.size()));
    }

    /**
     * Sends the records one by one.
     *
     * @param batchDenied the answer to the batch call, null if it was not tried with these records
     */
    private void sendSingly(List<PendingRecord> records, Answer answer, RecordResult batchDenied) {
        AtomicBoolean denied = new AtomicBoolean();
        SinglePuts puts =
                new SinglePuts(records, record -> call(() -> put(record)).exceptionally(error -> {
                    if (ErrorClassifier.isActionDenied(error)) {
                        denied.set(true);
                    }
                    return failure(error, 1);
                }));
        answer.onCancel(puts::stop);
        var unused = puts.send().thenAccept(results -> {
            if (denied.get()) {
                results.replaceAll(result -> result.verdict() == Verdict.PARK ? denied(result, batchDenied) : result);
            } else if (batchDenied != null) {
                useSinglePuts(batchDenied);
            }
            answer.complete(results);
        });
    }

    /** Parks for want of the batch call, which is what to allow; untried, it may be allowed by now. */
    private RecordResult denied(RecordResult single, RecordResult batchDenied) {
        if (batchDenied != null) {
            return batchDenied;
        }
        permission.tryNext(System.nanoTime());
        return RecordResult.failed(Verdict.RETRY, single.errorCode(), single.errorMessage());
    }

    private void useSinglePuts(RecordResult batchDenied) {
        if (permission.denied(System.nanoTime())) {
            LOG.warn(
                    "{}: {} is not allowed, so records are sent one by one, which is slower; allow it, no restart is needed: {}",
                    stream,
                    batchAction,
                    batchDenied.errorMessage());
        }
    }

    /** Calls the client once there are credentials. A cancellation reaches the client's call. */
    protected final <T> CompletableFuture<T> call(Supplier<CompletableFuture<T>> client) {
        if (credentials == null) {
            return made(client);
        }
        CompletableFuture<T> result = new CompletableFuture<>();
        var unused = credentials.resolveIdentity().whenComplete((identity, noIdentity) -> {
            if (noIdentity != null) {
                result.completeExceptionally(noIdentity);
                return;
            }
            if (result.isDone()) {
                return;
            }
            CompletableFuture<T> call = made(client);
            var unusedCall = call.whenComplete((value, error) -> {
                if (error == null) {
                    result.complete(value);
                } else {
                    result.completeExceptionally(error);
                }
            });
            var unusedResult = result.whenComplete((value, error) -> {
                if (result.isCancelled()) {
                    call.cancel(true);
                }
            });
        });
        return result;
    }

    private static <T> CompletableFuture<T> made(Supplier<CompletableFuture<T>> client) {
        try {
            return client.get();
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** Returns the result of every record of a request that failed as a whole. */
    protected RecordResult failure(Throwable error, int records) {
        RecordResult failure = ErrorClassifier.call(error, records);
        if (credentials instanceof BackgroundCredentials background) {
            if (ErrorClassifier.rejectsCredentials(failure)) {
                background.expire();
            } else if (ErrorClassifier.deniesAction(failure)) {
                background.refresh();
            }
        }
        return failure;
    }
}
