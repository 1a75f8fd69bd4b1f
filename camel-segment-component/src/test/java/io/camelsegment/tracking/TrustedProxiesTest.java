package io.camelsegment.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.camelsegment.testing.SegmentServer;
import io.camelsegment.tracking.server.TrustedProxies;
import java.net.http.HttpRequest;
import java.util.List;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrustedProxiesTest {

    private static SegmentServer server(String trustedProxies) {
        return new SegmentServer(new RouteBuilder() {
            @Override
            public void configure() {
                getContext().getComponent("segment", SegmentComponent.class).setTrustedProxies(trustedProxies);
                from("segment:web?writeKey=WEB").process(exchange -> {});
            }
        });
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, '', '', '', OWN/v1",
        "10.0.0.0/8, shop.example, 8443, /in, OWN/v1",
        "127.0.0.0/8, '', '', '', OWN/v1",
        "127.0.0.0/8, shop.example, '', '', shop.example/v1",
        "127.0.0.1, shop.example, 443, '', shop.example/v1",
        "'10.0.0.1,127.0.0.1', 'shop.example, inner', 8443, /in/, shop.example:8443/in/v1",
    })
    void settingsNameTheHostThatTheSenderKnows(String trusted, String host, String port, String prefix, String expected)
            throws Exception {
        try (SegmentServer server = server(trusted)) {
            HttpRequest.Builder request =
                    server.request("/v1/projects/WEB/settings", null).GET();
            if (!host.isEmpty()) {
                request.header("X-Forwarded-Host", host);
            }
            if (!port.isEmpty()) {
                request.header("X-Forwarded-Port", port);
            }
            if (!prefix.isEmpty()) {
                request.header("X-Forwarded-Prefix", prefix);
            }

            String apiHost = new ObjectMapper()
                    .readTree(server.send(request).body())
                    .at("/integrations/Segment.io/apiHost")
                    .asText();

            assertThat(apiHost)
                    .isEqualTo(expected.replace("OWN", server.uri("/").getAuthority()));
        }
    }

    /** The outermost trusted proxy's word counts; what stands before it is the sender's own. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            textBlock =
                    """
                    10.0.0.0/8  | for=203.0.113.7;host=shop.example                                      | -        | OWN/v1
                    127.0.0.0/8 | for=203.0.113.7;host=shop.example;proto=https                          | -        | shop.example/v1
                    127.0.0.0/8 | host="shop.example:8443";for=203.0.113.7                               | -        | shop.example:8443/v1
                    127.0.0.0/8 | for=1.2.3.4;host=evil.example, for=203.0.113.7;host=shop.example, for=127.0.0.2;host=inner | - | shop.example/v1
                    127.0.0.0/8 | for=203.0.113.7                                                        | -        | OWN/v1
                    127.0.0.0/8 | for=203.0.113.7;host=evil.example                                      | 203.0.113.7 | OWN/v1
                    """)
    void settingsNameTheHostInForwarded(String trusted, String forwarded, String forwardedFor, String expected)
            throws Exception {
        try (SegmentServer server = server(trusted)) {
            HttpRequest.Builder request = server.request("/v1/projects/WEB/settings", null)
                    .header("Forwarded", forwarded)
                    .GET();
            if (forwardedFor != null) {
                request.header("X-Forwarded-For", forwardedFor);
            }

            assertThat(new ObjectMapper()
                            .readTree(server.send(request).body())
                            .at("/integrations/Segment.io/apiHost")
                            .asText())
                    .isEqualTo(expected.replace("OWN", server.uri("/").getAuthority()));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"proxy.example", "10.0.0.0/33", "10.0.0.0/x", "10.0.0"})
    void refusesWhatIsNoAddress(String address) {
        assertThatThrownBy(() -> new TrustedProxies(List.of(address)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("such as 10.0.0.0/8, but was " + address);
    }
}
