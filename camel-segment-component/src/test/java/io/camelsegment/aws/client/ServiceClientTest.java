package io.camelsegment.aws.client;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.cbor.databind.CBORMapper;
import io.camelsegment.testing.AwsHttp;
import io.camelsegment.testing.ScriptedServer;
import io.camelsegment.testing.ScriptedServer.Connection;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.util.ResourceLeakDetector;
import io.vertx.core.Vertx;
import io.vertx.core.impl.VertxInternal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.http.Protocol;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequest;

/** Calls over real connections to a server that does what each test says. */
@Timeout(60)
class ServiceClientTest {

    private static final Vertx VERTX = Vertx.vertx();
    private static final AwsCredentialsIdentity IDENTITY = AwsCredentialsIdentity.create("AKID", "a-secret-key");
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Queue<String> LEAKS = new ConcurrentLinkedQueue<>();
    private static final ResourceLeakDetector.Level LEVEL = ResourceLeakDetector.getLevel();

    private final ServiceClient client = new ServiceClient(VERTX, false);
    private final Queue<ByteBuf> written = new ConcurrentLinkedQueue<>();
    private ScriptedServer server;
    private ServiceAction action;

    @BeforeAll
    static void watchForLeaks() {
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
        ByteBufUtil.setLeakListener((type, records) -> LEAKS.add(records));
    }

    /** A buffer that is left to the garbage collector on purpose shows that it told of all before. */
    @AfterAll
    static void stop() {
        VERTX.close();
        try {
            leak();
            await().atMost(PATIENCE).until(() -> {
                System.gc();
                ByteBufAllocator.DEFAULT.heapBuffer().release(); // as leaks are looked for when a buffer is made
                return LEAKS.stream().anyMatch(leak -> leak.contains("left on purpose"));
            });
            assertThat(LEAKS)
                    .filteredOn(leak -> !leak.contains("left on purpose"))
                    .filteredOn(leak -> leak.contains("io.camelsegment"))
                    .isEmpty();
        } finally {
            ByteBufUtil.setLeakListener(null);
            ResourceLeakDetector.setLevel(LEVEL);
        }
    }

    private static void leak() {
        ByteBufAllocator.DEFAULT.heapBuffer().touch("left on purpose");
    }

    @AfterEach
    void close() throws IOException {
        client.close();
        if (server != null) {
            server.close();
        }
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(written)
                .allSatisfy(buffer -> assertThat(buffer.refCnt()).isZero()));
    }

    private void serve(ScriptedServer.Script script) throws IOException {
        server = new ScriptedServer(script);
        action = action("127.0.0.1", server.port());
    }

    private ServiceAction action(String host, int port) {
        return client.action(
                new ServiceEndpoint(host, port, false, "/", "us-west-2", "kinesis"),
                null,
                "Kinesis_20131202.PutRecords",
                "application/x-amz-cbor-1.1");
    }

    private ServiceCall call(String body) {
        return call(body.getBytes(UTF_8));
    }

    private ServiceCall call(byte[] body) {
        return action.call(IDENTITY, new ServiceRequest() {
            @Override
            public int mostBytes() {
                return body.length;
            }

            @Override
            public void write(Payload payload) {
                written.add(payload.buffer());
                payload.put(body);
            }
        });
    }

    private static String text(CompletableFuture<ByteBuffer> call) throws Exception {
        return UTF_8.decode(call.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).toString();
    }

    private static Throwable failure(CompletableFuture<ByteBuffer> call) {
        try {
            call.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
        } catch (CompletionException e) {
            return e.getCause();
        }
        throw new AssertionError("it should have failed");
    }

    private static void echo(Connection connection, int number) throws IOException {
        while (true) {
            connection.answer(number + ":" + new String(connection.read().body(), UTF_8));
        }
    }

    @Test
    void sendsASignedRequestAndReadsTheAnswer() throws Exception {
        Queue<ScriptedServer.Request> requests = new ConcurrentLinkedQueue<>();
        serve((connection, number) -> {
            requests.add(connection.read());
            connection.answer("done");
        });

        assertThat(text(call("the body"))).isEqualTo("done");

        ScriptedServer.Request request = requests.element();
        assertThat(request.head()).startsWith("POST / HTTP/1.1\r\nHost: 127.0.0.1:" + server.port() + "\r\n");
        assertThat(request.header("User-Agent")).startsWith("camel-segment");
        assertThat(request.header("Content-Type")).isEqualTo("application/x-amz-cbor-1.1");
        assertThat(request.header("X-Amz-Target")).isEqualTo("Kinesis_20131202.PutRecords");
        assertThat(request.header("x-amz-content-sha256")).isEqualTo(sha256("the body".getBytes(UTF_8)));
        assertThat(request.header("Authorization")).startsWith("AWS4-HMAC-SHA256 Credential=AKID/");
        assertThat(request.body()).isEqualTo("the body".getBytes(UTF_8));
    }

    @Test
    void usesAConnectionAgainAndEndsOnTheEventLoopThatCalls() throws Exception {
        serve(ServiceClientTest::echo);
        List<CompletableFuture<Thread>> callers = new ArrayList<>();
        List<CompletableFuture<Thread>> enders = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            CompletableFuture<Thread> caller = new CompletableFuture<>();
            CompletableFuture<Thread> ender = new CompletableFuture<>();
            ((VertxInternal) VERTX).getEventLoopGroup().next().execute(() -> {
                caller.complete(Thread.currentThread());
                var unused = call("x").whenComplete((body, error) -> ender.complete(Thread.currentThread()));
            });
            callers.add(caller);
            enders.add(ender);
        }
        for (int i = 0; i < 4; i++) {
            callers.get(i).get(30, TimeUnit.SECONDS);
            enders.get(i).get(30, TimeUnit.SECONDS);
        }
        int connections = server.connections();

        for (int i = 0; i < 20; i++) {
            assertThat(text(call("x"))).endsWith(":x");
        }

        assertThat(server.connections()).isEqualTo(connections).isLessThanOrEqualTo(4);
        assertThat(callers.get(0).join().getName()).contains("eventloop");
    }

    @Test
    void staysOnTheEventLoopThatCallsWhileOthersCall() throws Exception {
        CountDownLatch held = new CountDownLatch(1);
        serve((connection, number) -> {
            if (number == 1) {
                connection.read();
                held.await();
                connection.answer("held");
            }
            echo(connection, number);
        });
        ServiceCall first = call("x");
        await().atMost(PATIENCE).until(() -> server.connections() == 1);
        CompletableFuture<Boolean> same = new CompletableFuture<>();
        ((VertxInternal) VERTX).getEventLoopGroup().next().execute(() -> {
            Thread caller = Thread.currentThread();
            var unused = call("y").whenComplete((body, error) -> same.complete(Thread.currentThread() == caller));
        });

        assertThat(same.get(30, TimeUnit.SECONDS)).isTrue();
        held.countDown();
        assertThat(text(first)).isEqualTo("held");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void callsAgainAtOnceWhenAnIdleConnectionDied(boolean isReset) throws Exception {
        serve((connection, number) -> {
            connection.answer(number + ":" + new String(connection.read().body(), UTF_8));
            if (number == 1) {
                connection.read();
                if (isReset) {
                    connection.reset();
                }
            } else {
                echo(connection, number);
            }
        });
        assertThat(text(call("a"))).isEqualTo("1:a");
        assertThat(text(call("b"))).isEqualTo("2:b");
        assertThat(text(call("c"))).isEqualTo("2:c");
    }

    @Test
    void callsAgainOnceAndOnlyOnANewConnection() throws Exception {
        serve((connection, number) -> {
            if (number == 1) {
                connection.answer("first " + connection.read().body().length);
            }
            connection.read();
        });
        assertThat(text(call("a"))).isEqualTo("first 1");

        assertThat(failure(call("b")))
                .isInstanceOf(ConnectionException.class)
                .hasMessage("the connection to 127.0.0.1:" + server.port() + " ended before the answer");
        assertThat(server.connections()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\nContent-Length: 10\n\nabc",
                "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n3\nabc\n"
            })
    void anAnswerThatIsCutIsNone(String answer) throws Exception {
        serve((connection, number) -> {
            connection.read();
            connection.write(answer);
        });
        assertThat(failure(call("a")))
                .isInstanceOf(ConnectionException.class)
                .hasMessage("the connection to 127.0.0.1:" + server.port() + " ended in the middle of the answer");
        assertThat(server.connections()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\nContent-Length: 4\n\ndone",
                "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n3\ndon\n1\ne\n0\n\n",
                "HTTP/1.1 200 OK\n\ndone",
                "HTTP/1.0 200 OK\nContent-Length: 4\n\ndone",
                "HTTP/1.1 200 OK\nConnection: close\nContent-Length: 4\n\ndone",
                "HTTP/1.1 100 Continue\n\nHTTP/1.1 103 x\nLink: x\n\nHTTP/1.1 200 OK\nContent-Length: 4\n\ndone",
            })
    void readsAnswersInEveryForm(String answer) throws Exception {
        serve((connection, number) -> {
            connection.read();
            connection.write(answer);
        });
        assertThat(text(call("a"))).isEqualTo("done");
        assertThat(text(call("b"))).isEqualTo("done");
        assertThat(server.connections()).isEqualTo(2);
    }

    @Test
    void readsCompressedAndLargeAnswers() throws Exception {
        byte[] large = new byte[1_000_000];
        new Random(1).nextBytes(large);
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(compressed)) {
            gzip.write(large);
        }
        serve((connection, number) -> {
            connection.read();
            connection.answer(200, "Content-Encoding: gzip\n", compressed.toByteArray());
            connection.read();
            connection.answer(200, "", large);
        });
        for (int i = 0; i < 2; i++) {
            ByteBuffer body = call("a").get(30, TimeUnit.SECONDS);
            assertThat(body).isEqualTo(ByteBuffer.wrap(large));
        }
        assertThat(server.connections()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\nContent-Length: 100000000\n\n",
                "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n",
                "HTTP/1.1 200 OK\n\n"
            })
    void refusesAnswersThatAreTooLarge(String head) throws Exception {
        serve((connection, number) -> {
            connection.read();
            connection.write(head);
            byte[] chunk = ("80000\r\n" + "x".repeat(0x80000) + "\r\n").getBytes(US_ASCII);
            for (int i = 0; i < 40; i++) {
                connection.write(chunk);
            }
        });
        assertThat(failure(call("a"))).hasMessage("the answer has more than 8388608 bytes");
    }

    @ParameterizedTest
    @ValueSource(strings = {"SSH-2.0-x\n\n", "HTTP/1.1 200 OK\nContent-Length: x\n\n", "HTTP/1.1 x OK\n\n"})
    void refusesWhatIsNotHttp(String answer) throws Exception {
        serve((connection, number) -> {
            connection.read();
            connection.write(answer);
        });
        assertThat(failure(call("a"))).isInstanceOf(ConnectionException.class).hasMessageContaining("127.0.0.1:");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\nContent-Length: 4\n\ndoneHTTP/1.1 200 OK\nContent-Length: 4\n\nevil",
                "HTTP/1.1 200 OK\nContent-Length: 4\n\ndoneHTTP/1.1 200 OK\nContent-Length: 4\n\n",
                "HTTP/1.1 200 OK\nContent-Length: 4\n\ndoneHTTP/1.1 200 OK\nContent-Le",
                "HTTP/1.1 200 OK\nContent-Length: 4\n\ndoneHTTP/1.1 100 Continue\n\n",
                "HTTP/1.1 200 OK\nContent-Length: 4\n\ndoneevil",
                "HTTP/1.1 200 OK\nContent-Length: 4\n\ndoneevil\n\n",
                "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n4\ndone\n0\n\n4\nevil\n0\n\n",
                "HTTP/1.1 200 done\nContent-Length: 0\n\nevil",
                "HTTP/1.1 204 done\nContent-Length: 4\n\nevil",
                "HTTP/1.1 204 done\n\nHTTP/1.1 200 OK\nContent-Length: 4\n\nevil"
            })
    void whatFollowsAnAnswerIsNotThatOfTheCallWhichItsCallerSendsAtOnce(String answer) throws Exception {
        serve((connection, number) -> {
            if (number == 1) {
                connection.read();
                connection.write(answer);
                connection.awaitEnd();
            }
            echo(connection, number);
        });
        CompletableFuture<ByteBuffer> next = call("a").thenCompose(body -> {
            assertThat(UTF_8.decode(body).toString()).isIn("done", "");
            return call("b");
        });
        assertThat(text(next)).isEqualTo("2:b");
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.1 200 OK\nContent-Length: 4\n\nevil", "HTTP/1.1 200 OK\nContent-Le", "x"})
    void aConnectionThatSpeaksUnaskedIsClosed(String unasked) throws Exception {
        CountDownLatch idle = new CountDownLatch(1);
        CountDownLatch closed = new CountDownLatch(1);
        serve((connection, number) -> {
            if (number == 1) {
                connection.read();
                connection.answer("done");
                idle.await();
                connection.write(unasked);
                connection.awaitEnd();
                closed.countDown();
            }
            echo(connection, number);
        });
        assertThat(text(call("a"))).isEqualTo("done");
        idle.countDown();
        assertThat(closed.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(text(call("b"))).isEqualTo("2:b");
    }

    @Test
    void aRequestThatIsNotSentYetCannotHaveSucceeded() throws Exception {
        serve((connection, number) -> {
            connection.head();
            connection.answer("done");
            connection.awaitEnd();
        });
        assertThat(failure(call(new byte[20_000_000])))
                .isInstanceOf(ConnectionException.class)
                .hasMessage("127.0.0.1:" + server.port() + " answered before it had the request");
    }

    @Test
    void anAnswerMayComeBeforeTheRequestIsRead() throws Exception {
        serve((connection, number) -> {
            connection.head();
            connection.answer(413, "", new byte[0]);
            connection.awaitEnd();
        });
        assertThat(failure(call(new byte[20_000_000])))
                .isInstanceOfSatisfying(AwsServiceException.class, error -> assertThat(error.statusCode())
                        .isEqualTo(413));
    }

    @Test
    void cancellingClosesTheConnectionInTheMiddleOfTheRequest() throws Exception {
        CountDownLatch reading = new CountDownLatch(1);
        CountDownLatch closed = new CountDownLatch(1);
        serve((connection, number) -> {
            connection.head();
            reading.countDown();
            try {
                closed.await(); // the rest fills the windows of the connection, and is not read
                connection.awaitEnd();
            } finally {
                connection.socket().close();
            }
        });
        ServiceCall call = call(new byte[20_000_000]);
        assertThat(reading.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(written).hasSize(1).allSatisfy(buffer -> assertThat(buffer.refCnt())
                .isPositive());

        assertThat(call.cancel(true)).isTrue();

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(written)
                .allSatisfy(buffer -> assertThat(buffer.refCnt()).isZero()));
        closed.countDown();
        assertThat(call).isCancelled();
    }

    @Test
    void aConnectionThatIsMadeForACancelledCallServesTheNext() throws Exception {
        serve(ServiceClientTest::echo);
        assertThat(onALoop(() -> call("a").cancel(true))).isTrue(); // while it connects, on the loop that does
        await().atMost(PATIENCE).until(() -> server.connections() == 1);
        assertThat(text(call("b"))).endsWith(":b");
        assertThat(written).hasSize(1);
    }

    @Test
    void aSilentConnectionCostsOneCallHoweverManyAreIdle() throws Exception {
        CountDownLatch together = new CountDownLatch(3);
        AtomicInteger swallowed = new AtomicInteger();
        serve((connection, number) -> {
            String body = new String(connection.read().body(), UTF_8);
            if (number <= 3) {
                together.countDown();
                together.await();
                connection.answer(body);
                connection.read();
                swallowed.incrementAndGet();
                connection.awaitEnd();
            } else {
                connection.answer(body);
                echo(connection, number);
            }
        });
        List<ServiceCall> calls = Stream.of("a", "b", "c").map(this::call).toList();
        for (ServiceCall call : calls) {
            text(call);
        }
        ServiceCall silent = call("d");
        await().atMost(PATIENCE).until(() -> swallowed.get() == 1);
        silent.cancel(true);

        assertThat(text(call("e"))).isEqualTo("e");
        assertThat(swallowed).hasValue(1);
        assertThat(server.connections()).isEqualTo(4);
    }

    @Test
    void aLateNewsOfADeadConnectionDoesNotEndThoseAfterIt() throws Exception {
        serve((connection, number) -> {
            connection.read();
            if (number > 2) {
                connection.answer("done");
                echo(connection, number);
            }
            connection.awaitEnd();
        });
        ServiceCall first = call("a");
        ServiceCall second = call("b");
        await().atMost(PATIENCE).until(() -> server.connections() == 2);
        first.cancel(true);
        assertThat(text(call("c"))).isEqualTo("done");
        second.cancel(true);

        assertThat(text(call("d"))).isEqualTo("3:d");
    }

    @Test
    void aConnectionThatDiedBeforeItsFirstCallIsReplaced() throws Exception {
        serve((connection, number) -> {
            if (number == 1) {
                connection.read();
                connection.reset();
            }
            echo(connection, number);
        });
        assertThat(onALoop(() -> call("a").cancel(true))).isTrue(); // while it connects, on the loop that does
        await().atMost(PATIENCE).until(() -> server.connections() == 1);

        assertThat(text(call("b"))).isEqualTo("2:b");
    }

    private static <T> T onALoop(Supplier<T> task) throws Exception {
        return CompletableFuture.supplyAsync(
                        task, ((VertxInternal) VERTX).getEventLoopGroup().next())
                .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    @Test
    void failuresToConnectNameHostAndPort() throws Exception {
        int port;
        try (ServerSocket unused = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = unused.getLocalPort();
        }
        action = action("127.0.0.1", port);
        assertThat(failure(call("a")))
                .isInstanceOf(ConnectionException.class)
                .hasMessageStartingWith("cannot connect to 127.0.0.1:" + port + ": ")
                .hasMessageContaining("refused");
        action = action("kinesis.invalid", 80);
        assertThat(failure(call("a")))
                .isInstanceOf(ConnectionException.class)
                .hasMessage("cannot connect to kinesis.invalid:80: its address is not known");
    }

    @Test
    void whatAWriterThrowsEndsTheCallAndNotTheConnection() throws Exception {
        serve(ServiceClientTest::echo);
        ServiceCall broken = action.call(IDENTITY, new ServiceRequest() {
            @Override
            public int mostBytes() {
                return 1;
            }

            @Override
            public void write(Payload payload) {
                written.add(payload.buffer());
                throw new NoSuchFieldError("x");
            }
        });
        assertThat(failure(broken)).isInstanceOf(NoSuchFieldError.class);
        assertThat(text(call("a"))).isEqualTo("1:a");
    }

    @Test
    void closingEndsTheCallsUnderWay() throws Exception {
        CountDownLatch reading = new CountDownLatch(1);
        serve((connection, number) -> {
            connection.read();
            reading.countDown();
            connection.awaitEnd();
        });
        ServiceCall call = call("a");
        assertThat(reading.await(30, TimeUnit.SECONDS)).isTrue();
        client.close();
        assertThat(failure(call)).isInstanceOf(ConnectionException.class);
        assertThat(failure(call("b"))).hasMessage("the client is closed");
    }

    /** Many calls with large bodies, of which some are cancelled and some cut: no body is ever mixed with another. */
    @Test
    void buffersAreNotUsedAgainBeforeTheyAreWritten() throws Exception {
        AtomicInteger complete = new AtomicInteger();
        AtomicInteger corrupt = new AtomicInteger();
        serve((connection, number) -> {
            Random random = new Random(number);
            while (true) {
                if (random.nextInt(10) == 0) {
                    connection.head();
                    connection.socket().getInputStream().readNBytes(random.nextInt(200_000));
                    connection.reset();
                }
                ScriptedServer.Request request = connection.read();
                complete.incrementAndGet();
                if (!sha256(request.body()).equals(request.header("x-amz-content-sha256"))
                        || !isOfOneByte(request.body())) {
                    corrupt.incrementAndGet();
                }
                connection.answer("done");
            }
        });
        Random random = new Random(7);
        List<ServiceCall> calls = new ArrayList<>();
        for (int i = 0; i < 240; i++) {
            byte[] body = new byte[200_000 + random.nextInt(800_000)];
            Arrays.fill(body, (byte) i);
            ServiceCall call = call(body);
            calls.add(call);
            if (random.nextInt(4) == 0) {
                calls.get(random.nextInt(calls.size())).cancel(true);
            }
            if (i % 12 == 11) {
                CompletableFuture.allOf(calls.toArray(CompletableFuture[]::new))
                        .handle((done, error) -> true)
                        .get(30, TimeUnit.SECONDS);
                calls.clear();
            }
        }
        assertThat(corrupt).hasValue(0);
        assertThat(complete).hasValueGreaterThan(100);
    }

    private static boolean isOfOneByte(byte[] body) {
        for (byte one : body) {
            if (one != body[0]) {
                return false;
            }
        }
        return true;
    }

    private static String sha256(byte[] bytes) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }

    static Stream<Arguments> errors() throws IOException {
        String namespaced =
                "{\"__type\": \"com.amazonaws.kinesis.v20131202#ResourceNotFoundException\", \"message\": \"no stream\"}";
        String nested =
                "{\"more\": {\"message\": \"not this\"}, \"list\": [1], \"Message\": \"denied\", \"code\": \"AccessDenied\"}";
        return Stream.of(
                Arguments.of(400, "", namespaced.getBytes(UTF_8), false),
                Arguments.of(400, "", cbor(namespaced), true),
                Arguments.of(400, "", cbor(nested), true),
                Arguments.of(
                        400,
                        "x-amzn-ErrorType: ThrottlingException:http://x/\n",
                        cbor("{\"message\": \"slow\"}"),
                        true),
                Arguments.of(500, "X-Amzn-Errortype: a#InternalFailure\n", new byte[0], true),
                Arguments.of(
                        400,
                        "",
                        cbor("{\"__type\": \"ValidationException\", \"message\": null, \"errorMessage\": \"bad\"}"),
                        true),
                Arguments.of(502, "Content-Type: text/html\n", "<html>Bad Gateway</html>".getBytes(UTF_8), true),
                Arguments.of(503, "", new byte[0], true),
                Arguments.of(403, "", "[]".getBytes(UTF_8), true),
                Arguments.of(400, "", new byte[] {(byte) 0xBF, 0x67, 'm'}, true),
                Arguments.of(301, "Location: http://x/\n", new byte[0], true));
    }

    @ParameterizedTest
    @MethodSource("errors")
    void readsErrorsAsTheSdkDoes(int status, String headers, byte[] body, boolean sdkReadsIt) throws Exception {
        serve((connection, number) -> {
            while (true) {
                connection.read();
                connection.answer(status, headers + "x-amzn-RequestId: r-1\n", body);
            }
        });
        AwsServiceException ours = (AwsServiceException) failure(call("a"));

        assertThat(ours.statusCode()).isEqualTo(status);
        assertThat(ours.requestId()).isEqualTo("r-1");
        if (!sdkReadsIt) { // JSON where CBOR was sent
            assertThat(ours.awsErrorDetails().errorCode()).isEqualTo("ResourceNotFoundException");
            assertThat(ours.awsErrorDetails().errorMessage()).isEqualTo("no stream");
            return;
        }
        try (KinesisAsyncClient sdk = KinesisAsyncClient.builder()
                .region(Region.US_WEST_2)
                .endpointOverride(URI.create("http://127.0.0.1:" + server.port()))
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("key", "secret")))
                .httpClientBuilder(AwsHttp.builder().protocol(Protocol.HTTP1_1))
                .overrideConfiguration(config -> config.retryStrategy(DefaultRetryStrategy.doNotRetry()))
                .build()) {
            AwsServiceException theirs = (AwsServiceException) sdk.putRecords(PutRecordsRequest.builder()
                            .streamName("s")
                            .records(List.of())
                            .build())
                    .handle((done, error) -> error)
                    .get(30, TimeUnit.SECONDS)
                    .getCause();
            assertThat(ours.awsErrorDetails().errorCode())
                    .isEqualTo(theirs.awsErrorDetails().errorCode());
            assertThat(ours.awsErrorDetails().errorMessage())
                    .isEqualTo(theirs.awsErrorDetails().errorMessage());
            assertThat(ours.statusCode()).isEqualTo(theirs.statusCode());
        }
    }

    private static byte[] cbor(String json) throws IOException {
        return new CBORMapper().writeValueAsBytes(new ObjectMapper().readTree(json));
    }

    @ParameterizedTest
    @ValueSource(ints = {3_600, -3_600, 0})
    void goesByTheClockOfTheService(int secondsAhead) throws Exception {
        Queue<String> times = new ConcurrentLinkedQueue<>();
        serve((connection, number) -> {
            while (true) {
                times.add(connection.read().header("X-Amz-Date"));
                String date = DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
                        .format(Instant.now().plusSeconds(secondsAhead).atOffset(ZoneOffset.UTC));
                connection.answer(
                        400,
                        "Date: " + date + "\n",
                        cbor("{\"__type\": \"InvalidSignatureException\", \"message\": \"Signature expired\"}"));
            }
        });
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> call("a").get(30, TimeUnit.SECONDS)).hasCauseInstanceOf(AwsServiceException.class);
        }
        List<Instant> signed = times.stream()
                .map(time -> DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'")
                        .withZone(ZoneOffset.UTC)
                        .parse(time, Instant::from))
                .toList();
        assertThat(Duration.between(signed.get(0), signed.get(1)).abs())
                .isBetween(
                        Duration.ofSeconds(Math.max(0, Math.abs(secondsAhead) - 60L)),
                        Duration.ofSeconds(Math.abs(secondsAhead) + 60L));
        assertThat(Duration.between(signed.get(1), signed.get(2)).abs()).isLessThan(Duration.ofSeconds(60));
    }
}
