package io.camelsegment.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.camelsegment.localaws.Fault;
import io.camelsegment.localaws.LocalAws;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * The doctor's report in the running app, with the settings of {@link CollectorResource}: the role of misled is
 * refused.
 */
@QuarkusTest
@QuarkusTestResource(CollectorResource.class)
class DoctorPageTest {

    @TestHTTPResource(value = "/segment/permissions", management = true)
    URI page;

    @TestHTTPResource(value = "/health", management = true)
    URI health;

    LocalAws aws;

    private final HttpClient http = Api.http1();

    @Test
    void theReportOfTheStartIsThere() {
        HttpResponse<String> answer =
                await().atMost(Duration.ofMinutes(1)).until(this::get, a -> a.statusCode() == 200);

        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/json");
        assertThat(answer.body()).doesNotContain("s3cr3t").doesNotContain("_KEY");
        JsonNode report = Api.json(answer.body());
        assertThat(report.get("fails").asBoolean()).isTrue();
        assertThat(report.get("destinations").findValuesAsText("name").stream().filter(name -> !name.contains("-")))
                .contains("analytics", "lake", "misled", "optional");
        assertThat(outcome(report, "analytics")).isEqualTo("pass");
        assertThat(outcome(report, "optional")).isEqualTo("pass");
        assertThat(outcome(report, "misled")).isEqualTo("fail");
    }

    /** The only one here, since there is one a minute. */
    @Test
    void aPostExaminesAnew() throws Exception {
        Fault missing =
                aws.faults().on("DescribeDeliveryStream").resource("pages").fail("ResourceNotFoundException");

        HttpResponse<String> answer = http.send(
                HttpRequest.newBuilder(page)
                        .POST(HttpRequest.BodyPublishers.noBody())
                        .build(),
                HttpResponse.BodyHandlers.ofString());

        missing.remove();
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(outcome(Api.json(answer.body()), "lake")).isEqualTo("fail");
    }

    @Test
    void healthTellsWhatFailsAndStaysUp() throws Exception {
        await().atMost(Duration.ofMinutes(1)).until(() -> get().statusCode() == 200);

        String body = http.send(HttpRequest.newBuilder(health).build(), HttpResponse.BodyHandlers.ofString())
                .body();

        assertThat(body).doesNotContain("s3cr3t");
        JsonNode check = IntStream.range(0, Api.json(body).get("checks").size())
                .mapToObj(i -> Api.json(body).get("checks").get(i))
                .filter(node -> node.get("name").asText().equals("segment-permissions"))
                .findFirst()
                .orElseThrow();
        assertThat(check.get("status").asText()).isEqualTo("UP");
        assertThat(check.get("data").get("misled").asText())
                .startsWith("fail: assume-role: AccessDenied")
                .contains(CollectorResource.LAKE_ROLE);
        assertThat(check.get("data").has("analytics")).isFalse();
    }

    private static String outcome(JsonNode report, String destination) {
        for (JsonNode node : report.get("destinations")) {
            if (node.get("name").asText().equals(destination)) {
                return node.get("outcome").asText();
            }
        }
        throw new AssertionError("no destination " + destination + " in " + report);
    }

    private HttpResponse<String> get() throws Exception {
        return http.send(HttpRequest.newBuilder(page).build(), HttpResponse.BodyHandlers.ofString());
    }
}
