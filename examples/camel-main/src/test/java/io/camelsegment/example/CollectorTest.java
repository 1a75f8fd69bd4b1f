package io.camelsegment.example;

import static org.assertj.core.api.Assertions.assertThat;

import io.camelsegment.localaws.DeliveryStream;
import io.camelsegment.localaws.KinesisRecord;
import io.camelsegment.localaws.KinesisStream;
import io.camelsegment.localaws.LocalAws;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.apache.camel.component.platform.http.PlatformHttpComponent;
import org.apache.camel.main.Main;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CollectorTest {

    private final LocalAws aws = LocalAws.start();
    private final KinesisStream events = aws.createStream("events", 2);
    private final DeliveryStream newUsers = aws.createDeliveryStream("new_users");
    private final Main main = Collector.main(aws);

    @BeforeEach
    void start() {
        main.addOverrideProperty("camel.server.port", "0");
        main.start();
    }

    @AfterEach
    void stop() {
        main.stop();
        aws.close();
    }

    @Test
    void deliversTheEventsOfARouteFileBeforeItAnswers() throws Exception {
        assertThat(post("/v1/track", "{\"userId\":\"user_1\",\"event\":\"User Registered\"}"))
                .isEqualTo("200 {\"success\":true}");
        assertThat(post("/v1/page", "{\"userId\":\"user_1\",\"name\":\"Home\"}"))
                .isEqualTo("200 {\"success\":true}");

        assertThat(events.records()).extracting(KinesisRecord::partitionKey).containsExactly("user_1", "user_1");
        assertThat(new String(newUsers.content(), StandardCharsets.UTF_8))
                .startsWith("{\"userId\":\"user_1\",\"event\":\"User Registered\",")
                .endsWith("}\n")
                .hasLineCount(1);
    }

    private String post(String path, String json) throws Exception {
        int port = main.getCamelContext()
                .getComponent("platform-http", PlatformHttpComponent.class)
                .getEngine()
                .getServerPort();
        String credentials = Base64.getEncoder().encodeToString("WRITE_KEY:".getBytes(StandardCharsets.UTF_8));
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .header("Authorization", "Basic " + credentials)
                .POST(HttpRequest.BodyPublishers.ofString(json))
                .build();
        HttpResponse<String> response = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .build()
                .send(request, HttpResponse.BodyHandlers.ofString());
        return response.statusCode() + " " + response.body();
    }
}
