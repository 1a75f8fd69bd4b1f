package io.camelsegment.example.tenants;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.camelsegment.localaws.Call;
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

class TenantsTest {

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
    void deliversTheEventsOfEachTenantToItsAccount() throws Exception {
        post("SHOP_KEY", "Order Completed");
        post("BANK_KEY", "Account Opened");

        assertThat(aws.region("us-west-2").stream("shop-events").records())
                .singleElement()
                .satisfies(
                        record -> assertThat(new String(record.data(), UTF_8)).contains("Order Completed"));
        assertThat(new String(
                        aws.region("eu-west-1").deliveryStream("bank-events").content(), UTF_8))
                .hasLineCount(1)
                .contains("Account Opened");
        assertThat(caller("PutRecords")).contains("111111111111");
        assertThat(caller("PutRecordBatch")).contains("222222222222");
    }

    private String caller(String action) {
        return aws.calls().recent().stream()
                .filter(call -> call.action().endsWith(action))
                .map(Call::principal)
                .findFirst()
                .orElseThrow();
    }

    private void post(String writeKey, String event) throws Exception {
        int port = main.getCamelContext()
                .getComponent("platform-http", PlatformHttpComponent.class)
                .getEngine()
                .getServerPort();
        String json = "{\"writeKey\":\"" + writeKey + "\",\"userId\":\"user_1\",\"event\":\"" + event + "\"}";
        HttpResponse<String> answer = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .build()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/v1/track"))
                                .POST(HttpRequest.BodyPublishers.ofString(json))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(answer.body()).isEqualTo("{\"success\":true}");
    }
}
