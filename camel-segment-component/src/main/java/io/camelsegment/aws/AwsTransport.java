package io.camelsegment.aws;

import io.camelsegment.delivery.BatchTransport;
import io.camelsegment.delivery.PendingRecord;
import io.camelsegment.delivery.RecordResult;
import io.camelsegment.delivery.Verdict;
import io.camelsegment.observation.Tracing;
import io.camelsegment.sink.CallSpans;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;

/**
 * Common part of both services' transports: no thread waits for credentials, error codes become verdicts, cancelling
 * the answer cancels the call. Thread-safe.
 *
 * <p>Policies may allow only the call for single records, as those in Segment's documentation do. AWS then denies the
 * batch call as a whole and stores nothing of it, and the records are sent one by one; see {@link SinglePuts}. The
 * batch call is tried again from time to time. A stream is parked only when both calls are denied.
 */
public abstract class AwsTransport implements BatchTransport {

    private static final Logger LOG = LoggerFactory.getLogger(AwsTransport.class);

    private final String stream;
    private final String batchAction;
    private final AwsCredentialsProvider credentials;
    private final AwsRequestOverrideConfiguration timeLimit;
    /** Null without traces. */
    private final AwsSpans spans;

    private final BatchPermission permission = new BatchPermission();

    /**
     * Creates a transport.
     *
     * @param stream         the stream's name in messages, such as {@code Kinesis stream events}
     * @param batchAction    IAM's name of the batch call, such as {@code kinesis:PutRecords}
     * @param credentials    the client's; resolved before each call, since the SDK would block the calling thread
     * @param requestTimeout time limit of each call but the batch call, whose time the sender limits
     * @param spans          those of the calls; null without traces
     */
    protected AwsTransport(
            String stream,
            String batchAction,
            AwsCredentialsProvider credentials,
            Duration requestTimeout,
            AwsSpans spans) {
        this.stream = stream;
        this.batchAction = batchAction;
        this.credentials = credentials;
        this.spans = spans;
        this.timeLimit = AwsRequestOverrideConfiguration.builder()
                .apiCallTimeout(requestTimeout)
                .build();
    }

    /** Creates the batch call of these records. */
    protected abstract BatchCall batchCall(List<PendingRecord> records);

    /** Starts a batch call, which its cancellation ends. Does not wait. */
    protected abstract CompletableFuture<ByteBuffer> putBatch(BatchCall batch, AwsCredentialsIdentity identity);

    /** Sends one record by the call for single records, with the {@link #timeLimit}. Does not wait. */
    protected abstract CompletableFuture<RecordResult> putSingle(PendingRecord record);

    /** Returns the configuration that ends a call after the request timeout; not for batches, which the sender ends. */
    protected final AwsRequestOverrideConfiguration timeLimit() {
        return timeLimit;
    }

    @Override
    public final String warning() {
        return permission.isDenied() ? batchAction + " is not allowed, so records are sent one by one" : null;
    }

    /** Returns why a record must not be sent now; null if it may be. */
    protected RecordResult refusal(PendingRecord record) {
        return null;
    }

    @Override
    public CompletableFuture<List<RecordResult>> send(List<PendingRecord> records) {
        BatchAnswer answer = new BatchAnswer();
        RecordResult[] refusals = refusals(records);
        if (refusals == null) {
            send(records, answer);
        } else {
            sendRest(records, refusals, answer);
        }
        return answer;
    }

    /**
     * Returns by index why records are not sent now; null if all are sent. A record behind an unsent one of its key is
     * not sent either.
     */
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

    private void sendRest(List<PendingRecord> records, RecordResult[] refusals, BatchAnswer answer) {
        List<PendingRecord> rest = new ArrayList<>();
        for (int i = 0; i < refusals.length; i++) {
            if (refusals[i] == null) {
                rest.add(records.get(i));
            }
        }
        BatchAnswer ofRest = new BatchAnswer();
        answer.onCancel(() -> ofRest.cancel(true));
        var unused = ofRest.whenComplete((results, error) -> answer.attempt(() -> {
            if (error != null) {
                answer.completeExceptionally(error);
            } else if (results.size() != rest.size()) {
                answer.complete(List.of()); // also of a wrong length, which the sender reports
            } else {
                Iterator<RecordResult> next = results.iterator();
                answer.complete(Arrays.stream(refusals)
                        .map(refusal -> refusal == null ? next.next() : refusal)
                        .toList());
            }
        }));
        if (rest.isEmpty()) {
            ofRest.complete(List.of());
        } else {
            send(rest, ofRest);
        }
    }

    private void send(List<PendingRecord> records, BatchAnswer answer) {
        if (permission.mayTry(System.nanoTime())) {
            sendBatch(records, answer);
        } else {
            sendSingly(records, answer, null);
        }
    }

    private void sendBatch(List<PendingRecord> records, BatchAnswer answer) {
        BatchCall batch = batchCall(records);
        Tracing.Call span = spans == null ? null : spans.batches().begin(records);
        CompletableFuture<ByteBuffer> call = call(identity -> putBatch(batch, identity));
        answer.onCancel(() -> {
            answer.completeExceptionally(new CancellationException());
            call.cancel(true);
        });
        var unused = call.whenComplete((response, error) -> answer.attempt(() -> {
            List<RecordResult> results = error == null ? results(records, batch, response) : failures(records, error);
            if (span != null) {
                span.end(error == null ? CallSpans.answer(200, results) : AwsSpans.answer(error, records.size()));
            }
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
            answer.complete(results);
        }));
    }

    private List<RecordResult> results(List<PendingRecord> records, BatchCall batch, ByteBuffer response) {
        try {
            return batch.results(response);
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
     * @param batchDenied the failure of the batch call; null if it was not tried with these records
     */
    private void sendSingly(List<PendingRecord> records, BatchAnswer answer, RecordResult batchDenied) {
        AtomicBoolean denied = new AtomicBoolean();
        SinglePuts puts = new SinglePuts(records, record -> tracedSingle(record).exceptionally(error -> {
            if (ErrorClassifier.isActionDenied(error)) {
                denied.set(true);
            }
            return failure(error, 1);
        }));
        answer.onCancel(puts::stop);
        var unused = puts.send()
                .whenComplete((results, error) -> answer.attempt(() -> {
                    if (error != null) {
                        answer.completeExceptionally(error);
                        return;
                    }
                    if (denied.get()) {
                        results.replaceAll(
                                result -> result.verdict() == Verdict.PARK ? denied(result, batchDenied) : result);
                    } else if (batchDenied != null) {
                        useSinglePuts(batchDenied);
                    }
                    answer.complete(results);
                }));
    }

    private CompletableFuture<RecordResult> tracedSingle(PendingRecord record) {
        Tracing.Call span = spans == null ? null : spans.singles().begin(List.of(record));
        CompletableFuture<RecordResult> call = call(identity -> putSingle(record));
        return span == null
                ? call
                : call.whenComplete((result, error) ->
                        span.end(error == null ? CallSpans.answer(200, List.of(result)) : AwsSpans.answer(error, 1)));
    }

    /**
     * Parks the stream with the denial of the batch call, which is the permission to add. If the batch call was not
     * tried, it may be allowed by now and is tried next.
     */
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
                    "{}: {} is not allowed, so records are sent one by one, which is slower; allow it, no restart is"
                            + " needed: {}",
                    stream,
                    batchAction,
                    batchDenied.errorMessage());
        }
    }

    /** Makes a call once there are credentials. Cancelling the result cancels the call. */
    protected final <T> CompletableFuture<T> call(Function<AwsCredentialsIdentity, CompletableFuture<T>> client) {
        CompletableFuture<T> result = new CompletableFuture<>();
        var unused = identity().whenComplete((identity, noIdentity) -> {
            if (noIdentity != null) {
                result.completeExceptionally(noIdentity);
                return;
            }
            if (result.isDone()) {
                return;
            }
            CompletableFuture<T> call = made(client, identity);
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

    private CompletableFuture<? extends AwsCredentialsIdentity> identity() {
        try {
            return credentials.resolveIdentity();
        } catch (Throwable e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private static <T> CompletableFuture<T> made(
            Function<AwsCredentialsIdentity, CompletableFuture<T>> client, AwsCredentialsIdentity identity) {
        try {
            return Objects.requireNonNull(client.apply(identity), "the client answered null");
        } catch (Throwable e) { // also an Error: nobody else would learn of it, and the call would never end
            return CompletableFuture.failedFuture(e);
        }
    }

    /** Returns the result of each record of a request that failed as a whole. */
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
