package io.camelsegment.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.camelsegment.app.routes.AwsAccess;
import io.camelsegment.app.routes.Destination;
import io.camelsegment.app.routes.Destination.Duty;
import io.camelsegment.app.routes.SegmentRoutes;
import io.camelsegment.app.routes.Source;
import io.camelsegment.aws.SegmentCredentials;
import io.camelsegment.delivery.MemoryBudget;
import io.camelsegment.localaws.Fault;
import io.camelsegment.localaws.LocalAws;
import io.camelsegment.routes.MappingTable;
import io.camelsegment.sink.Senders;
import io.camelsegment.sink.SharedBeans;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServer;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServerConfiguration;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

/** What happens to requests and records between the order to stop and the stop. */
class DrainTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration LONG = Duration.ofHours(1);
    private static final Duration SHORT = Duration.ofMillis(200);

    private final LocalAws aws = LocalAws.start();
    private final DefaultCamelContext context = new DefaultCamelContext(new DefaultRegistry());
    private final MemoryBudget budget = SharedBeans.memoryBudget(context);
    private Api api;

    @BeforeEach
    void start() throws Exception {
        aws.createStream("events", 1);
        aws.createDeliveryStream("lake");
        SegmentCredentials credentials = new SegmentCredentials();
        credentials.setEndpointOverride(aws.endpoint());
        credentials.setBaseCredentials(StaticCredentialsProvider.create(AwsBasicCredentials.create("AKID", "SECRET")));
        context.getRegistry().bind(SegmentCredentials.BEAN, credentials);
        VertxPlatformHttpServerConfiguration http = new VertxPlatformHttpServerConfiguration();
        http.setBindHost("127.0.0.1");
        http.setBindPort(0);
        VertxPlatformHttpServer server = new VertxPlatformHttpServer(http);
        context.addService(server);
        AwsAccess access = new AwsAccess("us-west-2", null, null, aws.endpoint());
        context.addRoutes(new SegmentRoutes(
                List.of(new Source("web", "WEB")),
                List.of(
                        new Destination.Kinesis("analytics", Set.of("web"), access, Duty.REQUIRED, "events", false),
                        new Destination.Firehose(
                                "lake",
                                Set.of("web"),
                                access,
                                new Duty(false, null),
                                Map.of("*", List.of("lake")),
                                MappingTable.Match.ALL))));
        // Tests that stall a destination do not wait for it at their end.
        context.getShutdownStrategy().setTimeout(1);
        context.start();
        api = new Api(URI.create("http://127.0.0.1:" + server.getServer().actualPort()));
    }

    @AfterEach
    void stop() {
        context.stop();
        aws.close();
    }

    @Test
    void waitsUntilTheRequestsUnderWayAreDeliveredAndAnswered() throws Exception {
        Fault silence = aws.faults().on("PutRecords").fail("InternalFailure");
        CompletableFuture<HttpResponse<String>> taken = track();
        await().atMost(PATIENCE).until(() -> aws.calls().of("PutRecords").calls() > 0);

        CompletableFuture<Void> drain = CompletableFuture.runAsync(() -> new Drain(LONG, LONG).run(context));
        awaitRefusal();
        assertThat(drain).isNotDone();
        silence.remove();

        drain.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        assertThat(taken.get(PATIENCE.toSeconds(), TimeUnit.SECONDS).statusCode())
                .isEqualTo(200);
        assertThat(budget.heldBytes()).isZero();
    }

    @Test
    void givesUpInAnOutageSoThatSendersComeAgain() throws Exception {
        aws.faults().on("kinesis:Put*").neverAnswer();
        CompletableFuture<HttpResponse<String>> taken = track();
        await().atMost(PATIENCE).until(() -> aws.calls().of("PutRecords").calls() > 0);

        new Drain(SHORT, LONG).run(context);

        HttpResponse<String> answer = taken.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        assertThat(answer.statusCode()).isEqualTo(429);
        assertThat(answer.headers().firstValue("Retry-After")).isPresent();
    }

    /** It would stall for as long as its records live. */
    @Test
    void doesNotWaitLongForADestinationThatIsNotRequired() throws Exception {
        aws.faults().on("firehose:Put*").neverAnswer();
        assertThat(track().get(PATIENCE.toSeconds(), TimeUnit.SECONDS).statusCode())
                .isEqualTo(200);
        await().atMost(PATIENCE).until(() -> budget.heldBytes() > 0);

        CompletableFuture<Void> drain = CompletableFuture.runAsync(() -> new Drain(LONG, SHORT).run(context));

        drain.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        assertThat(budget.heldBytes()).as("still stalled").isPositive();
    }

    @Test
    void waitsALittleForADestinationThatIsNotRequired() throws Exception {
        Fault failing = aws.faults().on("firehose:Put*").fail("InternalFailure");
        assertThat(track().get(PATIENCE.toSeconds(), TimeUnit.SECONDS).statusCode())
                .isEqualTo(200);
        await().atMost(PATIENCE).until(() -> budget.heldBytes() > 0);

        CompletableFuture<Void> drain = CompletableFuture.runAsync(() -> new Drain(LONG, LONG).run(context));
        awaitRefusal();
        assertThat(drain).isNotDone();
        failing.remove();

        drain.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        assertThat(aws.deliveryStream("lake").records()).isNotEmpty();
        assertThat(budget.heldBytes()).isZero();
    }

    @Test
    void itsTimeAndThatOfTheOtherStepsAreThoseOfThePageAndFitTheGraceOfKubernetes() throws Exception {
        String page = Files.readString(Path.of("../docs/operations.md"));
        Properties app = new Properties();
        try (var file = getClass().getResourceAsStream("/application.properties")) {
            app.load(file);
        }

        Duration sum = Duration.ZERO;
        sum = sum.plus(row(page, "Requests under way", Drain.DEFAULT.requests()));
        sum = sum.plus(row(page, "Readiness is down", duration(app, "quarkus.shutdown.delay")));
        sum = sum.plus(row(page, "Answers to requests", Drain.LAST_ANSWERS));
        sum = sum.plus(row(page, "Exchanges of your", duration(app, "camel.main.shutdown-timeout")));
        sum = sum.plus(row(page, "Records that are left", Senders.STOP_TIME));
        sum = sum.plus(row(page, "Threads whose", Senders.CALLBACKS_STOP_TIME.multipliedBy(2)));
        sum = sum.plus(row(page, "Connections to AWS", Senders.CONNECTIONS_STOP_TIME));

        assertThat(row(page, "Total", sum)).isLessThan(Duration.ofSeconds(30));
        assertThat(page).contains("at most " + Drain.DEFAULT.others().toSeconds() + " s for other records");
        assertThat(Drain.DEFAULT.others()).isLessThan(Drain.DEFAULT.requests());
    }

    private static Duration duration(Properties properties, String key) {
        return Duration.ofSeconds(Long.parseLong(properties.getProperty(key).replace("s", "")));
    }

    /** Returns the time, which the row must name. */
    private static Duration row(String page, String step, Duration time) {
        Matcher row = Pattern.compile("\\| " + step + "[^|]*\\| (\\d+) s \\|").matcher(page);
        assertThat(row.find()).as(step).isTrue();
        assertThat(row.group(1)).as(step).isEqualTo(String.valueOf(time.toSeconds()));
        return time;
    }

    /** Sends events, which nobody answers as long as they are taken, until one is refused. */
    private void awaitRefusal() {
        List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
        await().atMost(PATIENCE).until(() -> {
            answers.add(track());
            return answers.stream()
                    .anyMatch(answer -> answer.isDone() && answer.join().statusCode() == 503);
        });
    }

    private CompletableFuture<HttpResponse<String>> track() {
        return api.postAsync("/v1/track", "WEB", "{\"userId\":\"u\",\"event\":\"Signed Up\"}");
    }
}
