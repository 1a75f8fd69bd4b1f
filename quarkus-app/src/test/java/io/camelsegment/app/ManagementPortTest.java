package io.camelsegment.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The management port of an image: open to other machines, and without a password. */
@QuarkusTest
@QuarkusTestResource(CollectorResource.class)
@TestProfile(ManagementPortTest.AsInAnImage.class)
class ManagementPortTest {

    /**
     * The second setting is none of the images': with it a proxy could make a request look like one of this machine.
     */
    public static final class AsInAnImage implements QuarkusTestProfile {

        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "quarkus.management.host", "0.0.0.0",
                    "quarkus.management.proxy.proxy-address-forwarding", "true");
        }
    }

    @TestHTTPResource(value = "/", management = true)
    URI management;

    @TestHTTPResource("/")
    URI app;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /q/health",
                "GET /q/health/ready",
                "GET /q/health/live",
                "GET /q/metrics",
                "HEAD /q/health",
                "GET //q//health"
            })
    void healthAndMetricsAreForEverybody(String call) throws Exception {
        assertThat(fromElsewhere(call)).isEqualTo(200);
        assertThat(call(management, call)).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /q/segment/permissions",
                "HEAD /q/segment/permissions",
                "POST /q/segment/permissions",
                "PUT /q/segment/permissions",
                "POST /q/segment/reload",
                "GET /q/segment/reload",
                "GET /q/health/../segment/permissions",
                "GET /q/health/%2e%2e/segment/permissions",
                "GET /q//segment/permissions",
                "POST /q/health",
                "POST /q/metrics",
                "DELETE /q/metrics",
                "GET /q/healthy",
                "GET /q",
                "GET /"
            })
    void allElseIsForThisMachine(String call) throws Exception {
        assertThat(fromElsewhere(call)).isEqualTo(403);
        assertThat(call(management, call)).isNotEqualTo(403);
    }

    @ParameterizedTest
    @CsvSource({
        "X-Forwarded-For, 203.0.113.7",
        "X-Forwarded-For, 127.0.0.1",
        "Forwarded, for=203.0.113.7",
        "Forwarded, for=\"[::1]\"",
        "X-Real-IP, 203.0.113.7",
        "X-Forwarded-Host, collector.example",
        "Via, 1.1 proxy",
        "Origin, https://evil.example",
        "Origin, null"
    })
    void whatAProxyOnThisMachinePassesOnIsFromElsewhere(String header, String value) throws Exception {
        assertThat(call(management, "POST /q/segment/permissions", header, value))
                .isEqualTo(403);
    }

    @Test
    void anotherAddressOfThisMachineIsElsewhere() throws Exception {
        Optional<String> address = NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(one -> one.getAddress().length == 4 && !one.isLoopbackAddress())
                .map(InetAddress::getHostAddress)
                .findFirst();
        assumeThat(address).isPresent();
        URI outside = URI.create("http://" + address.get() + ":" + management.getPort());

        assertThat(call(outside, "GET /q/health")).isEqualTo(200);
        assertThat(call(outside, "GET /q/segment/permissions")).isEqualTo(403);
        assertThat(call(outside, "POST /q/segment/permissions")).isEqualTo(403);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /q/health",
                "GET /q/metrics",
                "GET /q/segment/permissions",
                "POST /q/segment/permissions",
                "POST /q/segment/reload"
            })
    void thePortOfTheSendersHasNoneOfIt(String call) throws Exception {
        assertThat(call(app, call)).isEqualTo(404);
    }

    private int fromElsewhere(String call) throws Exception {
        return call(management, call, "X-Forwarded-For", "203.0.113.7");
    }

    private static int call(URI port, String call, String... headers) throws Exception {
        String[] parts = call.split(" ", -1);
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://" + port.getAuthority() + parts[1]))
                .method(parts[0], HttpRequest.BodyPublishers.noBody());
        if (headers.length > 0) {
            request.headers(headers);
        }
        return Api.http1()
                .send(request.build(), HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }
}
