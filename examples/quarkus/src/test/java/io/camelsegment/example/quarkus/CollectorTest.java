package io.camelsegment.example.quarkus;

import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.is;

import io.camelsegment.localaws.KinesisRecord;
import io.camelsegment.localaws.LocalAws;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import java.io.IOException;
import java.net.Socket;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A YAML and a Java route that split events by type and name, to Camel's own producers and to ours. */
@QuarkusTest
@QuarkusTestResource(LocalAwsResource.class)
class CollectorTest {

    private static final String TIME = "2026-01-02T03:04:05.678Z";

    LocalAws aws;

    @ParameterizedTest
    @CsvSource({"web, WRITE_KEY", "server, SERVER_KEY"})
    void deliversEventsByTypeAndNameBeforeItAnswers(String route, String writeKey) {
        String registered = post(writeKey, "track", "\"messageId\":\"" + route + "1\",\"event\":\"User Registered\"");
        String ordered = post(
                writeKey,
                "track",
                "\"messageId\":\"" + route + "2\",\"event\":\"Order\",\"userId\":\"ann@acme.example\"");
        String user = post(writeKey, "identify", "\"messageId\":\"" + route + "3\",\"traits\":{\"name\":\"Zo\u00eb\"}");
        String page = post(writeKey, "page", "\"messageId\":\"" + route + "4\",\"name\":\"Home\"");

        assertThat(lines("new_users")).containsOnlyOnce(registered + "\n");
        assertThat(lines("pages")).containsOnlyOnce(page + "\n");
        assertThat(records("users")).containsOnlyOnce(user);
        assertThat(records("events")).containsOnlyOnce(ordered);
        assertThat(aws.stream("events").records())
                .extracting(KinesisRecord::partitionKey)
                .containsOnly("acme.example");
    }

    /** Pixels send such addresses, which Quarkus alone refuses, and Java's clients do not make them. */
    @Test
    void acceptsAStrayPercentSignInAnAddress() throws IOException {
        try (Socket socket = new Socket("localhost", RestAssured.port)) {
            String request = String.join(
                    "\r\n",
                    "GET /v1/pixel/page?writeKey=WRITE_KEY&userId=u&properties.subject=50%%20off HTTP/1.1",
                    "Host: localhost",
                    "Connection: close",
                    "",
                    "");
            socket.getOutputStream().write(request.getBytes(UTF_8));

            assertThat(new String(socket.getInputStream().readAllBytes(), UTF_8))
                    .startsWith("HTTP/1.1 200 ");
        }
        assertThat(lines("pages")).anyMatch(line -> line.contains("\"subject\":\"50% off\""));
    }

    /** Posts an event and returns its record, but for the time when it was received. */
    private static String post(String writeKey, String type, String members) {
        String json = "{\"anonymousId\":\"a1\"," + members + ",\"timestamp\":\"" + TIME + "\"";
        given().auth()
                .preemptive()
                .basic(writeKey, "")
                .body((json + "}").getBytes(UTF_8))
                .post("/v1/" + type)
                .then()
                .statusCode(200)
                .body(is("{\"success\":true}"));
        return json + ",\"type\":\"" + type + "\",\"originalTimestamp\":\"" + TIME + "\",\"receivedAt\":\"\"}";
    }

    private List<String> lines(String deliveryStream) {
        return List.of(
                withoutReceivedAt(aws.deliveryStream(deliveryStream).content()).split("(?<=\n)"));
    }

    private List<String> records(String stream) {
        return aws.stream(stream).records().stream()
                .map(record -> withoutReceivedAt(record.data()))
                .toList();
    }

    private static String withoutReceivedAt(byte[] records) {
        return new String(records, UTF_8).replaceAll("(\"receivedAt\":\")[-0-9T:.]+Z", "$1");
    }
}
