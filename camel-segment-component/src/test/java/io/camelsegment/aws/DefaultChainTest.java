package io.camelsegment.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.camelsegment.localaws.LocalAws;
import io.camelsegment.localaws.LocalAwsExtension;
import io.camelsegment.testing.CapturedLog;
import io.camelsegment.testing.OwnJvm;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.ExchangeBuilder;
import org.apache.camel.health.HealthCheckRegistry;
import org.apache.camel.impl.DefaultCamelContext;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * AWS's default chain, of which this process has only the system properties: no profile that fits, no metadata service.
 */
@ExtendWith(LocalAwsExtension.class)
@OwnJvm("sets system properties that every AWS client reads")
class DefaultChainTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String OF_ANOTHER =
            """
            [another]
            aws_access_key_id = AKIDANOTHER
            aws_secret_access_key = FILESECRET
            """;

    @TempDir
    Path directory;

    private final DefaultCamelContext context = new DefaultCamelContext();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private LocalAws aws;
    private ProducerTemplate template;

    @BeforeEach
    void start(LocalAws localAws) throws IOException {
        aws = localAws;
        aws.reset();
        aws.createStream("events", 2);
        Path credentials = Files.writeString(directory.resolve("credentials"), OF_ANOTHER);
        System.setProperty("aws.sharedCredentialsFile", credentials.toString());
        System.setProperty("aws.configFile", directory.resolve("config").toString());
        System.setProperty("aws.disableEc2Metadata", "true");
        context.getRegistry().bind("meters", meters);
        context.start();
        template = context.createProducerTemplate();
    }

    @AfterEach
    void stop() {
        context.stop();
        Stream.of("sharedCredentialsFile", "configFile", "disableEc2Metadata", "accessKeyId", "secretAccessKey")
                .forEach(name -> System.clearProperty("aws." + name));
    }

    @Test
    void waitsForCredentialsAndSaysOnceWhatIsMissing() throws Exception {
        List<String> lines = CapturedLog.of(log -> {
            CompletableFuture<Exchange> sent = template.asyncSend(
                    "segment-kinesis:events?uriEndpointOverride=" + aws.endpoint(),
                    ExchangeBuilder.anExchange(context).withBody("{}").build());
            await().atMost(PATIENCE).untilAsserted(() -> {
                assertThat(log.lines()).anyMatch(line -> line.contains("no AWS credentials"));
                assertThat(health()).containsValue("FAILING: NoCredentials");
            });
            double retried = retried();
            await().atMost(PATIENCE).until(() -> retried() >= retried + 2); // each time it could be logged again

            System.setProperty("aws.accessKeyId", "AKIDLATE");
            System.setProperty("aws.secretAccessKey", "LATESECRET");

            assertThat(sent.get(30, TimeUnit.SECONDS).getException()).isNull();
        });
        assertThat(aws.stream("events").recordCount()).isEqualTo(1);
        assertThat(lines)
                .filteredOn(line -> line.contains("no AWS credentials"))
                .singleElement(InstanceOfAssertFactories.STRING)
                .doesNotContain("FILESECRET")
                .contains(
                        "Kinesis stream events takes no records, they are sent again: NoCredentials: no AWS credentials;"
                                + " give this process a role");
    }

    private double retried() {
        return meters.get("segment.records.retried").functionCounter().count();
    }

    private Map<String, Object> health() {
        return HealthCheckRegistry.get(context)
                .getCheck("segment-delivery")
                .map(check -> check.call().getDetails())
                .orElse(Map.of());
    }
}
