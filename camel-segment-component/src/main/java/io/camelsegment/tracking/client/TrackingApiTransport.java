package io.camelsegment.tracking.client;

import io.camelsegment.delivery.BatchTransport;
import io.camelsegment.delivery.PendingRecord;
import io.camelsegment.delivery.RecordResult;
import io.camelsegment.delivery.SenderRuntime;
import io.camelsegment.delivery.ServiceLimits;
import io.camelsegment.delivery.Verdict;
import io.camelsegment.observation.Tracing;
import io.camelsegment.sink.CallSpans;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.net.http.HttpResponse.ResponseInfo;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.GZIPOutputStream;

/** Posts batches of events to a tracking API, and holds them back while the API asks for a pause. Thread-safe. */
public final class TrackingApiTransport implements BatchTransport {

    /**
     * Segment's limits: 32 KB per event, 500 KB and 2500 events per request. A batch ends at 475 000 bytes, as in
     * Segment's SDKs: the rest pays for commas and the envelope, even if a kilobyte is 1000 bytes.
     *
     * @see <a href="https://segment.com/docs/connections/sources/catalog/libraries/server/http-api/#max-request-size">
     *     Segment's limits</a>, read 2026-11-21
     */
    public static final ServiceLimits LIMITS = new ServiceLimits("Segment", 2_500, 475_000, 32_768);

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

    private final HttpClient client;
    private final URI uri;
    private final String authorization;
    private final boolean gzip;
    /** Writes bodies: the client's threads where they are compressed, which takes 10 ms and more for a full batch. */
    private final Executor writer;

    private final long longestHoldNanos;
    private final SenderRuntime runtime;
    /** Null without traces. */
    private final CallSpans spans;

    private final AtomicLong heldUntil = new AtomicLong();
    private boolean correctsTimes = true;

    /** Creates a transport with a client of its own. */
    public TrackingApiTransport(
            URI uri, String writeKey, boolean gzip, Duration requestTimeout, SenderRuntime runtime) {
        this(client(), uri, writeKey, gzip, requestTimeout, runtime, null);
    }

    /**
     * Creates a transport to a tracking API.
     *
     * @param client         from {@link #client()}
     * @param uri            URL of the {@code batch} call
     * @param writeKey       key of the receiving source
     * @param gzip           whether requests are compressed
     * @param requestTimeout time after which the sender gives a request up; half of it is the longest hold
     * @param spans          those of the requests; null without traces
     */
    public TrackingApiTransport(
            HttpClient client,
            URI uri,
            String writeKey,
            boolean gzip,
            Duration requestTimeout,
            SenderRuntime runtime,
            CallSpans spans) {
        this.client = client;
        this.uri = uri;
        this.authorization =
                "Basic " + Base64.getEncoder().encodeToString((writeKey + ":").getBytes(StandardCharsets.UTF_8));
        this.gzip = gzip;
        this.writer = client.executor().filter(threads -> gzip).orElse(runtime.executor());
        this.longestHoldNanos = requestTimeout.toNanos() / 2;
        this.runtime = runtime;
        this.spans = spans;
    }

    /**
     * Sends no {@code sentAt}, so that the receiver takes each {@code timestamp} as it is: the times of events that
     * were received before are right. To be called before the first batch.
     */
    public void keepTimes() {
        correctsTimes = false;
    }

    /** Creates a client for all transports; the sender limits the time of each request. */
    public static HttpClient client() {
        // The client has threads of its own, since it looks names up and encrypts on them. The JDK would make the same,
        // but keep them to itself.
        // Every server speaks HTTP/1.1. An upgrade to HTTP/2 would cost plain HTTP servers a body of 500 KB.
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(CONNECT_TIMEOUT)
                .executor(Executors.newCachedThreadPool(task -> {
                    Thread thread = new Thread(task, "SegmentTrackingApi");
                    thread.setDaemon(true);
                    return thread;
                }))
                .build();
    }

    @Override
    public CompletableFuture<List<RecordResult>> send(List<PendingRecord> records) {
        CompletableFuture<List<RecordResult>> answer = new CompletableFuture<>();
        long hold = heldUntil.get() - runtime.clock().getAsLong();
        if (hold <= 0 && !gzip) {
            post(records, answer);
        } else if (hold <= 0) {
            onWriter(answer, () -> post(records, answer));
        } else if (hold <= longestHoldNanos) {
            later(hold, answer, () -> post(records, answer));
        } else {
            later(longestHoldNanos, answer, () -> answer.complete(Collections.nCopies(records.size(), held())));
        }
        return answer;
    }

    private void later(long nanos, CompletableFuture<?> answer, Runnable task) {
        var unused = runtime.timer().schedule(() -> onWriter(answer, task), nanos);
    }

    private void onWriter(CompletableFuture<?> answer, Runnable task) {
        try {
            writer.execute(() -> attempt(answer, task));
        } catch (Throwable e) { // no thread to be had
            answer.completeExceptionally(e);
        }
    }

    /** What a task throws, also an Error, is the answer. */
    private static void attempt(CompletableFuture<?> answer, Runnable task) {
        try {
            task.run();
        } catch (Throwable e) {
            answer.completeExceptionally(e);
        }
    }

    private static RecordResult held() {
        return RecordResult.failed(
                Verdict.THROTTLED, "RetryAfter", "the tracking API asked for a longer pause than a request may take");
    }

    private void post(List<PendingRecord> records, CompletableFuture<List<RecordResult>> answer) {
        if (answer.isDone()) {
            return; // given up while it was held back
        }
        HttpRequest.Builder request = request(records);
        Tracing.Call span = spans == null ? null : spans.begin(records);
        CompletableFuture<HttpResponse<byte[]>> call;
        try {
            if (span != null) {
                request.header(Tracing.TRACE_PARENT, span.traceParent());
            }
            call = client.sendAsync(request.build(), TrackingApiTransport::answerBody);
        } catch (Throwable e) { // also an Error, such as for want of a thread
            endWithout(span, records, e);
            throw e;
        }
        var unused = call.thenApply(response -> {
                    List<RecordResult> results = results(response, records.size());
                    if (span != null) {
                        span.end(answer(response.statusCode(), results));
                    }
                    return results;
                })
                .whenComplete((results, error) -> {
                    if (error == null) {
                        answer.complete(results);
                        return;
                    }
                    endWithout(span, records, error.getCause());
                    answer.completeExceptionally(error);
                });
        // Cancels the request when the sender cancels the answer; otherwise does nothing.
        unused = answer.whenComplete((results, error) -> call.cancel(true)).thenApply(results -> results);
    }

    /** Ends a span, if there is one, without an answer. */
    private static void endWithout(Tracing.Call span, List<PendingRecord> records, Throwable failure) {
        if (span != null) {
            span.end(new Tracing.Answer(0, records.size(), failure.getClass().getName(), null));
        }
    }

    private static Tracing.Answer answer(int status, List<RecordResult> results) {
        return status < 300
                ? CallSpans.answer(status, results)
                : new Tracing.Answer(status, results.size(), Integer.toString(status), null);
    }

    private HttpRequest.Builder request(List<PendingRecord> records) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri)
                .header("Authorization", authorization)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofByteArray(body(records)));
        return gzip ? request.header("Content-Encoding", "gzip") : request;
    }

    /**
     * Writes the body. Each attempt has its own {@code sentAt}, by which the receiver tells the skew of our clock from
     * the delay of a retry.
     */
    private byte[] body(List<PendingRecord> records) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(gzip ? 16_384 : LIMITS.batchBytes());
        try (OutputStream out = gzip ? new GZIPOutputStream(bytes, 8_192) : bytes) {
            String sentAt =
                    correctsTimes ? "\"sentAt\":\"" + Instant.ofEpochMilli(System.currentTimeMillis()) + "\"," : "";
            out.write(("{" + sentAt + "\"batch\":").getBytes(StandardCharsets.US_ASCII));
            char before = '[';
            for (PendingRecord record : records) {
                out.write(before);
                out.write(record.data());
                before = ',';
            }
            out.write(']');
            out.write('}');
        } catch (IOException e) {
            throw new UncheckedIOException(e); // an array in memory never fails
        }
        return bytes.toByteArray();
    }

    private static BodySubscriber<byte[]> answerBody(ResponseInfo answer) {
        return BatchResponse.hasDetails(answer.statusCode())
                ? BodySubscribers.ofByteArray()
                : BodySubscribers.replacing(new byte[0]);
    }

    private List<RecordResult> results(HttpResponse<byte[]> response, int events) {
        if (response.statusCode() >= 400) {
            response.headers()
                    .firstValue("Retry-After")
                    .map(value -> RetryAfter.parse(value, Instant.ofEpochMilli(System.currentTimeMillis())))
                    .ifPresent(this::hold);
        }
        return BatchResponse.results(response.statusCode(), response.body(), events);
    }

    private void hold(Duration pause) {
        long until = runtime.clock().getAsLong() + pause.toNanos();
        heldUntil.accumulateAndGet(until, Math::max);
    }
}
