package io.camelsegment.runtimes;

import static io.camelsegment.runtimes.Options.AGGREGATE;
import static io.camelsegment.runtimes.Options.FAN_OUT;
import static io.camelsegment.runtimes.Options.FIREHOSE;
import static io.camelsegment.runtimes.Options.KINESIS;
import static io.camelsegment.runtimes.Options.MAPPING;
import static io.camelsegment.runtimes.Options.SEGMENT;
import static io.camelsegment.runtimes.Stage.batch;
import static io.camelsegment.runtimes.Stage.event;
import static io.camelsegment.runtimes.Stage.token;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertAll;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.camelsegment.localaws.Fault;
import io.micrometer.core.instrument.Metrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each option of the five components is in force when a property sets it, under Camel Main and in the packaged app. A
 * row of the table is an option, a value, and what is seen of it from outside: an answer, a call of AWS, a request that
 * was forwarded, a meter, a file. The options of a group are set together.
 */
class ComponentOptionsIT {

    /** A repository that remembers one key only, unlike the default. */
    private static final String REPOSITORY =
            "#class:org.apache.camel.support.processor.idempotent.MemoryIdempotentRepository";

    private static final String SECRET_KEY = "SECRETTEST";

    @BeforeAll
    static void meter() {
        Metrics.addRegistry(new SimpleMeterRegistry());
    }

    static Stream<Options> groups() {
        return Stream.of(limits(), batches(), throughAProxy(), packed(), webhook(), lazy(), configurations());
    }

    static Stream<Arguments> starts() {
        return groups().flatMap(
                        group -> Stream.of(Application.Launch.values()).map(launch -> Arguments.of(group, launch)));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("starts")
    void options(Options group, Application.Launch launch, @TempDir Path directory) throws Exception {
        try (Stage stage = new Stage(directory)) {
            stage.properties.putAll(group.properties());
            stage.start(launch, group.routes());

            assertAll(group.rows().stream().map(row -> () -> {
                try {
                    row.check().on(stage);
                } catch (Throwable e) {
                    throw new AssertionError(row.component() + "." + row.option() + "=" + row.value(), e);
                }
            }));
        }
    }

    @ParameterizedTest
    @MethodSource("catalogs")
    void everyOptionHasARow(String component, String catalog) throws Exception {
        Set<String> options = new TreeSet<>();
        properties(catalog).fieldNames().forEachRemaining(options::add);

        assertThat(groups().flatMap(group -> group.rows().stream())
                        .filter(row -> row.component().equals(component))
                        .map(Options.Row::option))
                .containsExactlyInAnyOrderElementsOf(options);
    }

    static Stream<Arguments> catalogs() {
        return Stream.of(
                Arguments.of(SEGMENT, "tracking/segment"),
                Arguments.of(KINESIS, "kinesis/segment-kinesis"),
                Arguments.of(FIREHOSE, "firehose/segment-firehose"),
                Arguments.of(MAPPING, "routes/segment-mapping"),
                Arguments.of(FAN_OUT, "routes/segment-fan-out"),
                Arguments.of(AGGREGATE, "routes/segment-aggregate"));
    }

    private static JsonNode properties(String catalog) throws Exception {
        try (InputStream json =
                ComponentOptionsIT.class.getResourceAsStream("/META-INF/io/camelsegment/" + catalog + ".json")) {
            return new ObjectMapper().readTree(json).get("componentProperties");
        }
    }

    /** What a source accepts, and how much a sink sends at a time. */
    private static Options limits() {
        return new Options("limits")
                .with("camel.beans.seen", REPOSITORY)
                .with("camel.beans.seen.cacheSize", "1")
                .with("camel.beans.resent", REPOSITORY)
                .with("camel.beans.resent.cacheSize", "1")
                .withSinks("accessKey", "AKIDTEST")
                .withSinks("secretKey", SECRET_KEY)
                .route("segment:web", "segment-kinesis:events")
                .route("segment:lake?writeKey=LAKE", "segment-firehose:events")
                .route("segment:out?writeKey=OUT", "segment:receiver?writeKey=THERE")
                .route("segment:twice?writeKey=TWICE", "segment-kinesis:others", "segment-firehose:aside")
                .yaml(
                        """
                        - route:
                            id: gone
                            from:
                              uri: segment:gone?writeKey=GONE
                              steps:
                                - to: segment-kinesis:events
                        - route:
                            from:
                              uri: segment:remover?writeKey=REMOVER
                              steps:
                                - setVariable:
                                    name: stopped
                                    simple: ${camelContext.routeController.stopRoute('gone')}
                                - setVariable:
                                    name: removed
                                    simple: ${camelContext.removeRoute('gone')}
                        """)
                .row(SEGMENT, "removedSourceMemory", "0s", stage -> {
                    assertThat(track(stage, "GONE", event("before", 0))).isEqualTo(200);
                    assertThat(track(stage, "REMOVER", event("remove", 0))).isEqualTo(200);
                    assertThat(track(stage, "GONE", event("after", 0))).isEqualTo(400);
                })
                .row(SEGMENT, "writeKey", "WEB", stage -> {
                    assertThat(track(stage, "WEB", event("key", 0))).isEqualTo(200);
                    assertThat(track(stage, "ANOTHER", event("key", 0))).isEqualTo(400);
                })
                .row(SEGMENT, "basePath", "/collect", stage -> {
                    assertThat(stage.post("/collect/page", "WEB", event("path", 0)))
                            .isEqualTo(200);
                    assertThat(stage.post("/v1/page", "WEB", event("path", 0))).isEqualTo(404);
                })
                .row(SEGMENT, "trustedProxies", "10.0.0.0/8, 127.0.0.1", stage -> assertThat(address(stage, "proxy"))
                        .startsWith("203.0.113."))
                .row(SEGMENT, "contextIp", "always", stage -> assertThat(address(stage, "ip"))
                        .isNotEmpty())
                .row(SEGMENT, "anonymizeIp", "true", stage -> assertThat(address(stage, "anonymous"))
                        .endsWith(".0"))
                .row(SEGMENT, "allowedOrigins", "https://shop.example", stage -> {
                    assertThat(allowed(stage, "https://shop.example")).isNotEmpty();
                    assertThat(allowed(stage, "https://other.example")).isEmpty();
                })
                .row(SEGMENT, "analyticsJsDirectory", "{directory}/umd", stage -> assertThat(
                                stage.send(HttpRequest.newBuilder(stage.http("/analytics.js/v1/WEB/analytics.min.js")))
                                        .body())
                        .isEqualTo("console.log('segment')"))
                .row(SEGMENT, "deduplicate", "true", stage -> {
                    assertThat(track(stage, "WEB", event("again", 0))).isEqualTo(200);
                    assertThat(track(stage, "WEB", event("again", 0))).isEqualTo(200);
                    assertThat(stage.kinesis("events", "\"again\"")).hasSize(1);
                })
                .row(SEGMENT, "idempotentRepository", "#bean:seen", stage -> {
                    for (String id : List.of("seen1", "seen2", "seen1")) {
                        assertThat(track(stage, "WEB", event(id, 0))).isEqualTo(200);
                    }
                    assertThat(stage.kinesis("events", "\"seen1\"")).hasSize(2);
                })
                .row(SEGMENT, "invalidUri", "segment-kinesis:aside", stage -> {
                    assertThat(stage.post("/collect/batch", "WEB", batch("{\"type\":\"trick\",\"userId\":\"bad\"}")))
                            .isEqualTo(200);
                    assertThat(stage.kinesis("aside", "trick")).hasSize(1);
                })
                .row(SEGMENT, "maxEventBytes", "2000", stage -> {
                    assertThat(track(stage, "WEB", event("small", 1_900))).isEqualTo(200);
                    assertThat(track(stage, "WEB", event("large", 2_100))).isEqualTo(400);
                })
                .row(SEGMENT, "maxEventsPerRequest", "6", stage -> {
                    assertThat(stage.post("/collect/batch", "WEB", batch("six", 6, 0)))
                            .isEqualTo(200);
                    assertThat(stage.post("/collect/batch", "WEB", batch("seven", 7, 0)))
                            .isEqualTo(400);
                })
                .row(SEGMENT, "maxRequestBytes", "9000", stage -> {
                    assertThat(stage.post("/collect/batch", "WEB", batch("less", 6, 1_400)))
                            .isEqualTo(200);
                    assertThat(stage.post("/collect/batch", "WEB", batch("more", 6, 1_600)))
                            .isEqualTo(400);
                })
                .row(SEGMENT, "resendRepository", "#bean:resent", stage -> {
                    Fault fault = stage.aws
                            .faults()
                            .on("PutRecordBatch")
                            .resource("aside")
                            .times(1)
                            .fail("ResourceNotFoundException");
                    assertThat(stage.post("/collect/batch", "TWICE", batch("twice", 2, 0)))
                            .isEqualTo(429);
                    assertThat(fault.hits()).isEqualTo(1);
                    await().atMost(Stage.PATIENCE)
                            .until(() -> stage.post("/collect/batch", "TWICE", batch("twice", 2, 0)) == 200);
                    // The memory of this process would have kept both.
                    assertThat(stage.kinesis("others", "twice")).hasSizeGreaterThan(2);
                })
                .row(SEGMENT, "url", "{receiver}/base", stage -> {
                    stage.receiver.restart(request -> 200);
                    assertThat(track(stage, "OUT", event("out", 0))).isEqualTo(200);
                    assertThat(stage.receiver.requests())
                            .extracting(Receiver.Request::path)
                            .containsExactly("/base/batch");
                })
                .row(SEGMENT, "gzip", "false", stage -> {
                    stage.receiver.restart(request -> 200);
                    assertThat(track(stage, "OUT", event("plain", 0))).isEqualTo(200);
                    assertThat(stage.receiver.requests()).singleElement().satisfies(request -> {
                        assertThat(request.encoding()).isNull();
                        assertThat(request.body()).contains("\"plain\"");
                    });
                })
                .row(SEGMENT, "batchBytes", "1500", stage -> {
                    stage.receiver.restart(request -> 200);
                    assertThat(stage.post("/collect/batch", "OUT", batch("bytes", 2, 900)))
                            .isEqualTo(200);
                    assertThat(stage.receiver.requests()).hasSize(2);
                })
                .row(SEGMENT, "maxInFlightRequests", "1", stage -> {
                    stage.receiver.restart(request -> {
                        new CountDownLatch(1).await(100, TimeUnit.MILLISECONDS);
                        return 200;
                    });
                    assertThat(stage.post("/collect/batch", "OUT", batch("flight", 4, 900)))
                            .isEqualTo(200);
                    assertThat(stage.receiver.requests()).hasSize(4);
                    assertThat(stage.receiver.mostAtATime()).isEqualTo(1);
                })
                .row(SEGMENT, "integrationName", "Mine", stage -> {
                    stage.receiver.restart(request -> 200);
                    assertThat(track(stage, "OUT", refusing("Mine"))).isEqualTo(200);
                    assertThat(stage.receiver.requests()).isEmpty();
                })
                .row(KINESIS, "region", Stage.REGION, stage -> {
                    assertThat(track(stage, "WEB", event("region", 0))).isEqualTo(200);
                    assertThat(stage.kinesis("events", "\"region\"")).hasSize(1);
                })
                .row(FIREHOSE, "region", Stage.REGION, stage -> {
                    assertThat(track(stage, "LAKE", event("region", 0))).isEqualTo(200);
                    assertThat(stage.firehose("events", "\"region\"")).hasSize(1);
                })
                .row(KINESIS, "uriEndpointOverride", "{aws}", stage -> {
                    assertThat(track(stage, "WEB", event("uri", 0))).isEqualTo(200);
                    assertThat(stage.kinesis("events", "\"uri\"")).hasSize(1);
                })
                .row(FIREHOSE, "uriEndpointOverride", "{aws}", stage -> {
                    assertThat(track(stage, "LAKE", event("uri", 0))).isEqualTo(200);
                    assertThat(stage.firehose("events", "\"uri\"")).hasSize(1);
                })
                .row(KINESIS, "batchBytes", "1500", stage -> assertThat(
                                calls(stage, "PutRecords", "WEB", batch("bytes", 2, 900)))
                        .containsExactly(1, 1))
                .row(FIREHOSE, "batchBytes", "1500", stage -> assertThat(
                                calls(stage, "PutRecordBatch", "LAKE", batch("bytes", 2, 900)))
                        .containsExactly(1, 1))
                .row(KINESIS, "ordering", "STRICT", stage -> assertThat(
                                calls(stage, "PutRecords", "WEB", batch(event("s1", "one", 0), event("s2", "one", 0))))
                        .containsExactly(1, 1))
                .row(FIREHOSE, "ordering", "STRICT", stage -> assertThat(calls(
                                stage, "PutRecordBatch", "LAKE", batch(event("s1", "one", 0), event("s2", "one", 0))))
                        .containsExactly(1, 1))
                .row(KINESIS, "maxInFlightRequests", "1", stage -> oneAtATime(stage, "PutRecords", "WEB"))
                .row(FIREHOSE, "maxInFlightRequests", "1", stage -> oneAtATime(stage, "PutRecordBatch", "LAKE"))
                .row(KINESIS, "integrationName", "Mine", stage -> {
                    assertThat(track(stage, "WEB", refusing("Mine"))).isEqualTo(200);
                    assertThat(stage.kinesis("events", "\"refusing\"")).isEmpty();
                })
                .row(FIREHOSE, "integrationName", "Mine", stage -> {
                    assertThat(track(stage, "LAKE", refusing("Mine"))).isEqualTo(200);
                    assertThat(stage.firehose("events", "\"refusing\"")).isEmpty();
                });
    }

    /** How long and how much is waited for, and as whom AWS is called. */
    private static Options batches() {
        return new Options("batches")
                .withSinks("uriEndpointOverride", "{aws}")
                .withSinks("region", Stage.REGION)
                .route("segment:web?writeKey=WEB&maxEventsPerSecond=0", "segment-kinesis:events")
                .route("segment:lake?writeKey=LAKE&maxEventsPerSecond=0", "segment-firehose:events")
                .route("segment:out?writeKey=OUT&maxEventsPerSecond=0", "segment:receiver?writeKey=THERE")
                .route("segment:limited?writeKey=LIMITED&maxEventsPerRequest=2", "segment-kinesis:aside")
                .route("segment:slow?writeKey=SLOW&maxEventsPerSecond=0", "segment-kinesis:others")
                .with("camel.component.segment.url", "{receiver}")
                .row(SEGMENT, "maxEventsPerSecond", "1", stage -> {
                    List<Integer> answers = new ArrayList<>();
                    await().atMost(Stage.PATIENCE).until(() -> {
                        int answer = stage.post("/v1/batch", "LIMITED", batch("limited" + answers.size(), 2, 0));
                        answers.add(answer);
                        return answer != 200;
                    });
                    assertThat(answers).endsWith(429);
                })
                .row(SEGMENT, "maxBufferedBytes", "40000", stage -> {
                    Fault fault = stage.aws.faults().on("PutRecords").fail("InternalFailure");
                    CompletableFuture<Integer> held = stage.begin("/v1/batch", "WEB", batch("held", 2, 20_000));
                    await().atMost(Stage.PATIENCE).until(() -> fault.hits() > 0);
                    assertThat(stage.post("/v1/batch", "WEB", batch("beyond", 2, 0)))
                            .isEqualTo(429);
                    fault.remove();
                    assertThat(held.get()).isEqualTo(200);
                })
                .row(SEGMENT, "batchRecords", "2", stage -> {
                    stage.receiver.restart(request -> 200);
                    assertThat(stage.post("/v1/batch", "OUT", batch("records", 4, 0)))
                            .isEqualTo(200);
                    assertThat(stage.receiver.requests()).hasSizeGreaterThanOrEqualTo(2);
                })
                .row(SEGMENT, "lingerTime", "20s", stage -> {
                    CountDownLatch end = new CountDownLatch(1);
                    stage.receiver.restart(request -> {
                        if (stage.receiver.requests().size() == 1) {
                            end.await();
                        }
                        return 200;
                    });
                    CompletableFuture<Integer> held = stage.begin("/v1/track", "OUT", event("held", 0));
                    await().atMost(Stage.PATIENCE)
                            .until(() -> stage.receiver.requests().size() == 1);
                    CompletableFuture<Integer> waiting = stage.begin("/v1/track", "OUT", event("waiting", 0));
                    longerThanByDefault(stage);
                    assertThat(stage.receiver.requests()).hasSize(1);
                    assertThat(track1(stage, "OUT", event("full", 0))).isEqualTo(200);
                    assertThat(waiting.get()).isEqualTo(200);
                    assertThat(stage.receiver.requests()).hasSize(2);
                    end.countDown();
                    assertThat(held.get()).isEqualTo(200);
                })
                .row(KINESIS, "batchRecords", "2", stage -> assertThat(
                                calls1(stage, "PutRecords", "WEB", batch("records", 4, 0)))
                        .containsExactly(2, 2))
                .row(FIREHOSE, "batchRecords", "2", stage -> assertThat(
                                calls1(stage, "PutRecordBatch", "LAKE", batch("records", 4, 0)))
                        .containsExactly(2, 2))
                .row(KINESIS, "lingerTime", "20s", stage -> waitsForAFullBatch(stage, "PutRecords", "WEB"))
                .row(FIREHOSE, "lingerTime", "20s", stage -> waitsForAFullBatch(stage, "PutRecordBatch", "LAKE"))
                .row(KINESIS, "batchWhenIdle", "true", stage -> waitsForAFullBatch(stage, "PutRecords", "WEB"))
                .row(FIREHOSE, "batchWhenIdle", "true", stage -> waitsForAFullBatch(stage, "PutRecordBatch", "LAKE"))
                .row(KINESIS, "roleAddress", Stage.ROLE, stage -> assertThat(callers(stage, "PutRecords", "WEB"))
                        .allMatch(caller -> caller.contains(":assumed-role/segment/")))
                .row(FIREHOSE, "roleAddress", Stage.ROLE, stage -> assertThat(callers(stage, "PutRecordBatch", "LAKE"))
                        .allMatch(caller -> caller.contains(":assumed-role/segment/")))
                // The role's trust policy requires it.
                .row(KINESIS, "secretId", Stage.SECRET_ID, stage -> assertThat(callers(stage, "PutRecords", "WEB"))
                        .allMatch(caller -> caller.contains(":assumed-role/segment/")))
                .row(FIREHOSE, "secretId", Stage.SECRET_ID, stage -> assertThat(
                                callers(stage, "PutRecordBatch", "LAKE"))
                        .allMatch(caller -> caller.contains(":assumed-role/segment/")));
    }

    /** AWS behind a proxy, with temporary keys. */
    private static Options throughAProxy() {
        return new Options("through a proxy")
                .with("camel.component.segment-kinesis.uriEndpointOverride", "http://kinesis.example:80")
                .with("camel.component.segment-firehose.uriEndpointOverride", "http://firehose.example:80")
                .withSinks("deliveryTimeout", "2s")
                .route("segment:web?writeKey=WEB", "segment-kinesis:events")
                .route("segment:lake?writeKey=LAKE", "segment-firehose:events")
                .yaml(
                        """
                        - route:
                            from:
                              uri: segment:thread?writeKey=THREAD
                              steps:
                                - filter:
                                    simple: "${threadName} !contains 'eventloop'"
                                    steps:
                                      - throwException:
                                          exceptionType: java.lang.IllegalStateException
                                          message: on a worker
                        """)
                .row(SEGMENT, "jwksUrl", "{receiver}/keys", stage -> {
                    assertThat(stage.postWithToken("WEB", null)).isEqualTo(400);
                    assertThat(stage.postWithToken("WEB", token("any", "any", "tracking_api:write")))
                            .isEqualTo(429);
                })
                // The first request waits for the keys, and goes on from a worker.
                .row(SEGMENT, "useEventLoop", "true", stage -> await().atMost(Stage.PATIENCE)
                        .until(() -> stage.postWithToken("THREAD", token("any", "any", "tracking_api:write")) == 200))
                .row(KINESIS, "proxyHost", "127.0.0.1", stage -> assertThat(tapped(stage, "WEB"))
                        .contains("CONNECT kinesis.example:80"))
                .row(FIREHOSE, "proxyHost", "127.0.0.1", stage -> assertThat(tapped(stage, "LAKE"))
                        .contains("CONNECT firehose.example:80"))
                .row(KINESIS, "proxyPort", "{tap}", stage -> assertThat(tapped(stage, "WEB"))
                        .contains("CONNECT kinesis.example:80"))
                .row(FIREHOSE, "proxyPort", "{tap}", stage -> assertThat(tapped(stage, "LAKE"))
                        .contains("CONNECT firehose.example:80"))
                // With HTTPS, the proxy would see the start of TLS.
                .row(KINESIS, "proxyProtocol", "HTTP", stage -> assertThat(tapped(stage, "WEB"))
                        .contains("CONNECT kinesis.example:80"))
                .row(FIREHOSE, "proxyProtocol", "HTTP", stage -> assertThat(tapped(stage, "LAKE"))
                        .contains("CONNECT firehose.example:80"))
                .row(KINESIS, "accessKey", "AKIDKINESIS", stage -> assertThat(tapped(stage, "WEB"))
                        .contains("Credential=AKIDKINESIS/"))
                .row(FIREHOSE, "accessKey", "AKIDFIREHOSE", stage -> assertThat(tapped(stage, "LAKE"))
                        .contains("Credential=AKIDFIREHOSE/"))
                .row(KINESIS, "secretKey", SECRET_KEY, stage -> assertThat(
                                Signature.of(tapped(stage, "WEB"), "AKIDKINESIS"))
                        .satisfies(signature -> assertThat(signature.sent()).isEqualTo(signature.with(SECRET_KEY))))
                .row(FIREHOSE, "secretKey", SECRET_KEY, stage -> assertThat(
                                Signature.of(tapped(stage, "LAKE"), "AKIDFIREHOSE"))
                        .satisfies(signature -> assertThat(signature.sent()).isEqualTo(signature.with(SECRET_KEY))))
                .row(KINESIS, "sessionToken", "KINESISTOKEN", stage -> assertThat(tapped(stage, "WEB"))
                        .containsIgnoringCase("X-Amz-Security-Token: KINESISTOKEN"))
                .row(FIREHOSE, "sessionToken", "FIREHOSETOKEN", stage -> assertThat(tapped(stage, "LAKE"))
                        .containsIgnoringCase("X-Amz-Security-Token: FIREHOSETOKEN"));
    }

    /** Several events in a record, and tokens that one key verifies. */
    private static Options packed() {
        return new Options("packed")
                .withSinks("uriEndpointOverride", "http://127.0.0.1:{tap}")
                .withSinks("region", Stage.REGION)
                .route("segment:web?writeKey=WEB", "segment-kinesis:events")
                .route("segment:lake?writeKey=LAKE", "segment-firehose:events")
                .row(SEGMENT, "publicKey", "{publicKey}", stage -> {
                    assertThat(stage.postWithToken("WEB", null)).isEqualTo(400);
                    assertThat(stage.postWithToken("WEB", token("issuer", "audience", "scope")))
                            .isEqualTo(200);
                })
                .row(SEGMENT, "issuer", "issuer", stage -> assertThat(
                                stage.postWithToken("WEB", token("another", "audience", "scope")))
                        .isEqualTo(400))
                .row(SEGMENT, "audience", "audience", stage -> assertThat(
                                stage.postWithToken("WEB", token("issuer", "another", "scope")))
                        .isEqualTo(400))
                .row(SEGMENT, "scope", "scope", stage -> assertThat(
                                stage.postWithToken("WEB", token("issuer", "audience", "tracking_api:write")))
                        .isEqualTo(400))
                .row(KINESIS, "packing", "KPL", stage -> await().atMost(Stage.PATIENCE)
                        .until(() -> {
                            postBatchWithToken(stage, "WEB", "kpl");
                            return stage.aws.stream("events").records().stream()
                                    .anyMatch(record -> HexFormat.of()
                                                    .formatHex(record.data())
                                                    .startsWith("f3899ac2")
                                            && record.text().contains("kpl0")
                                            && record.text().contains("kpl1"));
                        }))
                .row(FIREHOSE, "packing", "NEWLINE", stage -> await().atMost(Stage.PATIENCE)
                        .until(() -> {
                            postBatchWithToken(stage, "LAKE", "lines");
                            return stage.firehose("events", "lines0").stream()
                                    .anyMatch(record -> record.lines().count() == 2);
                        }))
                .row(KINESIS, "profileCredentialsName", "tests", stage -> {
                    stage.postWithToken("WEB", token("issuer", "audience", "scope"));
                    assertThat(stage.tap.sent()).containsPattern("Credential=AKIDPROFILE/\\d+/[a-z0-9-]+/kinesis/");
                })
                .row(FIREHOSE, "profileCredentialsName", "tests", stage -> {
                    stage.postWithToken("LAKE", token("issuer", "audience", "scope"));
                    assertThat(stage.tap.sent()).containsPattern("Credential=AKIDPROFILE/\\d+/[a-z0-9-]+/firehose/");
                });
    }

    /** Events of Segment itself, and AWS with a certificate that nobody signed. */
    private static Options webhook() {
        return new Options("webhook")
                .withSinks("uriEndpointOverride", "https://127.0.0.1:{tls}")
                .withSinks("region", Stage.REGION)
                .withSinks("accessKey", "AKIDTEST")
                .withSinks("secretKey", SECRET_KEY)
                .with("camel.component.segment.url", "{receiver}")
                .with("camel.component.segment.gzip", "false")
                .route("segment:web", "segment-kinesis:events")
                .route("segment:lake", "segment-firehose:events")
                .route("segment:out", "segment:receiver?writeKey=THERE")
                .route("segment:twice", "segment-kinesis:others", "segment-firehose:aside")
                .row(SEGMENT, "webhook", "true", stage -> {
                    assertThat(signed(stage, "web", event("hook", 0))).isEqualTo(200);
                    assertThat(stage.kinesis("events", "\"hook\"")).hasSize(1);
                })
                .row(SEGMENT, "sharedSecret", "webhook-secret", stage -> assertThat(
                                stage.post("/v1/webhook/web", "ANY", event("unsigned", 0)))
                        .isIn(400, 401, 403))
                .row(SEGMENT, "resendMemory", "0s", stage -> {
                    stage.aws
                            .faults()
                            .on("PutRecordBatch")
                            .resource("aside")
                            .times(1)
                            .fail("ResourceNotFoundException");
                    assertThat(signed(stage, "twice", event("twice", 0))).isEqualTo(429);
                    await().atMost(Stage.PATIENCE).until(() -> signed(stage, "twice", event("twice", 0)) == 200);
                    assertThat(stage.kinesis("others", "twice")).hasSizeGreaterThan(1);
                })
                .row(SEGMENT, "bodyAs", "properties", stage -> {
                    assertThat(signed(stage, "out", event("properties", 0))).isEqualTo(200);
                    assertThat(stage.receiver.requests()).singleElement().satisfies(request -> assertThat(
                                    stage.json(request.body())
                                            .at("/batch/0/properties/messageId")
                                            .asText())
                            .isEqualTo("properties"));
                })
                .row(KINESIS, "trustAllCertificates", "true", stage -> {
                    assertThat(signed(stage, "web", event("tls", 0))).isEqualTo(200);
                    assertThat(stage.kinesis("events", "\"tls\"")).hasSize(1);
                })
                .row(FIREHOSE, "trustAllCertificates", "true", stage -> {
                    assertThat(signed(stage, "lake", event("tls", 0))).isEqualTo(200);
                    assertThat(stage.firehose("events", "\"tls\"")).hasSize(1);
                })
                .row(KINESIS, "useMessageId", "true", stage -> {
                    assertThat(signed(stage, "web", event("the-key", "a-user", 0)))
                            .isEqualTo(200);
                    assertThat(stage.aws.stream("events").records())
                            .filteredOn(record -> record.text().contains("the-key"))
                            .singleElement()
                            .satisfies(
                                    record -> assertThat(record.partitionKey()).isEqualTo("the-key"));
                });
    }

    /** What Camel offers for each component, and options that say what is implied otherwise. */
    private static Options lazy() {
        String access = "&accessKey=A&secretKey=S&uriEndpointOverride={aws}&region=" + Stage.REGION
                + "&useDefaultCredentialsProvider=false";
        return new Options("lazy")
                .yaml(
                        """
                        - onException:
                            exception: [org.apache.camel.CamelExchangeException]
                            handled: {constant: "true"}
                            steps:
                              - setBody: {simple: "${header.CamelSegmentSource} ${header.CamelSegmentInvalid}"}
                              - to: segment-kinesis:aside?lazyStartProducer=false%s
                        - route:
                            from:
                              uri: segment:size?writeKey=SIZE
                              steps:
                                - setBody: {simple: "${body.size} events"}
                                - to: segment-kinesis:aside?lazyStartProducer=false%s
                        """
                                .formatted(access, access))
                .route("segment:web?writeKey=WEB", "segment-kinesis:lazy?" + access.substring(1))
                .route("segment:lake?writeKey=LAKE", "segment-firehose:lazy?" + access.substring(1))
                .route("segment:out?writeKey=OUT", "segment:lazy?writeKey=THERE&url={receiver}")
                .route("segment:mapped?writeKey=MAPPED", "segment-mapping:lazy?sink=direct&row.*=lazy")
                .route("segment:fanned?writeKey=FANNED", "segment-fan-out:lazy?to.log=segment-aggregate:log:lazy")
                .route("segment:aggregated?writeKey=AGGREGATED", "segment-aggregate:direct:lazy?lingerTime=10ms")
                .yaml(
                        """
                        - route:
                            from:
                              uri: direct:lazy
                              steps:
                                - setBody: {constant: done}
                        """)
                .route("segment:noUri?writeKey=NO_URI", "dynamic:segment-kinesis:events")
                .route("segment:noUri2?writeKey=NO_URI2", "dynamic:segment-firehose:events")
                .route(
                        "segment:both?writeKey=BOTH",
                        "dynamic:segment-kinesis:events?uriEndpointOverride={aws}&accessKey=A&secretKey=S")
                .route(
                        "segment:both2?writeKey=BOTH2",
                        "dynamic:segment-firehose:events?uriEndpointOverride={aws}&accessKey=A&secretKey=S")
                .row(SEGMENT, "lazyStartProducer", "true", stage -> startsWithTheFirstEvent(stage, SEGMENT, "OUT"))
                .row(KINESIS, "lazyStartProducer", "true", stage -> startsWithTheFirstEvent(stage, "kinesis", "WEB"))
                .row(FIREHOSE, "lazyStartProducer", "true", stage -> startsWithTheFirstEvent(stage, "firehose", "LAKE"))
                .row(MAPPING, "lazyStartProducer", "true", stage -> startsWithTheFirstEvent(stage, "mapping", "MAPPED"))
                .row(FAN_OUT, "lazyStartProducer", "true", stage -> startsWithTheFirstEvent(stage, "log", "FANNED"))
                .row(
                        AGGREGATE,
                        "lazyStartProducer",
                        "true",
                        stage -> startsWithTheFirstEvent(stage, "direct", "AGGREGATED"))
                .row(SEGMENT, "bridgeErrorHandler", "true", stage -> {
                    assertThat(stage.post("/v1/batch", "WEB", batch("{\"type\":\"trick\",\"userId\":\"u\"}")))
                            .isEqualTo(200);
                    assertThat(stage.kinesis("aside", "")).contains("web invalid_type");
                })
                .row(SEGMENT, "exchange", "request", stage -> {
                    assertThat(stage.post("/v1/batch", "SIZE", batch("together", 3, 0)))
                            .isEqualTo(200);
                    assertThat(stage.kinesis("aside", "events")).contains("3 events");
                })
                .row(SEGMENT, "requestTimeout", "500ms", stage -> {
                    CountDownLatch end = new CountDownLatch(1);
                    stage.receiver.restart(request -> {
                        if (stage.receiver.requests().size() == 1) {
                            end.await();
                        }
                        return 200;
                    });
                    assertThat(track1(stage, "OUT", event("unanswered", 0))).isEqualTo(200);
                    end.countDown();
                    assertThat(stage.receiver.requests()).hasSize(2);
                })
                .row(SEGMENT, "deliveryTimeout", "3s", stage -> {
                    stage.receiver.restart(request -> 500);
                    assertThat(track1(stage, "OUT", event("late", 0))).isEqualTo(429);
                })
                .row(KINESIS, "requestTimeout", "500ms", stage -> sendsAgain(stage, "PutRecords", "WEB"))
                .row(FIREHOSE, "requestTimeout", "500ms", stage -> sendsAgain(stage, "PutRecordBatch", "LAKE"))
                .row(KINESIS, "deliveryTimeout", "3s", stage -> givesUp(stage, "PutRecords", "WEB"))
                .row(FIREHOSE, "deliveryTimeout", "3s", stage -> givesUp(stage, "PutRecordBatch", "LAKE"))
                // Each is refused where it is alone, or contradicts another.
                .row(KINESIS, "overrideEndpoint", "true", stage -> assertThat(track1(stage, "NO_URI", event("n", 0)))
                        .isEqualTo(429))
                .row(FIREHOSE, "overrideEndpoint", "true", stage -> assertThat(track1(stage, "NO_URI2", event("n", 0)))
                        .isEqualTo(429))
                .row(KINESIS, "useDefaultCredentialsProvider", "true", stage -> assertThat(
                                track1(stage, "BOTH", event("b", 0)))
                        .isEqualTo(429))
                .row(FIREHOSE, "useDefaultCredentialsProvider", "true", stage -> assertThat(
                                track1(stage, "BOTH2", event("b", 0)))
                        .isEqualTo(429))
                .row(SEGMENT, "autowiredEnabled", "true", stage -> takesNoBeanByItself("tracking/segment"))
                .row(KINESIS, "autowiredEnabled", "true", stage -> takesNoBeanByItself("kinesis/segment-kinesis"))
                .row(FIREHOSE, "autowiredEnabled", "true", stage -> takesNoBeanByItself("firehose/segment-firehose"))
                .row(MAPPING, "autowiredEnabled", "true", stage -> takesNoBeanByItself("routes/segment-mapping"))
                .row(FAN_OUT, "autowiredEnabled", "true", stage -> takesNoBeanByItself("routes/segment-fan-out"))
                .row(AGGREGATE, "autowiredEnabled", "true", stage -> takesNoBeanByItself("routes/segment-aggregate"));
    }

    /** All options of a component in one bean. */
    private static Options configurations() {
        Options options = new Options("configurations");
        Map.of("kinesis", "kinesis.SegmentKinesis", "firehose", "firehose.SegmentFirehose")
                .forEach((bean, type) -> options.with(
                                "camel.beans." + bean, "#class:io.camelsegment." + type + "Configuration")
                        .with("camel.beans." + bean + ".region", Stage.REGION)
                        .with("camel.beans." + bean + ".uriEndpointOverride", "{aws}")
                        .with("camel.beans." + bean + ".accessKey", "A")
                        .with("camel.beans." + bean + ".secretKey", "S"));
        return options.with("camel.beans.tracking", "#class:io.camelsegment.tracking.SegmentConfiguration")
                .with("camel.beans.tracking.maxEventsPerRequest", "3")
                .route("segment:web?writeKey=WEB", "segment-kinesis:events")
                .route("segment:lake?writeKey=LAKE", "segment-firehose:events")
                .row(SEGMENT, "configuration", "#bean:tracking", stage -> assertThat(
                                stage.post("/v1/batch", "WEB", batch("four", 4, 0)))
                        .isEqualTo(400))
                .row(KINESIS, "configuration", "#bean:kinesis", stage -> {
                    assertThat(track1(stage, "WEB", event("bean", 0))).isEqualTo(200);
                    assertThat(stage.kinesis("events", "\"bean\"")).hasSize(1);
                })
                .row(FIREHOSE, "configuration", "#bean:firehose", stage -> {
                    assertThat(track1(stage, "LAKE", event("bean", 0))).isEqualTo(200);
                    assertThat(stage.firehose("events", "\"bean\"")).hasSize(1);
                });
    }

    private static int track(Stage stage, String writeKey, String event) throws Exception {
        return stage.post("/collect/track", writeKey, event);
    }

    private static int track1(Stage stage, String writeKey, String event) throws Exception {
        return stage.post("/v1/track", writeKey, event);
    }

    /** Sends an event by a proxy, and returns the address that it then has. */
    private static String address(Stage stage, String id) throws Exception {
        assertThat(stage.send(stage.request("/collect/track", "WEB", event(id, 0))
                                .header("X-Forwarded-For", "203.0.113.77"))
                        .statusCode())
                .isEqualTo(200);
        String record = stage.kinesis("events", '"' + id + '"').get(0);
        return stage.json(record).at("/context/ip").asText();
    }

    private static String allowed(Stage stage, String origin) throws Exception {
        HttpResponse<String> answer = stage.send(
                stage.request("/collect/track", "WEB", event("origin", 0)).header("Origin", origin));
        return answer.headers().firstValue("Access-Control-Allow-Origin").orElse("");
    }

    private static String refusing(String integration) {
        return "{\"type\":\"track\",\"event\":\"E\",\"userId\":\"u\",\"messageId\":\"refusing\",\"integrations\":{\""
                + integration + "\":false}}";
    }

    /** Posts a batch, and returns how many records each call has had. */
    private static List<Integer> calls(Stage stage, String action, String writeKey, String batch) throws Exception {
        stage.aws.calls().clear();
        assertThat(stage.post("/collect/batch", writeKey, batch)).isEqualTo(200);
        return stage.calls(action, "events");
    }

    private static List<Integer> calls1(Stage stage, String action, String writeKey, String batch) throws Exception {
        stage.aws.calls().clear();
        assertThat(stage.post("/v1/batch", writeKey, batch)).isEqualTo(200);
        return stage.calls(action, "events");
    }

    private static List<String> callers(Stage stage, String action, String writeKey) throws Exception {
        assertThat(stage.post("/v1/batch", writeKey, batch("caller", 2, 0))).isEqualTo(200);
        List<String> callers = stage.aws.calls().recent().stream()
                .filter(call -> call.action().endsWith(":" + action) && "events".equals(call.resource()))
                .map(call -> call.principal())
                .toList();
        assertThat(callers).isNotEmpty();
        return callers;
    }

    private static void oneAtATime(Stage stage, String action, String writeKey) throws Exception {
        Duration delay = Duration.ofMillis(100);
        Fault slow = stage.aws.faults().on(action).resource("events").delay(delay);
        assertThat(calls(stage, action, writeKey, batch("flight", 4, 900))).containsExactly(1, 1, 1, 1);
        slow.remove();
        List<Instant> times = stage.aws.calls().recent().stream()
                .filter(call -> call.action().endsWith(":" + action))
                .map(call -> call.time())
                .sorted()
                .toList();
        for (int i = 1; i < times.size(); i++) {
            assertThat(Duration.between(times.get(i - 1), times.get(i))).isGreaterThanOrEqualTo(delay.dividedBy(2));
        }
    }

    private static void sendsAgain(Stage stage, String action, String writeKey) throws Exception {
        Fault silence = stage.aws.faults().on(action).resource("lazy").times(1).neverAnswer();
        assertThat(track1(stage, writeKey, event("unanswered", 0))).isEqualTo(200);
        assertThat(silence.hits()).isEqualTo(1);
    }

    private static void givesUp(Stage stage, String action, String writeKey) throws Exception {
        Fault fault = stage.aws.faults().on(action).resource("lazy").fail("InternalFailure");
        assertThat(track1(stage, writeKey, event("late", 0))).isEqualTo(429);
        fault.remove();
    }

    private static void waitsForAFullBatch(Stage stage, String action, String writeKey) throws Exception {
        stage.aws.calls().clear();
        CompletableFuture<Integer> waiting = stage.begin("/v1/track", writeKey, event("waiting", 0));
        longerThanByDefault(stage);
        assertThat(stage.calls(action, "events")).isEmpty();
        assertThat(track1(stage, writeKey, event("full", 0))).isEqualTo(200);
        assertThat(waiting.get()).isEqualTo(200);
        assertThat(stage.calls(action, "events")).containsExactly(2);
    }

    /** Passes the time of a slow delivery to another stream, longer than any lingerTime by default. */
    private static void longerThanByDefault(Stage stage) throws Exception {
        Fault slow = stage.aws.faults().on("PutRecords").resource("others").delay(Duration.ofSeconds(1));
        assertThat(stage.post("/v1/batch", "SLOW", batch("slow", 2, 0))).isEqualTo(200);
        slow.remove();
    }

    /** Sends an event, and returns all that the clients of AWS have sent, which includes it. */
    private static String tapped(Stage stage, String writeKey) throws Exception {
        // LocalAws does not know the session token.
        assertThat(stage.postWithToken(writeKey, token("any", "any", "tracking_api:write")))
                .isIn(429, 503);
        return stage.tap.sent();
    }

    private static void postBatchWithToken(Stage stage, String writeKey, String prefix) throws Exception {
        String batch = batch(event(prefix + 0, "one", 0), event(prefix + 1, "one", 0));
        HttpRequest.Builder request = HttpRequest.newBuilder(stage.http("/v1/batch"))
                .timeout(Stage.PATIENCE)
                .header("Authorization", "Bearer " + token("issuer", "audience", "scope"))
                .POST(HttpRequest.BodyPublishers.ofString("{\"writeKey\":\"" + writeKey + "\"," + batch.substring(1)));
        assertThat(stage.send(request).statusCode()).isEqualTo(200);
    }

    private static int signed(Stage stage, String source, String event) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA1");
        mac.init(new SecretKeySpec("webhook-secret".getBytes(StandardCharsets.UTF_8), "HmacSHA1"));
        String signature = HexFormat.of().formatHex(mac.doFinal(event.getBytes(StandardCharsets.UTF_8)));
        return stage.send(stage.request("/v1/webhook/" + source, "ANY", event).header("X-Signature", signature))
                .statusCode();
    }

    private static void startsWithTheFirstEvent(Stage stage, String service, String writeKey) throws Exception {
        assertThat(meters(stage, service)).isEmpty();
        // A busy machine may not deliver the very first event in time, and asks for it again.
        await().atMost(Stage.PATIENCE).until(() -> track1(stage, writeKey, event("first", 0)) == 200);
        assertThat(meters(stage, service)).isNotEmpty();
    }

    /** Returns the meters of the stream {@code lazy}. */
    private static List<String> meters(Stage stage, String service) {
        return stage.meters()
                .lines()
                .filter(line -> line.startsWith("segment") && line.contains(service) && line.contains("lazy"))
                .toList();
    }

    /** No option of the component is one that Camel fills with the only bean of its type. */
    private static void takesNoBeanByItself(String catalog) throws Exception {
        assertThat(properties(catalog))
                .allMatch(option -> !option.path("autowired").asBoolean());
    }
}
