package io.camelsegment.example.javadsl;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.camelsegment.localaws.Fault;
import io.camelsegment.localaws.LocalAws;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.camel.component.platform.http.PlatformHttpComponent;
import org.apache.camel.main.Main;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CollectorTest {

    private final LocalAws aws = LocalAws.start();
    private final Main main = LocalMain.main(aws);

    @TempDir
    Path deadLetters;

    @BeforeEach
    void start() {
        main.addOverrideProperty("camel.server.port", "0");
        main.addOverrideProperty("dead.letters", deadLetters.toString());
        main.addOverrideProperty("replay.delay", "100");
        main.start();
    }

    @AfterEach
    void stop() {
        main.stop();
        aws.close();
    }

    @Test
    void deliversByTheMapping() throws Exception {
        post("identify", "\"traits\":{\"email\":\"ann@example.com\"}");
        post("track", "\"event\":\"Debug Button\"");
        post("page", "\"name\":\"Home\"");

        assertThat(lines("everything"))
                .hasLineCount(1)
                .contains("\"type\":\"identify\"")
                .doesNotContain("ann@example.com");
        assertThat(lines("pages")).hasLineCount(1).contains("\"name\":\"Home\"");
    }

    @Test
    void deliversLaterWhatAFailingStreamDidNotTake() throws Exception {
        Fault fault = aws.faults().on("PutRecordBatch").fail("ValidationException");
        post("track", "\"event\":\"User Registered\"");
        assertThat(lines("new_users")).isEmpty();

        fault.remove();

        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> assertThat(deadLetters).isEmptyDirectory());
        assertThat(lines("new_users")).hasLineCount(1).contains("\"event\":\"User Registered\"");
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
