package io.camelsegment.opentelemetry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.camelsegment.localaws.LocalAws;
import io.camelsegment.localaws.LocalAwsExtension;
import io.camelsegment.testing.SegmentServer;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.net.ServerSocket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.opentelemetry2.OpenTelemetryTracer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The spans of requests and of the calls that deliver their events, by the SDK and from request to AWS. */
@ParameterizedClass
@ValueSource(strings = {"event", "request"})
@ExtendWith(LocalAwsExtension.class)
class OpenTelemetryTracingTest {

    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String CALLER = "b7ad6b7169203331";

    @Parameter
    String exchange;

    private final InMemorySpanExporter exporter = InMemorySpanExporter.create();
    private final OpenTelemetrySdk sdk = OpenTelemetrySdk.builder()
            .setTracerProvider(SdkTracerProvider.builder()
                    .addSpanProcessor(SimpleSpanProcessor.create(exporter))
                    .build())
            .setPropagators(ContextPropagators.create(W3CTraceContextPropagator.getInstance()))
            .build();
    private final MeterRegistry meters = new SimpleMeterRegistry();
    private LocalAws aws;
    private SegmentServer server;

    @BeforeEach
    void reset(LocalAws localAws) {
        aws = localAws;
        aws.reset();
        aws.createStream("events", 1);
        aws.createDeliveryStream("events");
    }

    @AfterEach
    void stop() {
        if (server != null) {
            server.close();
        }
        sdk.close();
    }

    private void start(boolean traced, String sinkOptions) {
        start(traced, false, "segment-kinesis:events", sinkOptions);
    }

    private void start(boolean traced, boolean byCamel, String sink, String sinkOptions) {
        server = new SegmentServer(new RouteBuilder() {
            @Override
            public void configure() {
                getContext().getRegistry().bind("meters", meters);
                if (traced) {
                    getContext().getRegistry().bind("tracing", new OpenTelemetryTracing(sdk));
                }
                if (byCamel) {
                    getContext().getRegistry().bind("tracer", sdk.getTracer("camel"));
                    getContext().getRegistry().bind("propagators", sdk.getPropagators());
                    new OpenTelemetryTracer().init(getContext());
                }
                errorHandler(noErrorHandler());
                from("segment:web?writeKey=WEB&exchange=" + exchange)
                        .routeId("web")
                        .to(sink + "?overrideEndpoint=true&uriEndpointOverride=" + aws.endpoint()
                                + "&accessKey=AKIDTEST&secretKey=SECRETTEST" + sinkOptions);
            }
        });
    }

    private int send(String traceParent, String... messageIds) throws Exception {
        return sendAsync(traceParent, messageIds).get(60, SECONDS).statusCode();
    }

    private CompletableFuture<HttpResponse<String>> sendAsync(String traceParent, String... messageIds) {
        return sendAsync("WEB", traceParent, messageIds);
    }

    private CompletableFuture<HttpResponse<String>> sendAsync(
            String writeKey, String traceParent, String[] messageIds) {
        List<String> events = new ArrayList<>();
        for (String id : messageIds) {
            events.add("{\"type\":\"track\",\"event\":\"Signed Up\",\"userId\":\"u\",\"messageId\":\"" + id + "\"}");
        }
        var request = server.request("/v1/batch", writeKey)
                .POST(BodyPublishers.ofString("{\"batch\":[" + String.join(",", events) + "]}"));
        if (traceParent != null) {
            request.header("traceparent", traceParent).header("tracestate", "vendor=1");
        }
        return server.client().sendAsync(request.build(), BodyHandlers.ofString());
    }

    /** Adds a source {@code edge} that sends on to a tracking API, and sends it an event. */
    private int forward(String traceParent, String api, String options) throws Exception {
        server.context().addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                from("segment:edge?writeKey=EDGE&exchange=" + exchange).to("segment:next?url=" + api + options);
            }
        });
        return sendAsync("EDGE", traceParent, new String[] {"m-1"})
                .get(60, SECONDS)
                .statusCode();
    }

    private void awaitAccepted(int records) {
        await().atMost(60, SECONDS)
                .until(() -> meters.find("segment.records.accepted").functionCounters().stream()
                                .mapToDouble(FunctionCounter::count)
                                .sum()
                        == records);
    }

    private static String traceParent(String flags) {
        return "00-" + TRACE + "-" + CALLER + "-" + flags;
    }

    /** Returns the ended spans of a kind, the oldest first. A request's ends just after its answer has gone. */
    private List<SpanData> spans(SpanKind kind, int count) {
        List<SpanData> found = new ArrayList<>();
        await().atMost(60, SECONDS).until(() -> {
            found.clear();
            exporter.getFinishedSpanItems().stream()
                    .filter(span -> span.getKind() == kind)
                    .sorted(Comparator.comparingLong(SpanData::getStartEpochNanos))
                    .forEach(found::add);
            return found.size() >= count;
        });
        assertThat(found).hasSize(count);
        return found;
    }

    private static Object attribute(SpanData span, String name) {
        Object text = span.getAttributes().get(AttributeKey.stringKey(name));
        return text == null ? span.getAttributes().get(AttributeKey.longKey(name)) : text;
    }

    @Test
    void aRequestContinuesTheTraceOfItsSenderAndTheCallThatOfTheRequest() throws Exception {
        start(true, "");

        assertThat(send(traceParent("01"), "m-1", "m-2")).isEqualTo(200);

        SpanData request = spans(SpanKind.SERVER, 1).get(0);
        assertThat(request.getName()).isEqualTo("POST /v1/batch");
        assertThat(request.getTraceId()).isEqualTo(TRACE);
        assertThat(request.getParentSpanId()).isEqualTo(CALLER);
        assertThat(request.getSpanContext().getTraceState().get("vendor")).isEqualTo("1");
        assertThat(attribute(request, "http.request.method")).isEqualTo("POST");
        assertThat(attribute(request, "http.route")).isEqualTo("/v1/batch");
        assertThat(attribute(request, "http.response.status_code")).isEqualTo(200L);
        assertThat(attribute(request, "segment.source")).isEqualTo("web");

        long records = 0;
        List<SpanData> calls = exporter.getFinishedSpanItems().stream()
                .filter(span -> span.getKind() == SpanKind.CLIENT)
                .toList();
        assertThat(calls).isNotEmpty();
        for (SpanData call : calls) { // events with Exchanges of their own may be in two
            assertThat(call.getName()).isEqualTo("Kinesis.PutRecords");
            assertThat(call.getParentSpanId()).isEqualTo(request.getSpanId());
            assertThat(call.getLinks())
                    .extracting(link -> link.getSpanContext().getSpanId())
                    .containsExactly(request.getSpanId());
            assertThat(call.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
            assertThat(attribute(call, "rpc.system")).isEqualTo("aws-api");
            assertThat(attribute(call, "rpc.service")).isEqualTo("Kinesis");
            assertThat(attribute(call, "rpc.method")).isEqualTo("PutRecords");
            assertThat(attribute(call, "cloud.region")).isEqualTo("us-west-2");
            assertThat(attribute(call, "aws.kinesis.stream_name")).isEqualTo("events");
            assertThat(attribute(call, "http.response.status_code")).isEqualTo(200L);
            records += (long) attribute(call, "segment.records");
        }
        assertThat(records).isEqualTo(2);
    }

    @Test
    void aRequestWithoutATraceBeginsOne() throws Exception {
        start(true, "");

        assertThat(send(null, "m-1")).isEqualTo(200);

        SpanData request = spans(SpanKind.SERVER, 1).get(0);
        assertThat(request.getParentSpanContext().isValid()).isFalse();
        assertThat(spans(SpanKind.CLIENT, 1).get(0).getTraceId()).isEqualTo(request.getTraceId());
    }

    @Test
    void whatTheSenderHasNotSampledIsNotTraced() throws Exception {
        start(true, true, "segment-kinesis:events", "");

        assertThat(send(traceParent("00"), "m-1")).isEqualTo(200);
        assertThat(send("no trace at all", "m-2")).isEqualTo(200);

        // The first one would be there by now.
        assertThat(spans(SpanKind.SERVER, 1).get(0).getTraceId()).isNotEqualTo(TRACE);
        assertThat(spans(SpanKind.CLIENT, 1)).hasSize(1);
    }

    @Test
    void nothingIsTracedWithoutATracing() throws Exception {
        start(false, "");

        assertThat(send(traceParent("01"), "m-1")).isEqualTo(200);

        assertThat(exporter.getFinishedSpanItems()).isEmpty();
    }

    @Test
    void aCallIsLinkedToEachSampledRequestWhoseEventsItSends() throws Exception {
        start(true, "&maxInFlightRequests=1");
        CompletableFuture<Void> held = new CompletableFuture<>();
        aws.faults().on("PutRecords").times(1).holdUntil(held);
        var before = sendAsync(traceParent("00"), "m-0");
        awaitAccepted(1);
        var first = sendAsync(traceParent("01"), "m-1");
        var second = sendAsync("00-" + "1".repeat(32) + "-" + "2".repeat(16) + "-01", "m-2");
        var unsampled = sendAsync("00-" + "3".repeat(32) + "-" + "4".repeat(16) + "-00", "m-3");
        awaitAccepted(4);
        held.complete(null);

        for (var each : List.of(before, first, second, unsampled)) {
            assertThat(each.get(60, SECONDS).statusCode()).isEqualTo(200);
        }

        List<String> requests =
                spans(SpanKind.SERVER, 2).stream().map(SpanData::getSpanId).toList();
        SpanData call = spans(SpanKind.CLIENT, 1).get(0);
        assertThat(attribute(call, "segment.records")).isEqualTo(3L);
        assertThat(call.getLinks())
                .extracting(LinkData::getSpanContext)
                .extracting(link -> link.getSpanId())
                .containsExactlyInAnyOrderElementsOf(requests);
        assertThat(requests).contains(call.getParentSpanId());
    }

    @Test
    void aRetryHasASpanOfItsOwnAndAFailedCallTheError() throws Exception {
        start(true, "");
        aws.faults().on("PutRecords").times(1).fail(500, "InternalFailure", "down");

        assertThat(send(traceParent("01"), "m-1")).isEqualTo(200);

        SpanData request = spans(SpanKind.SERVER, 1).get(0);
        List<SpanData> calls = spans(SpanKind.CLIENT, 2);
        assertThat(calls).allSatisfy(call -> assertThat(call.getParentSpanId()).isEqualTo(request.getSpanId()));
        assertThat(calls.get(0).getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
        assertThat(attribute(calls.get(0), "error.type")).isEqualTo("InternalFailure");
        assertThat(attribute(calls.get(0), "http.response.status_code")).isEqualTo(500L);
        assertThat(attribute(calls.get(0), "aws.request_id")).isNotNull();
        assertThat(calls.get(1).getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
    }

    @Test
    void aCallWithoutAnAnswerHasTheErrorOfTheConnection() throws Exception {
        start(true, "");
        aws.faults().on("PutRecords").times(1).cutConnection();

        assertThat(send(traceParent("01"), "m-1")).isEqualTo(200);

        SpanData call = spans(SpanKind.CLIENT, 2).get(0);
        assertThat(call.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
        assertThat((String) attribute(call, "error.type")).endsWith("ConnectionException");
        assertThat(attribute(call, "http.response.status_code")).isNull();
    }

    @Test
    void aCallThatStoresSomeOfItsRecordsSaysHowManyItDoesNot() throws Exception {
        start(true, "&maxInFlightRequests=1");
        CompletableFuture<Void> held = new CompletableFuture<>();
        aws.faults()
                .on("PutRecords")
                .times(1)
                .holdUntil(held)
                .then()
                .times(1)
                .failRecords(entry -> new String(entry.data(), UTF_8).contains("m-2"), "InternalFailure");
        var before = sendAsync(traceParent("00"), "m-0");
        awaitAccepted(1);
        var both = sendAsync(traceParent("01"), "m-1", "m-2"); // in one call, which waits for that before
        awaitAccepted(3);
        held.complete(null);

        assertThat(before.get(60, SECONDS).statusCode()).isEqualTo(200);
        assertThat(both.get(60, SECONDS).statusCode()).isEqualTo(200);

        SpanData call = spans(SpanKind.CLIENT, 2).get(0);
        assertThat(attribute(call, "segment.records.failed")).isEqualTo(1L);
        assertThat(attribute(call, "error.type")).isEqualTo("InternalFailure");
        assertThat(call.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
    }

    @Test
    void packedEventsKeepTheirTraces() throws Exception {
        start(true, false, "segment-firehose:events", "&packing=NEWLINE&batchRecords=1&lingerTime=0");

        assertThat(send(traceParent("01"), "m-1")).isEqualTo(200);

        SpanData call = spans(SpanKind.CLIENT, 1).get(0);
        assertThat(call.getName()).isEqualTo("Firehose.PutRecordBatch");
        assertThat(attribute(call, "aws.firehose.delivery_stream_name")).isEqualTo("events");
        assertThat(call.getLinks()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({"segment-kinesis:events, Kinesis, PutRecords", "segment-firehose:events, Firehose, PutRecordBatch"})
    void recordsThatAreSentOneByOneHaveASpanEach(String sink, String service, String batchCall) throws Exception {
        start(true, false, sink, "");
        aws.faults().on(batchCall).fail("AccessDeniedException");
        aws.faults().on("PutRecord").times(1).fail(500, "InternalFailure", "down");

        assertThat(send(traceParent("01"), "m-1")).isEqualTo(200);

        SpanData request = spans(SpanKind.SERVER, 1).get(0);
        List<SpanData> calls = spans(SpanKind.CLIENT, 3);
        assertThat(calls)
                .extracting(SpanData::getName)
                .containsExactly(service + "." + batchCall, service + ".PutRecord", service + ".PutRecord");
        assertThat(calls).allSatisfy(call -> {
            assertThat(call.getParentSpanId()).isEqualTo(request.getSpanId());
            assertThat(attribute(call, "segment.records")).isEqualTo(1L);
        });
        assertThat(attribute(calls.get(0), "error.type")).isEqualTo("AccessDeniedException");
        assertThat(attribute(calls.get(1), "error.type")).isEqualTo("InternalFailure");
        assertThat(calls.get(1).getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
        assertThat(attribute(calls.get(2), "http.response.status_code")).isEqualTo(200L);
        assertThat(calls.get(2).getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
    }

    @Test
    void theReceiverOfTheProducerContinuesTheTrace() throws Exception {
        start(true, "");

        assertThat(forward(traceParent("01"), server.uri("/v1").toString(), "&writeKey=WEB"))
                .isEqualTo(200);

        List<SpanData> requests = spans(SpanKind.SERVER, 2);
        List<SpanData> calls = spans(SpanKind.CLIENT, 2);
        SpanData post = calls.get(0);
        assertThat(post.getName()).isEqualTo("POST");
        assertThat(post.getTraceId()).isEqualTo(TRACE);
        assertThat(post.getParentSpanId()).isEqualTo(requests.get(0).getSpanId());
        assertThat(requests.get(1).getParentSpanId()).isEqualTo(post.getSpanId());
        assertThat(calls.get(1).getParentSpanId()).isEqualTo(requests.get(1).getSpanId());
        assertThat(post.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
        assertThat(attribute(post, "http.request.method")).isEqualTo("POST");
        assertThat(attribute(post, "url.full"))
                .isEqualTo(server.uri("/v1/batch").toString());
        assertThat(attribute(post, "server.address")).isEqualTo("127.0.0.1");
        assertThat(attribute(post, "server.port"))
                .isEqualTo((long) server.uri("/").getPort());
        assertThat(attribute(post, "http.response.status_code")).isEqualTo(200L);
        assertThat(attribute(post, "segment.records")).isEqualTo(1L);
        assertThat(post.toString()).doesNotContain("WEB", "EDGE", "Signed Up", "m-1");
    }

    @Test
    void theProducerNamesNoTraceThatIsNotSampled() throws Exception {
        start(true, "");

        assertThat(forward(traceParent("00"), server.uri("/v1").toString(), "&writeKey=WEB"))
                .isEqualTo(200);

        SpanData request = spans(SpanKind.SERVER, 1).get(0); // the receiver's
        assertThat(request.getParentSpanContext().isValid()).isFalse();
        assertThat(spans(SpanKind.CLIENT, 1).get(0).getName()).isEqualTo("Kinesis.PutRecords");
    }

    @Test
    void theProducersSpanHasTheStatusOfARefusal() throws Exception {
        start(true, "");

        forward(traceParent("01"), server.uri("/v1").toString(), "&writeKey=WRONG");

        SpanData post = spans(SpanKind.CLIENT, 1).get(0);
        assertThat(post.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
        assertThat(attribute(post, "http.response.status_code"))
                .isEqualTo(attribute(spans(SpanKind.SERVER, 2).get(1), "http.response.status_code"));
        assertThat(attribute(post, "error.type"))
                .isEqualTo(attribute(post, "http.response.status_code").toString());
    }

    @Test
    void theProducersSpanHasTheErrorOfTheConnection() throws Exception {
        start(true, "");
        int closed;
        try (ServerSocket socket = new ServerSocket(0)) {
            closed = socket.getLocalPort();
        }

        forward(
                traceParent("01"),
                "http://127.0.0.1:" + closed,
                "&writeKey=WEB&requestTimeout=500ms&deliveryTimeout=1s");

        SpanData post = exporter.getFinishedSpanItems().stream()
                .filter(span -> span.getKind() == SpanKind.CLIENT)
                .findFirst()
                .orElseThrow();
        assertThat(post.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
        assertThat(attribute(post, "error.type")).isEqualTo("java.net.ConnectException");
    }

    @Test
    void anAnswerThatBlamesTheCollectorIsAnError() throws Exception {
        start(true, "");
        server.context().getRouteController().stopRoute("web");

        assertThat(send(traceParent("01"), "m-1")).isEqualTo(503);

        SpanData request = spans(SpanKind.SERVER, 1).get(0);
        assertThat(request.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
        assertThat(attribute(request, "error.type")).isEqualTo("503");
    }

    @Test
    void aRefusedRequestHasItsStatusAndNoSource() throws Exception {
        start(true, "");

        var answer = server.post("/v1/track", "WRONG", "{\"userId\":\"u\",\"event\":\"e\"}");

        SpanData request = spans(SpanKind.SERVER, 1).get(0);
        assertThat(attribute(request, "http.response.status_code")).isEqualTo((long) answer.statusCode());
        assertThat(attribute(request, "segment.source")).isNull();
        assertThat(request.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
    }

    @Test
    void noSpanHasAKeyOrAnythingOfAnEvent() throws Exception {
        start(true, "");
        var pixel =
                server.request("/v1/pixel/track?data=eyJ1c2VySWQiOiJ1In0", null).GET();

        server.send(pixel);
        send(traceParent("01"), "m-1");

        spans(SpanKind.SERVER, 2);
        assertThat(exporter.getFinishedSpanItems().toString())
                .doesNotContain("WEB", "Signed Up", "m-1", "eyJ1c2VySWQiOiJ1In0", "SECRETTEST", "AKIDTEST");
    }

    @Test
    void camelsTracerNestsItsSpansInTheRequests() throws Exception {
        start(true, true, "segment-kinesis:events", "");

        assertThat(send(traceParent("01"), "m-1")).isEqualTo(200);

        SpanData request = spans(SpanKind.SERVER, 1).get(0);
        SpanData route = exporter.getFinishedSpanItems().stream()
                .filter(span -> span.getParentSpanId().equals(request.getSpanId()))
                .filter(span -> span.getKind() == SpanKind.INTERNAL)
                .findFirst()
                .orElseThrow();
        SpanData call = spans(SpanKind.CLIENT, 1).get(0);
        assertThat(List.of(route.getTraceId(), call.getTraceId())).containsOnly(TRACE);
    }
}
