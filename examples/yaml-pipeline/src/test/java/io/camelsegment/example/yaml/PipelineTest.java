package io.camelsegment.example.yaml;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.camelsegment.localaws.KinesisRecord;
import io.camelsegment.localaws.LocalAws;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.apache.camel.component.platform.http.PlatformHttpComponent;
import org.apache.camel.main.Main;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PipelineTest {

    private final LocalAws aws = LocalAws.start();
    private final Main main = LocalMain.main(aws);

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
    void deliversEventsByNameAndTypeBeforeItAnswers() throws Exception {
        post("track", "\"event\":\"User Registered\",\"context\":{\"ip\":\"8.8.8.8\"}");
        post("page", "\"name\":\"Home\"");
        post("track", "\"event\":\"Order Completed\"");

        assertThat(aws.stream("events").records())
                .hasSize(3)
                .allSatisfy(record -> assertThat(record.partitionKey()).isEqualTo("user_1"))
                .extracting(KinesisRecord::data)
                .noneSatisfy(json -> assertThat(new String(json, UTF_8)).contains("8.8.8.8"));
        assertThat(lines("new_users")).hasLineCount(1).contains("\"event\":\"User Registered\"");
        assertThat(lines("pages")).hasLineCount(1).contains("\"name\":\"Home\"");
    }

    private String lines(String deliveryStream) {
        return new String(aws.deliveryStream(deliveryStream).content(), UTF_8);
    }

    private void post(String type, String members) throws Exception {
        int port = main.getCamelContext()
                .getComponent("platform-http", PlatformHttpComponent.class)
                .getEngine()
                .getServerPort();
        String json = "{\"writeKey\":\"WRITE_KEY\",\"userId\":\"user_1\"," + members + "}";
        HttpResponse<String> answer = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .build()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/v1/" + type))
                                .POST(HttpRequest.BodyPublishers.ofString(json))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(answer.body()).isEqualTo("{\"success\":true}");
    }
}
