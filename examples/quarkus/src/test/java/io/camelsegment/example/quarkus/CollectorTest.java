package io.camelsegment.example.quarkus;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.is;

import io.camelsegment.localaws.DeliveryStream;
import io.camelsegment.localaws.KinesisRecord;
import io.camelsegment.localaws.KinesisStream;
import io.camelsegment.localaws.LocalAws;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(LocalAwsResource.class)
class CollectorTest {

    LocalAws aws;

    @Test
    void deliversTheEventsOfARouteFileBeforeItAnswers() {
        post("/v1/track", "{\"userId\":\"ann@acme.example\",\"event\":\"User Registered\"}");
        post("/v1/page", "{\"userId\":\"user_1\",\"name\":\"Home\"}");

        KinesisStream events = aws.stream("events");
        assertThat(events.records())
                .extracting(KinesisRecord::partitionKey)
                .containsExactlyInAnyOrder("acme.example", "user_1");
        DeliveryStream newUsers = aws.deliveryStream("new_users");
        assertThat(new String(newUsers.content(), StandardCharsets.UTF_8))
                .startsWith("{\"userId\":\"ann@acme.example\",\"event\":\"User Registered\",")
                .endsWith("}\n")
                .hasLineCount(1);
    }

    private static void post(String path, String json) {
        given().auth()
                .preemptive()
                .basic("WRITE_KEY", "")
                .body(json)
                .post(path)
                .then()
                .statusCode(200)
                .body(is("{\"success\":true}"));
    }
}
