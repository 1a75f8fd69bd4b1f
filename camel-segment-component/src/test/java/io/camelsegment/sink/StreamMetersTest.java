package io.camelsegment.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.camelsegment.localaws.Fault;
import io.camelsegment.localaws.LocalAws;
import io.camelsegment.localaws.LocalAwsExtension;
import io.camelsegment.testing.CapturedLog;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.camel.AsyncProducer;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.ExchangeBuilder;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckRegistry;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What an operator sees of the streams: meters and health. */
@ExtendWith(LocalAwsExtension.class)
class StreamMetersTest {

    private final DefaultCamelContext context = new DefaultCamelContext();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private ProducerTemplate template;
    private LocalAws aws;

    @BeforeEach
    void start(LocalAws localAws) {
        aws = localAws;
        aws.reset();
        aws.createStream("events", 1);
        context.getRegistry().bind("meters", meters);
        context.start();
        template = context.createProducerTemplate();
    }

    @AfterEach
    void stop() {
        context.stop();
    }

    @Test
    void showTheLedgerOfEachStream() throws Exception {
        send("events", "{}");
        send("events", "x".repeat(11 << 20));
        aws.faults().on("PutRecords").times(1).fail("InternalFailure");
        send("events", "{}");
        aws.faults().on("PutRecords").times(1).fail("ValidationException");
        send("events", "{}");

        assertThat(counter("segment.records.accepted", "events")).isEqualTo(4);
        assertThat(counter("segment.records.delivered", "events")).isEqualTo(2);
        assertThat(counter("segment.records.failed", "events")).isEqualTo(1);
        assertThat(counter("segment.records.refused", "events")).isEqualTo(1);
        assertThat(counter("segment.records.retried", "events")).isEqualTo(1);
        // An answer is noted after what it settles.
        await().atMost(Duration.ofMinutes(1))
                .until(() -> meters.get("segment.calls")
                                .tag("stream", "events")
                                .timer()
                                .count()
                        == 4);
        assertThat(gauge("segment.records.held", "events")).isZero();
        assertThat(meters.get("segment.buffered").gauge().value()).isZero();
        assertThat(meters.get("segment.buffered.max").gauge().value()).isEqualTo(64 << 20);
    }

    @Test
    void showTheAgeOfTheOldestRecordThatIsWaitingOrInFlight() throws Exception {
        CompletableFuture<Void> release = new CompletableFuture<>();
        Fault held = aws.faults().on("PutRecords").holdUntil(release);

        CompletableFuture<Exchange> sent = template.asyncSend(uri("events"), exchange());
        await().atMost(Duration.ofMinutes(1)).until(() -> held.hits() == 1);
        double age = gauge("segment.records.oldest", "events");
        await().atMost(Duration.ofMinutes(1)).until(() -> gauge("segment.records.oldest", "events") > age);

        release.complete(null);
        assertThat(sent.get().getException()).isNull();
        assertThat(gauge("segment.records.oldest", "events")).isZero();
    }

    @Test
    void logWhatEachStreamDid() throws Exception {
        aws.createStream("progress", 1);

        List<String> log = CapturedLog.of(() -> {
            send("progress", "{}");
            send("progress", "{}");
            await().atMost(Duration.ofMinutes(1))
                    .until(() -> meters.get("segment.calls")
                                    .tag("stream", "progress")
                                    .timer()
                                    .count()
                            == 2);
            Senders.of(context).logProgress();
            Senders.of(context).logProgress();
            aws.faults().on("PutRecords").times(1).fail("InternalFailure");
            send("progress", "{}");
            Senders.of(context).logProgress();
        });

        List<String> lines = log.stream()
                .filter(line -> line.contains("INFO") && line.contains("progress in"))
                .map(line -> line.replaceAll(".*kinesis progress in us-west-2: ", ""))
                .toList();
        // Perhaps one more, of the minute that has just ended.
        assertThat(lines)
                .hasSizeBetween(2, 3)
                .allMatch(
                        line -> line.matches(
                                "delivered \\d, retried \\d, failed 0, refused 0, waiting 0 records(, 99% of calls within [\\d,]+ ms)?"));
        assertThat(sum(lines, "delivered")).isEqualTo(3);
        assertThat(sum(lines, "retried")).isEqualTo(1);
    }

    private static int sum(List<String> lines, String what) {
        return lines.stream()
                .mapToInt(line -> Integer.parseInt(line.replaceAll(".*" + what + " (\\d).*", "$1")))
                .sum();
    }

    @Test
    void addUpTheSendersOfOneStreamAndKeepWhatAClosedOneDid() throws Exception {
        AsyncProducer one = context.getEndpoint(uri("events")).createAsyncProducer();
        AsyncProducer two =
                context.getEndpoint(uri("events") + "&batchRecords=100").createAsyncProducer();
        one.start();
        two.start();
        one.process(exchange());
        two.process(exchange());
        assertThat(counter("segment.records.delivered", "events")).isEqualTo(2);

        two.stop();
        closeUnused();

        assertThat(counter("segment.records.delivered", "events")).isEqualTo(2);
        one.stop();
        closeUnused();
        assertThat(meters.find("segment.records.delivered").meters()).isEmpty();
    }

    private void closeUnused() {
        await().atMost(Duration.ofMinutes(1)).until(() -> !Senders.of(context).closeUnused(Duration.ZERO));
    }

    @Test
    void tellOfAParkedStreamAndOfItsRecovery() throws Exception {
        Fault denied = aws.faults().on("kinesis:Put*").fail("AccessDeniedException");
        assertThat(send("events", "{}").getException()).isNotNull();

        assertThat(gauge("segment.stream.parked", "events")).isEqualTo(1);
        HealthCheck.Result parked = health().callReadiness();
        assertThat(parked.getState()).isEqualTo(HealthCheck.State.UP);
        assertThat(parked.getDetails()).containsEntry("kinesis events in us-west-2", "PARKED: AccessDeniedException");

        denied.remove();
        await().atMost(Duration.ofMinutes(1)).until(() -> send("events", "{}").getException() == null);

        assertThat(gauge("segment.stream.parked", "events")).isZero();
        assertThat(health().callReadiness().getDetails()).doesNotContainKey("kinesis events in us-west-2");
    }

    @Test
    void tellWhatToMendOfAStreamThatDeliversNevertheless() throws Exception {
        aws.faults().on("PutRecords").fail("AccessDeniedException");

        assertThat(send("events", "{}").getException()).isNull();

        assertThat(health().callReadiness().getDetails())
                .containsEntry(
                        "kinesis events in us-west-2",
                        "kinesis:PutRecords is not allowed, so records are sent one by one");
    }

    @Test
    void areGoneWhenTheSinkIs() throws Exception {
        send("events", "{}");
        HealthCheckRegistry registry = HealthCheckRegistry.get(context);

        context.stop();

        assertThat(meters.getMeters()).isEmpty();
        assertThat(registry.getCheck("segment-delivery")).isEmpty();
    }

    @Test
    void tellTheContextsApartThatShareARegistryAndStayWhenTheOtherStops() throws Exception {
        DefaultCamelContext other = new DefaultCamelContext();
        other.getRegistry().bind("meters", meters);
        other.start();
        send("events", "{}");
        send(other);
        send(other);

        assertThat(delivered(context)).isEqualTo(1);
        assertThat(delivered(other)).isEqualTo(2);
        assertThat(meters.find("segment.buffered").gauges()).hasSize(2);

        context.stop();

        send(other);
        assertThat(delivered(other)).isEqualTo(3);
        assertThat(meters.find("segment.records.delivered").meters()).hasSize(1);
        assertThat(meters.find("segment.buffered").gauges()).hasSize(1);
        other.stop();
        assertThat(meters.getMeters()).isEmpty();
    }

    private double delivered(DefaultCamelContext of) {
        return meters.get("segment.records.delivered")
                .tags("camelContext", of.getName(), "stream", "events")
                .functionCounter()
                .count();
    }

    private void send(DefaultCamelContext other) {
        other.createProducerTemplate()
                .send(uri("events"), exchange -> exchange.getIn().setBody("{}"));
    }

    private HealthCheck health() {
        return HealthCheckRegistry.get(context).getCheck("segment-delivery").orElseThrow();
    }

    private Exchange send(String stream, String body) {
        return template.send(uri(stream), exchange -> exchange.getIn().setBody(body));
    }

    private Exchange exchange() {
        return ExchangeBuilder.anExchange(context).withBody("{}").build();
    }

    private String uri(String stream) {
        return "segment-kinesis:" + stream + "?accessKey=AKIDTEST&secretKey=SECRETTEST&uriEndpointOverride="
                + aws.endpoint();
    }

    private double counter(String name, String stream) {
        return meters.get(name)
                .tags("service", "kinesis", "region", "us-west-2", "stream", stream)
                .functionCounter()
                .count();
    }

    private double gauge(String name, String stream) {
        return meters.get(name).tags("stream", stream).gauge().value();
    }
}
