package io.camelsegment.benchmarks.endtoend;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The least possible work: receives requests, walks their JSON once, cuts out the events, sends them unchanged in full,
 * unsigned PutRecords requests, and answers 200 when those are answered. It checks nothing, adds nothing and retries
 * nothing. A form of it signs the requests, another sends them over TLS.
 *
 * <p>Arguments: the port, the port of the stand-in for AWS, the form.
 */
public final class FloorSubject extends AbstractVerticle {

    /** What the floor does beside the least. */
    enum Form {
        PLAIN("floor"),
        SIGNED("floor, signed"),
        TLS("floor, TLS");

        private final String title;

        Form(String title) {
            this.title = title;
        }

        String title() {
            return title;
        }
    }

    private static final JsonFactory JSON = new JsonFactory();
    private static final int RECORDS = 500;
    private static final long LINGER_MILLIS = 100;
    private static final int MAX_CONNECTIONS = 256;
    /** CBOR: a map of two, StreamName and events, Records and an array of unknown length. */
    private static final Buffer BEGIN = Buffer.buffer(new byte[] {(byte) 0xA2})
            .appendBuffer(text("StreamName"))
            .appendBuffer(text("events"))
            .appendBuffer(text("Records"))
            .appendByte((byte) 0x9F);

    private static final byte END = (byte) 0xFF;
    /** CBOR: a map of two, Data and bytes with two bytes of length. */
    private static final Buffer RECORD =
            Buffer.buffer(new byte[] {(byte) 0xA2}).appendBuffer(text("Data")).appendByte((byte) 0x59);

    private static final Buffer KEY = text("PartitionKey");

    private final int port;
    private final int awsPort;
    private final Form form;
    private final FloorSignature signature = new FloorSignature();
    private HttpClient aws;
    private Buffer batch = BEGIN.copy();
    private int records;
    private List<Waiting> waiting = new ArrayList<>();
    private long timer = -1;

    private FloorSubject(int port, int awsPort, Form form) {
        this.port = port;
        this.awsPort = awsPort;
        this.form = form;
    }

    public static void main(String[] arguments) {
        int port = Integer.parseInt(arguments[0]);
        int awsPort = Integer.parseInt(arguments[1]);
        Form form = Form.valueOf(arguments[2]);
        Vertx.vertx()
                .deployVerticle(
                        () -> new FloorSubject(port, awsPort, form),
                        new DeploymentOptions()
                                .setInstances(Runtime.getRuntime().availableProcessors()));
    }

    @Override
    public void start(Promise<Void> started) {
        aws = vertx.createHttpClient(new HttpClientOptions()
                .setDefaultPort(awsPort)
                .setMaxPoolSize(MAX_CONNECTIONS)
                .setSsl(form == Form.TLS)
                .setTrustAll(true)
                .setVerifyHost(false));
        vertx.createHttpServer(new HttpServerOptions().setHost("127.0.0.1").setDecompressionSupported(true))
                .requestHandler(request -> request.bodyHandler(body -> take(request, body.getBytes())))
                .listen(port)
                .<Void>mapEmpty()
                .onComplete(started);
    }

    private void take(HttpServerRequest request, byte[] body) {
        Waiting waiter = new Waiting(request.response());
        try (JsonParser parser = JSON.createParser(body)) {
            cutEvents(parser, body, request.path().startsWith("/v1/b"), waiter);
            waiter.done();
        } catch (IOException e) {
            request.response().setStatusCode(400).end();
        }
    }

    private void cutEvents(JsonParser parser, byte[] body, boolean inArray, Waiting waiter) throws IOException {
        boolean inEvents = !inArray;
        int depth = 0;
        int eventDepth = inArray ? 3 : 1;
        int start = 0;
        String key = "";
        for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
            switch (token) {
                case START_ARRAY -> {
                    depth++;
                    inEvents |= depth == 2 && parser.currentName().equals("batch");
                }
                case END_ARRAY -> {
                    inEvents &= depth != 2;
                    depth--;
                }
                case START_OBJECT -> {
                    depth++;
                    if (depth == eventDepth && inEvents) {
                        start = (int) parser.currentTokenLocation().getByteOffset();
                    }
                }
                case END_OBJECT -> {
                    if (depth == eventDepth && inEvents) {
                        add(body, start, (int) parser.currentLocation().getByteOffset(), key, waiter);
                    }
                    depth--;
                }
                case VALUE_STRING -> {
                    if (depth == eventDepth && inEvents && isKey(parser.currentName())) {
                        key = parser.getText();
                    }
                }
                default -> {
                    // Numbers and names.
                }
            }
        }
    }

    private static boolean isKey(String name) {
        return name.equals("userId") || name.equals("anonymousId");
    }

    private void add(byte[] body, int from, int to, String key, Waiting waiter) {
        batch.appendBuffer(RECORD)
                .appendUnsignedShort(to - from)
                .appendBytes(body, from, to - from)
                .appendBuffer(KEY)
                .appendBuffer(text(key));
        if (waiting.isEmpty() || waiting.get(waiting.size() - 1) != waiter) {
            waiting.add(waiter);
            waiter.batches++;
        }
        if (++records == RECORDS) {
            flush();
        } else if (timer == -1) {
            timer = vertx.setTimer(LINGER_MILLIS, linger -> flush());
        }
    }

    private void flush() {
        vertx.cancelTimer(timer);
        timer = -1;
        Buffer body = batch.appendByte(END);
        List<Waiting> waiters = waiting;
        batch = BEGIN.copy();
        records = 0;
        waiting = new ArrayList<>();
        aws.request(HttpMethod.POST, "/")
                .compose(request -> {
                    request.putHeader("X-Amz-Target", "Kinesis_20131202.PutRecords")
                            .putHeader("Content-Type", "application/x-amz-cbor-1.1");
                    if (form == Form.SIGNED) {
                        signature.sign(request, awsPort, body);
                    }
                    return request.send(body);
                })
                .compose(response -> response.body().map(response.statusCode()))
                .onComplete(answer -> {
                    boolean good = answer.succeeded() && answer.result() == 200;
                    waiters.forEach(good ? Waiting::done : Waiting::failed);
                });
    }

    /** Returns the CBOR of a text of at most 255 bytes. */
    private static Buffer text(String text) {
        byte[] bytes = text.getBytes(UTF_8);
        return Buffer.buffer(2 + bytes.length)
                .appendByte((byte) 0x78)
                .appendByte((byte) bytes.length)
                .appendBytes(bytes);
    }

    /** A request, answered once it is read and all batches with its events are answered. */
    private static final class Waiting {

        private final HttpServerResponse response;
        /** Number of open batches, plus one while the request is being read. */
        private int batches = 1;

        private boolean failed;

        Waiting(HttpServerResponse response) {
            this.response = response;
        }

        void failed() {
            failed = true;
            done();
        }

        void done() {
            if (--batches == 0) {
                response.setStatusCode(failed ? 503 : 200).end("{\"success\":true}");
            }
        }
    }
}
