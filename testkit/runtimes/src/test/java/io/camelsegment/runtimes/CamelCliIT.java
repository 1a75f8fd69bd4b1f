package io.camelsegment.runtimes;

import static org.assertj.core.api.Assertions.assertThat;

import io.camelsegment.localaws.LocalAws;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** README's {@code camel run}, with the component alone. */
@Tag("nightly")
class CamelCliIT {

    private static final String ROUTE =
            """
            - route:
                from:
                  uri: segment:web
                  parameters:
                    writeKey: WEB_KEY
                  steps:
                    - to:
                        uri: segment-kinesis:events
                        parameters:
                          uriEndpointOverride: %1$s
                          accessKey: A
                          secretKey: S
                    - to:
                        uri: segment-firehose:lake
                        parameters:
                          uriEndpointOverride: %1$s
                          accessKey: A
                          secretKey: S
            """;

    @TempDir
    Path directory;

    @Test
    void deliversTheEventsOfARouteFile() throws Exception {
        try (LocalAws aws = LocalAws.start()) {
            aws.createStream("events", 1);
            aws.createDeliveryStream("lake");
            Files.writeString(directory.resolve("collector.camel.yaml"), ROUTE.formatted(aws.endpoint()));
            try (CamelRun cli = new CamelRun(directory, List.of("camel-segment"), "collector.camel.yaml")) {
                HttpResponse<String> answer = HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .build()
                        .send(
                                HttpRequest.newBuilder(cli.http().resolve("/v1/track"))
                                        .timeout(Duration.ofMinutes(2))
                                        .POST(HttpRequest.BodyPublishers.ofString(
                                                "{\"writeKey\":\"WEB_KEY\",\"userId\":\"u\",\"event\":\"E\"}"))
                                        .build(),
                                HttpResponse.BodyHandlers.ofString());

                assertThat(answer.body()).as(cli.output()).isEqualTo("{\"success\":true}");
                assertThat(aws.stream("events").records()).hasSize(1);
                assertThat(aws.deliveryStream("lake").records()).hasSize(1);
            }
        }
    }
}
