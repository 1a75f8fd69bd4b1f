package io.camelsegment.example.engage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.camelsegment.localaws.LocalAws;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.apache.camel.component.platform.http.PlatformHttpComponent;
import org.apache.camel.main.Main;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CollectorTest {

    private static final String TIME = "2026-11-30T01:02:03.004Z";

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
    void deliversIdentifyAndTrackEventsOfAudiencesAsMemberships() throws Exception {
        String personas = "\"context\":{\"personas\":{\"computation_class\":\"%s\",\"computation_key\":\"%s\"}}";
        post("\"type\":\"identify\",\"userId\":\"ann\",\"traits\":{\"vip\":true},"
                + personas.formatted("audience", "vip"));
        post("\"type\":\"track\",\"userId\":\"bob\",\"event\":\"Audience Exited\","
                + "\"properties\":{\"audience_key\":\"vip\",\"vip\":false}");
        post("\"type\":\"identify\",\"userId\":\"cid\",\"traits\":{\"loyal\":true},"
                + personas.formatted("trait", "loyal"));
        post("\"type\":\"track\",\"userId\":\"dan\",\"event\":\"Trait Computed\","
                + "\"properties\":{\"trait_key\":\"loyal\",\"loyal\":true}");

        assertThat(memberships())
                .containsExactlyInAnyOrder(
                        "{\"user\":\"ann\",\"audience\":\"vip\",\"member\":true,\"at\":\"" + TIME + "\"}",
                        "{\"user\":\"bob\",\"audience\":\"vip\",\"member\":false,\"at\":\"" + TIME + "\"}");
    }

    @Test
    void refusesAWrongSignature() throws Exception {
        String json = "{\"type\":\"identify\",\"userId\":\"ann\",\"traits\":{\"vip\":true}}";

        assertThat(send(json, "0".repeat(40)).statusCode()).isEqualTo(400);
        assertThat(memberships()).isEmpty();
    }

    private List<String> memberships() {
        return aws.stream("memberships").records().stream()
                .map(record -> new String(record.data(), UTF_8))
                .toList();
    }

    private void post(String members) throws Exception {
        String json = "{" + members + ",\"timestamp\":\"" + TIME + "\","
                + "\"integrations\":{\"All\":false,\"Webhooks\":true}}";
        Mac mac = Mac.getInstance("HmacSHA1");
        mac.init(new SecretKeySpec("SHARED_SECRET".getBytes(UTF_8), "HmacSHA1"));
        assertThat(send(json, HexFormat.of().formatHex(mac.doFinal(json.getBytes(UTF_8))))
                        .body())
                .isEqualTo("{\"success\":true}");
    }

    private HttpResponse<String> send(String json, String signature) throws Exception {
        int port = main.getCamelContext()
                .getComponent("platform-http", PlatformHttpComponent.class)
                .getEngine()
                .getServerPort();
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .build()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/v1/webhook/engage"))
                                .header("X-Signature", signature)
                                .POST(HttpRequest.BodyPublishers.ofString(json))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }
}
