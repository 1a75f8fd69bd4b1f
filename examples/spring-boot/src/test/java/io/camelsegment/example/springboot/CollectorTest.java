package io.camelsegment.example.springboot;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.camelsegment.localaws.KinesisRecord;
import io.camelsegment.localaws.LocalAws;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.apache.camel.CamelContext;
import org.apache.camel.component.platform.http.PlatformHttpComponent;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;

class CollectorTest {

    @Test
    void deliversByTheMappingAndAllEventsToKinesis() throws Exception {
        try (LocalAws aws = LocalAws.start();
                ConfigurableApplicationContext app = LocalMain.main(aws).run("--collector.port=0")) {
            int port = app.getBean(CamelContext.class)
                    .getComponent("platform-http", PlatformHttpComponent.class)
                    .getEngine()
                    .getServerPort();

            post(port, "identify", "\"traits\":{\"email\":\"ann@example.com\"}");
            post(port, "track", "\"event\":\"User Registered\"");
            post(port, "page", "\"name\":\"Home\"");

            assertThat(aws.stream("events").records()).hasSize(3);
            assertThat(aws.stream("events").records())
                    .extracting(KinesisRecord::text)
                    .first()
                    .asString()
                    .contains("\"type\":\"identify\"")
                    .doesNotContain("ann@example.com");
            assertThat(lines(aws, "new_users")).hasLineCount(1).contains("\"event\":\"User Registered\"");
            assertThat(lines(aws, "pages")).hasLineCount(1).contains("\"name\":\"Home\"");
        }
    }

    private static String lines(LocalAws aws, String deliveryStream) {
        return new String(aws.deliveryStream(deliveryStream).content(), UTF_8);
    }

    private static void post(int port, String type, String members) throws Exception {
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
