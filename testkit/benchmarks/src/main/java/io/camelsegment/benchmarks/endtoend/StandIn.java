package io.camelsegment.benchmarks.endtoend;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.cbor.databind.CBORMapper;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.PfxOptions;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A server for the puts of Kinesis and Firehose that stores nothing: it reads each body, counts its records and their
 * events, and answers after 20 ms. It also answers a producer's other calls: AssumeRole, ListShards and similar ones.
 *
 * <p>Arguments: the port, and for TLS a second port and a PKCS12 file with the password {@value #PASSWORD}.
 * {@code GET /counts} returns the counts, {@code POST /stall} holds puts back, {@code POST /flow} answers them.
 */
public final class StandIn extends AbstractVerticle {

    static final String PASSWORD = "standin";

    private static final long LATENCY_MILLIS = 20;
    private static final String CBOR = "application/x-amz-cbor-1.1";
    private static final String JSON = "application/x-amz-json-1.1";
    private static final Map<String, Object> RECORD = Map.of(
            "SequenceNumber",
            "49671246667567228643283430150187087032206582658450587650",
            "ShardId",
            "shardId-000000000000");
    private static final Map<String, Object> SHARDS = Map.of(
            "Shards",
            List.of(Map.of(
                    "ShardId",
                    "shardId-000000000000",
                    "HashKeyRange",
                    Map.of("StartingHashKey", "0", "EndingHashKey", "340282366920938463463374607431768211455"),
                    "SequenceNumberRange",
                    Map.of("StartingSequenceNumber", "49671246667567228643283430150187087032206582658450587650"))));
    private static final Map<String, Object> SUMMARY = Map.of(
            "StreamDescriptionSummary",
            Map.of(
                    "StreamName",
                    "events",
                    "StreamARN",
                    "arn:aws:kinesis:us-west-2:123456789012:stream/events",
                    "StreamStatus",
                    "ACTIVE",
                    "OpenShardCount",
                    1,
                    "MaxRecordSizeInKiB",
                    1024));

    private final int port;
    private final int tlsPort;
    private final String keyStore;
    private final Map<String, ObjectMapper> mappers = Map.of(CBOR, new CBORMapper(), JSON, new ObjectMapper());
    private final Map<String, byte[]> answers = new HashMap<>();
    private final PutCounts counts = new PutCounts();
    private final List<Runnable> stalled = new ArrayList<>();
    private boolean stalls;

    private StandIn(int port, int tlsPort, String keyStore) {
        this.port = port;
        this.tlsPort = tlsPort;
        this.keyStore = keyStore;
    }

    public static void main(String[] arguments) {
        int port = Integer.parseInt(arguments[0]);
        StandIn standIn = arguments.length == 1
                ? new StandIn(port, 0, null)
                : new StandIn(port, Integer.parseInt(arguments[1]), arguments[2]);
        Vertx.vertx().deployVerticle(standIn).onFailure(failure -> {
            failure.printStackTrace();
            System.exit(1);
        });
    }

    @Override
    public void start(Promise<Void> started) {
        Future<?> http = listen(new HttpServerOptions(), port);
        Future<?> https = keyStore == null
                ? Future.succeededFuture()
                : listen(
                        new HttpServerOptions()
                                .setSsl(true)
                                .setKeyCertOptions(
                                        new PfxOptions().setPath(keyStore).setPassword(PASSWORD)),
                        tlsPort);
        Future.all(http, https).<Void>mapEmpty().onComplete(started);
    }

    private Future<?> listen(HttpServerOptions options, int where) {
        return vertx.createHttpServer(options.setHost("127.0.0.1"))
                .requestHandler(request -> request.bodyHandler(body -> answer(request, body)))
                .listen(where);
    }

    private void answer(HttpServerRequest request, Buffer body) {
        try {
            switch (request.path()) {
                case "/counts" -> request.response().end(counts.json().toBuffer());
                case "/stall" -> {
                    stalls = true;
                    request.response().end();
                }
                case "/flow" -> {
                    stalls = false;
                    stalled.forEach(Runnable::run);
                    stalled.clear();
                    request.response().end();
                }
                default -> answerAction(request, body);
            }
        } catch (IOException | IllegalArgumentException e) {
            counts.refused++;
            request.response()
                    .setStatusCode(400)
                    .putHeader("Content-Type", JSON)
                    .end(new JsonObject()
                            .put("__type", "ValidationException")
                            .put("message", String.valueOf(e.getMessage()))
                            .toBuffer());
        }
    }

    private void answerAction(HttpServerRequest request, Buffer body) throws IOException {
        String target = request.getHeader("X-Amz-Target");
        String format = CBOR.equals(request.getHeader("Content-Type")) ? CBOR : JSON;
        String action = target == null ? "AssumeRole" : target.substring(target.indexOf('.') + 1);
        switch (action) {
            case "AssumeRole" ->
                request.response().putHeader("Content-Type", "text/xml").end(session());
            case "ListShards" -> send(request, format, mappers.get(format).writeValueAsBytes(SHARDS));
            case "DescribeStreamSummary" ->
                send(request, format, mappers.get(format).writeValueAsBytes(SUMMARY));
            case "PutRecords", "PutRecord", "PutRecordBatch" -> {
                int records = counts.read(action, mappers.get(format).getFactory(), body.getBytes());
                byte[] answer =
                        answers.computeIfAbsent(action + format + records, key -> puts(action, format, records));
                vertx.setTimer(LATENCY_MILLIS, timer -> {
                    if (stalls) {
                        stalled.add(() -> send(request, format, answer));
                    } else {
                        send(request, format, answer);
                    }
                });
            }
            default -> throw new IllegalArgumentException("expected one of the calls of a producer, but was " + target);
        }
    }

    private byte[] puts(String action, String format, int records) {
        Object answer =
                switch (action) {
                    case "PutRecords" ->
                        Map.of("FailedRecordCount", 0, "Records", Collections.nCopies(records, RECORD));
                    case "PutRecord" -> RECORD;
                    default ->
                        Map.of(
                                "FailedPutCount",
                                0,
                                "Encrypted",
                                false,
                                "RequestResponses",
                                Collections.nCopies(records, Map.of("RecordId", "x".repeat(224))));
                };
        try {
            return mappers.get(format).writeValueAsBytes(answer);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void send(HttpServerRequest request, String format, byte[] answer) {
        if (!request.response().closed()) {
            request.response()
                    .putHeader("Content-Type", format)
                    .putHeader("x-amzn-RequestId", "f1c2ec1f-3a3b-4c4d-9d7e-0123456789ab")
                    .end(Buffer.buffer(answer));
        }
    }

    private static Buffer session() {
        return Buffer.buffer(
                """
                <AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult>\
                <AssumedRoleUser>\
                <AssumedRoleId>AROA123456789EXAMPLE:bench</AssumedRoleId><Arn>\
                arn:aws:sts::123456789012:assumed-role/bench/bench</Arn>\
                </AssumedRoleUser><Credentials><AccessKeyId>ASIABENCHBENCHBENCHB</AccessKeyId><SecretAccessKey>\
                bench</SecretAccessKey>\
                <SessionToken>%s</SessionToken><Expiration>%s</Expiration></Credentials></AssumeRoleResult>\
                <ResponseMetadata>\
                <RequestId>f1c2ec1f-3a3b-4c4d-9d7e-0123456789ab</RequestId></ResponseMetadata></AssumeRoleResponse>"""
                        .formatted("t".repeat(600), Instant.now().plus(Duration.ofHours(1)))
                        .getBytes(UTF_8));
    }
}
