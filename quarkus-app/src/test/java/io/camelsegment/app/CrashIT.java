package io.camelsegment.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.camelsegment.localaws.LocalAwsMain;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Kills the packaged app, as {@code kill -9} does, again and again while senders send, and compares what they were
 * answered 200 for with what arrived in a stand-in for AWS that is a process of its own.
 */
class CrashIT {

    private static final Logger LOG = LoggerFactory.getLogger(CrashIT.class);
    private static final Pattern MESSAGE_ID = Pattern.compile("\"messageId\":\"([^\"]+)\"");
    private static final int SENDERS = 4;
    private static final long SEED = Long.getLong("crash.seed", System.nanoTime());

    @TempDir
    Path directory;

    private final List<Program> programs = new ArrayList<>();
    private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
    private final AtomicInteger batches = new AtomicInteger();
    private final CountDownLatch enough = new CountDownLatch(1);
    private volatile Api api;

    @AfterEach
    void stop() {
        enough.countDown();
        programs.forEach(Program::close);
    }

    /** Returns how often the app is killed in each run: {@code -Dcrash.kills=25,100} makes two. */
    static IntStream kills() {
        return Stream.of(System.getProperty("crash.kills", "3").split(",")).mapToInt(Integer::parseInt);
    }

    @ParameterizedTest
    @MethodSource("kills")
    void everyEventThatWasAcknowledgedIsThere(int kills) throws Exception {
        LOG.info("{} kills, -Dcrash.seed={}", kills, SEED);
        Random random = new Random(SEED + kills);
        URI aws = startAws();
        ExecutorService senders = Executors.newFixedThreadPool(SENDERS);
        try {
            Program app = startApp(aws, 0);
            List<Future<?>> sending = IntStream.range(0, SENDERS)
                    .<Future<?>>mapToObj(sender -> senders.submit(() -> send(sender)))
                    .toList();
            for (int kill = 1; kill <= kills; kill++) {
                int last = batches.get() + 1 + random.nextInt(60);
                await().pollInterval(Duration.ofMillis(1 + random.nextInt(20)))
                        .atMost(Program.PATIENCE)
                        .until(() -> batches.get() >= last);
                app.close();
                app = startApp(aws, kill);
            }
            int last = batches.get() + SENDERS;
            await().atMost(Program.PATIENCE).until(() -> batches.get() >= last);
            enough.countDown();
            for (Future<?> sender : sending) {
                sender.get(Program.PATIENCE.toSeconds(), TimeUnit.SECONDS);
            }
        } finally {
            enough.countDown();
            senders.shutdownNow();
        }

        List<String> inKinesis = messageIds(aws.resolve("/kinesis/events"));
        List<String> inFirehose = messageIds(aws.resolve("/firehose/lake"));
        LOG.info(
                "{} events acknowledged, {} in Kinesis, {} in Firehose",
                acknowledged.size(),
                inKinesis.size(),
                inFirehose.size());
        assertThat(acknowledged).hasSizeGreaterThan(kills);
        assertThat(missing(inKinesis)).isEmpty();
        assertThat(missing(inFirehose)).isEmpty();
    }

    private Set<String> missing(List<String> arrived) {
        Set<String> missing = new HashSet<>(acknowledged);
        missing.removeAll(new HashSet<>(arrived));
        return missing;
    }

    /** Sends batch after batch, each until it is answered 200, as an SDK does. */
    private void send(int sender) {
        Random sizes = new Random(SEED + sender);
        for (int batch = 0; enough.getCount() > 0; batch++) {
            String prefix = sender + "-" + batch + "-";
            List<String> ids = IntStream.rangeClosed(0, sizes.nextInt(20))
                    .mapToObj(i -> prefix + i)
                    .toList();
            String body = ids.stream()
                    .map(id -> "{\"type\":\"track\",\"event\":\"Clicked\",\"userId\":\"user_" + sender
                            + "\",\"messageId\":\"" + id + "\"}")
                    .collect(Collectors.joining(",", "{\"batch\":[", "]}"));
            while (!isAcknowledged(body)) {
                if (isOver()) {
                    return;
                }
            }
            acknowledged.addAll(ids);
            batches.incrementAndGet();
        }
    }

    private boolean isAcknowledged(String body) {
        try {
            return api.post("/v1/batch", "WEB_KEY", body).statusCode() == 200;
        } catch (UncheckedIOException down) {
            return false;
        }
    }

    private boolean isOver() {
        try {
            return enough.await(20, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            return true;
        }
    }

    private URI startAws() throws IOException {
        Program aws = start(
                "aws",
                List.of(
                        Program.java(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        LocalAwsMain.class.getName(),
                        "--port",
                        "0",
                        "--kinesis",
                        "events:2",
                        "--firehose",
                        "lake"));
        return URI.create(aws.awaitOutput("Local AWS is ready: (\\S+)"));
    }

    /** Starts the app and has the senders send to it. */
    private Program startApp(URI aws, int number) throws IOException {
        Program app = start(
                "app-" + number,
                Program.app(List.of(
                        "-Dquarkus.http.port=0",
                        "-Daws.accessKeyId=AKIATEST",
                        "-Daws.secretAccessKey=test",
                        "-Dsegment.aws.endpoint-override=" + aws,
                        "-Dsegment.sources.web.write-key=WEB_KEY",
                        "-Dsegment.destinations.analytics.type=kinesis",
                        "-Dsegment.destinations.analytics.stream-name=events",
                        "-Dsegment.destinations.lake.type=firehose",
                        "-Dsegment.destinations.lake.map.\"*\"=lake")));
        api = new Api(URI.create("http://127.0.0.1:" + app.awaitOutput("Listening on: http://\\S+:(\\d+)")));
        return app;
    }

    private Program start(String name, List<String> command) throws IOException {
        Program program = Program.start(command, directory, Map.of(), directory.resolve(name + ".log"));
        programs.add(program);
        return program;
    }

    private static List<String> messageIds(URI page) throws IOException, InterruptedException {
        String records = Api.http1()
                .send(HttpRequest.newBuilder(page).build(), HttpResponse.BodyHandlers.ofString())
                .body();
        return MESSAGE_ID
                .matcher(records)
                .results()
                .map(match -> match.group(1))
                .toList();
    }
}
