package io.camelsegment.example.stocksinks;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

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

class StockSinksTest {

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
        System.clearProperty("aws.accessKeyId");
        System.clearProperty("aws.secretAccessKey");
    }

    @Test
    void deliversEventsByCamelsOwnProducersBeforeItAnswers() throws Exception {
        post("{\"type\":\"page\",\"userId\":\"user_1\",\"name\":\"Home\"},"
                + "{\"type\":\"page\",\"userId\":\"user_2\",\"name\":\"Cart\"},"
                + "{\"type\":\"track\",\"userId\":\"user_1\",\"event\":\"Order Completed\"}");

        assertThat(new String(aws.deliveryStream("pages").content(), UTF_8))
                .hasLineCount(2)
                .contains("Home", "Cart");
        assertThat(aws.calls().of("PutRecordBatch").meanRecords()).isEqualTo(2);
        assertThat(aws.stream("events").records()).singleElement().satisfies(record -> assertThat(record.partitionKey())
                .isEqualTo("user_1"));
    }

    private void post(String events) throws Exception {
        int port = main.getCamelContext()
                .getComponent("platform-http", PlatformHttpComponent.class)
                .getEngine()
                .getServerPort();
        String json = "{\"writeKey\":\"WRITE_KEY\",\"batch\":[" + events + "]}";
        HttpResponse<String> answer = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .build()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/v1/batch"))
                                .POST(HttpRequest.BodyPublishers.ofString(json))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(answer.body()).isEqualTo("{\"success\":true}");
    }
}
