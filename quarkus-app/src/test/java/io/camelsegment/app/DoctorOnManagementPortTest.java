package io.camelsegment.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;

/** With a management port the doctor's report is there, and nowhere else. */
@QuarkusTest
@QuarkusTestResource(CollectorResource.class)
@TestProfile(SecretsTest.TraceLogAndManagementPort.class)
class DoctorOnManagementPortTest {

    @TestHTTPResource(value = "/segment/permissions", management = true)
    URI managed;

    @TestHTTPResource("/q/segment/permissions")
    URI open;

    @Test
    void theReportIsOnlyThere() throws Exception {
        assertThat(post(managed).statusCode()).isEqualTo(200);
        assertThat(post(open).statusCode()).isEqualTo(404);
    }

    private static HttpResponse<String> post(URI page) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(page)
                .POST(HttpRequest.BodyPublishers.noBody())
                .build();
        return Api.http1().send(request, HttpResponse.BodyHandlers.ofString());
    }
}
