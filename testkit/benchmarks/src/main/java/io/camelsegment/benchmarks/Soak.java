package io.camelsegment.benchmarks;

import io.camelsegment.localaws.FaultRule;
import io.camelsegment.localaws.KinesisRecord;
import io.camelsegment.localaws.LocalAws;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Runs the packaged app for minutes at a fixed rate, while the stand-in for AWS fails about one of twenty calls and
 * records in every way it knows, then checks for lost events and a growing heap. A sender repeats requests that are not
 * answered with 200, as SDKs do.
 *
 * <p>Arguments: the app's jar, seconds to run, events per second. Exits with status 1 if an event is lost, or if the
 * least heap in use has grown by more than a quarter from the first to the last third of the run. A run of
 * less than a minute does not judge the heap, which grows while the app warms up.
 */
public final class Soak {

    private static final int BATCH = 20;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int SECONDS_OF_WARM_UP = 60;
    private static final Pattern ID = Pattern.compile("\"messageId\":\"soak-(\\d+)\"");
    private static final Pattern HEAP = Pattern.compile("(?m)^jvm_memory_used_bytes\\{area=\"heap\"[^}]*} (\\S+)$");
    private static final String AUTHORIZATION =
            "Basic " + Base64.getEncoder().encodeToString("SOAK:".getBytes(StandardCharsets.UTF_8));

    private final LocalAws aws;
    private final URI app;
    private final URI management;
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(2);
    private final AtomicLong requests = new AtomicLong();
    private final AtomicLong repeated = new AtomicLong();
    private final AtomicLong answered = new AtomicLong();

    private Soak(LocalAws aws, URI app, URI management) {
        this.aws = aws;
        this.app = app;
        this.management = management;
    }

    @SuppressWarnings("SystemOut") // a command line tool
    public static void main(String[] arguments) throws Exception {
        Path jar = Path.of(arguments[0]);
        int seconds = Integer.parseInt(arguments[1]);
        int rate = Integer.parseInt(arguments[2]);
        if (!Files.exists(jar)) {
            throw new IllegalArgumentException("expected the packaged app at " + jar + ", but there is none");
        }
        Path directory = Files.createDirectories(Path.of("target/soak")).toAbsolutePath();
        boolean good;
        try (LocalAws aws = LocalAws.builder().maxRetainedBytes(2L << 30).start()) {
            aws.createStream("events", 4);
            aws.createDeliveryStream("lake");
            Process process = startApp(jar, directory, aws.endpoint());
            try {
                Matcher ports = awaitApp(process, directory.resolve("app.log"));
                good = new Soak(aws, localhost(ports.group(1)), localhost(ports.group(2))).run(seconds, rate);
            } finally {
                process.destroy();
                process.waitFor();
            }
        }
        try (Stream<String> log = Files.lines(directory.resolve("app.log"))) {
            log.filter(line -> line.contains(" stopped: ")).forEach(System.out::println);
        }
        System.exit(good ? 0 : 1);
    }

    private static Process startApp(Path jar, Path directory, URI endpoint) throws IOException {
        Path settings = Files.writeString(
                directory.resolve("segment.yaml"),
                """
                segment:
                  sources:
                    web: { write-key: SOAK }
                  aws:
                    endpoint-override: %s
                  destinations:
                    analytics:
                      type: kinesis
                      stream-name: events
                    lake:
                      type: firehose
                      map: { "*": lake }
                """
                        .formatted(endpoint));
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-Dquarkus.http.port=0",
                        "-Dquarkus.management.port=0",
                        "-jar",
                        jar.toAbsolutePath().toString())
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("app.log").toFile());
        builder.environment()
                .putAll(Map.of(
                        "SEGMENT_CONFIG", settings.toString(),
                        "AWS_ACCESS_KEY_ID", "soak",
                        "AWS_SECRET_ACCESS_KEY", "soak"));
        return builder.start();
    }

    private static URI localhost(String port) {
        return URI.create("http://127.0.0.1:" + port);
    }

    /** Returns the ports of the app, once it listens: first that of senders, then that of management. */
    private static Matcher awaitApp(Process process, Path log) throws IOException {
        Pattern listening = Pattern.compile("Listening on: http://[^:]+:(\\d+).* listening on http://[^:]+:(\\d+)");
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < deadline && process.isAlive()) {
            Matcher matcher = listening.matcher(Files.readString(log));
            if (matcher.find()) {
                return matcher;
            }
            LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
        }
        throw new IllegalStateException("the app did not start:\n" + Files.readString(log));
    }

    @SuppressWarnings("SystemOut")
    private boolean run(int seconds, int rate) throws Exception {
        new RandomFaults(aws).begin();
        long total = (long) seconds * rate / BATCH;
        List<Double> heap = new ArrayList<>();
        long heapEvery = Math.max(1, seconds * 1_000L / 100);
        var heapTask =
                timer.scheduleAtFixedRate(() -> heap.add(usedHeap()), heapEvery, heapEvery, TimeUnit.MILLISECONDS);
        long start = System.nanoTime();
        for (long batch = 0; batch < total; batch++) {
            long at = start + batch * BATCH * TimeUnit.SECONDS.toNanos(1) / rate;
            LockSupport.parkNanos(at - System.nanoTime());
            send(batch, 1);
        }
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (answered.get() < total && System.nanoTime() < deadline) {
            LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
        }
        heapTask.cancel(false);
        timer.shutdownNow();
        return report(total, heap, seconds >= SECONDS_OF_WARM_UP);
    }

    private void send(long batch, int attempt) {
        requests.incrementAndGet();
        HttpRequest request = HttpRequest.newBuilder(app.resolve("/v1/batch"))
                .timeout(Duration.ofSeconds(50))
                .header("Authorization", AUTHORIZATION)
                .POST(BodyPublishers.ofString(body(batch)))
                .build();
        var unused = client.sendAsync(request, BodyHandlers.discarding()).whenComplete((answer, error) -> {
            if (error == null && answer.statusCode() == 200) {
                answered.incrementAndGet();
                return;
            }
            repeated.incrementAndGet();
            repeat(batch, attempt + 1, waitFor(answer, attempt));
        });
    }

    private void repeat(long batch, int attempt, long delayMillis) {
        var unused = timer.schedule(() -> send(batch, attempt), delayMillis, TimeUnit.MILLISECONDS);
    }

    private static long waitFor(HttpResponse<?> answer, int attempt) {
        long backoff = Math.min(10_000, 100L << Math.min(attempt, 10));
        return answer == null
                ? backoff
                : answer.headers().firstValueAsLong("Retry-After").orElse(0) * 1_000 + backoff;
    }

    private static String body(long batch) {
        StringBuilder body = new StringBuilder("{\"batch\":[");
        for (int i = 0; i < BATCH; i++) {
            long id = batch * BATCH + i;
            body.append(i == 0 ? "" : ",")
                    .append("{\"type\":\"track\",\"event\":\"Soaked\",\"userId\":\"user_")
                    .append(id % 1_000)
                    .append("\",\"messageId\":\"soak-")
                    .append(id)
                    .append("\",\"properties\":{\"plan\":\"Pro Annual\",\"note\":\"")
                    .append("x".repeat(200))
                    .append("\"}}");
        }
        return body.append("]}").toString();
    }

    private double usedHeap() {
        try {
            String metrics = client.send(
                            HttpRequest.newBuilder(management.resolve("/q/metrics"))
                                    .timeout(Duration.ofSeconds(10))
                                    .build(),
                            BodyHandlers.ofString())
                    .body();
            Matcher matcher = HEAP.matcher(metrics);
            double used = 0;
            while (matcher.find()) {
                used += Double.parseDouble(matcher.group(1));
            }
            return used;
        } catch (IOException e) {
            return 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 0;
        }
    }

    @SuppressWarnings("SystemOut")
    private boolean report(long total, List<Double> heap, boolean warm) {
        long events = total * BATCH;
        System.out.printf(
                "sent %d events in %d requests, of which %d were repetitions; %d requests were answered with 200%n",
                events, requests.get(), repeated.get(), answered.get());
        boolean good = answered.get() == total;
        good &= compare("Kinesis", aws.stream("events").records().stream().map(KinesisRecord::text), events);
        good &= compare(
                "Firehose",
                aws.deliveryStream("lake").records().stream().map(data -> new String(data, StandardCharsets.UTF_8)),
                events);
        double early = leastHeap(heap, 0.1, 0.4);
        double late = leastHeap(heap, 0.7, 1.0);
        System.out.printf("least heap in use: %.1f MB early, %.1f MB late%n", early / 1e6, late / 1e6);
        return good && (!warm || late <= 1.25 * early);
    }

    @SuppressWarnings("SystemOut")
    private static boolean compare(String service, Stream<String> records, long events) {
        Map<String, Integer> arrivals = new HashMap<>();
        records.forEach(record -> {
            Matcher matcher = ID.matcher(record);
            if (matcher.find()) {
                arrivals.merge(matcher.group(1), 1, Integer::sum);
            }
        });
        long twice = arrivals.values().stream().filter(times -> times > 1).count();
        System.out.printf("%s: %d lost, %d arrived more than once%n", service, events - arrivals.size(), twice);
        return arrivals.size() == events;
    }

    /** Returns the least heap in use in a part of the run, that is, after collections. */
    private static double leastHeap(List<Double> samples, double from, double to) {
        return samples.subList((int) (samples.size() * from), (int) (samples.size() * to)).stream()
                .mapToDouble(Double::doubleValue)
                .filter(used -> used > 0)
                .min()
                .orElseThrow(() -> new IllegalStateException("the app's /q/metrics did not tell its heap"));
    }

    /** Refuses one of twenty records, and fails a whole call after one of twenty calls. */
    private static final class RandomFaults {

        private static final double SHARE = 0.05;

        private final LocalAws aws;
        private final Random random = new Random(1);

        RandomFaults(LocalAws aws) {
            this.aws = aws;
        }

        void begin() {
            for (String service : List.of("kinesis", "firehose")) {
                String put = service + ":Put*";
                aws.faults().on(put).failRecords(SHARE, "ServiceUnavailableException");
                aws.faults().on(put).run(() -> maybe(put));
            }
        }

        private synchronized void maybe(String put) {
            if (random.nextDouble() >= SHARE) {
                return;
            }
            FaultRule next = aws.faults().on(put).times(1);
            switch (random.nextInt(9)) {
                case 0 -> next.fail("InternalFailure");
                case 1 -> next.fail("ThrottlingException");
                case 2 -> next.fail("ExpiredTokenException");
                case 3 -> next.cutConnection();
                case 4 -> next.afterStoring().cutConnection();
                case 5 -> next.htmlPage(502);
                case 6 -> next.delay(Duration.ofMillis(500));
                case 7 -> next.truncateAnswer();
                default -> next.neverAnswer();
            }
        }
    }
}
