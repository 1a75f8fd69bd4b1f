package io.camelsegment.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.camelsegment.testing.SegmentServer;
import io.camelsegment.tracking.server.ClientAddress;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which address an event over real HTTP brings into its context. */
class ContextIpTest {

    private static final String BROWSER = "'library':{'name':'analytics.js'}";
    private static final String SERVER = "'library':{'name':'analytics-go'}";

    private final Queue<String> arrived = new ConcurrentLinkedQueue<>();

    private SegmentServer server(String options, String trustedProxies) {
        return new SegmentServer(new RouteBuilder() {
            @Override
            public void configure() {
                getContext().getComponent("segment", SegmentComponent.class).setTrustedProxies(trustedProxies);
                from("segment:web?writeKey=WEB" + options)
                        .process(exchange -> arrived.add(exchange.getIn().getBody(String.class)));
            }
        });
    }

    private JsonNode context(String options, String trustedProxies, String forwardedFor, String path, String context)
            throws Exception {
        return context(options, trustedProxies, "X-Forwarded-For", forwardedFor, path, context);
    }

    /** Sends an event with a context and returns the record's. */
    private JsonNode context(
            String options, String trustedProxies, String header, String forwardedFor, String path, String context)
            throws Exception {
        try (SegmentServer server = server(options, trustedProxies)) {
            HttpRequest.Builder request = server.request(path, "WEB")
                    .POST(BodyPublishers.ofString(
                            ("{'type':'track','event':'e','userId':'u','context':{" + context + "}}")
                                    .replace('\'', '"')));
            if (forwardedFor != null) {
                request.header(header, forwardedFor);
            }
            assertThat(server.send(request).statusCode()).isEqualTo(200);
        }
        assertThat(arrived).hasSize(1);
        return new ObjectMapper().readTree(arrived.element()).get("context");
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            nullValues = "-",
            value = {
                "``, BROWSER, 127.0.0.1",
                "``, SERVER, -",
                "``, `SERVER,'direct':true`, 127.0.0.1",
                "``, `BROWSER,'ip':'0.0.0.0'`, 0.0.0.0",
                "&contextIp=clientSide, BROWSER, 127.0.0.1",
                "&contextIp=always, SERVER, 127.0.0.1",
                "&contextIp=always, `SERVER,'ip':'0.0.0.0'`, 0.0.0.0",
                "&contextIp=never, BROWSER, -",
                "&anonymizeIp=true, BROWSER, 127.0.0.0",
                "&anonymizeIp=true, `BROWSER,'ip':'10.1.2.3'`, 10.1.2.3",
                "&anonymizeIp=true, SERVER, -"
            })
    void isThatOfTheConnectionWhereTheOptionSaysSo(String options, String context, String ip) throws Exception {
        JsonNode delivered = context(
                options,
                null,
                "203.0.113.7",
                "/v1/track",
                context.replace("BROWSER", BROWSER).replace("SERVER", SERVER));

        assertThat(delivered.path("ip").asText(null)).isEqualTo(ip);
    }

    @ParameterizedTest
    @CsvSource({
        "'203.0.113.7', 203.0.113.7, 203.0.113.0",
        "'198.51.100.1, 203.0.113.7, 127.0.0.1', 203.0.113.7, 203.0.113.0",
        "'2001:DB8:1:2:0:0:0:6', 2001:db8:1:2::6, 2001:db8:1::",
        "'::ffff:203.0.113.7', 203.0.113.7, 203.0.113.0",
        "203.0.113.7:41000, 203.0.113.7, 203.0.113.0",
        "'198.51.100.1, 203.0.113.7:41000, 127.0.0.2:8080', 203.0.113.7, 203.0.113.0",
        "'[2001:db8::1]:443, [::ffff:127.0.0.3]:80', 2001:db8::1, 2001:db8::",
        "[2001:db8::1], 2001:db8::1, 2001:db8::",
        "'\"203.0.113.7\", \"127.0.0.2:1\"', 203.0.113.7, 203.0.113.0",
        "'\"[2001:db8::1]:443\"', 2001:db8::1, 2001:db8::",
        "'203.0.113.7,', 203.0.113.7, 203.0.113.0",
        "', 203.0.113.7 , , 127.0.0.2 ,,', 203.0.113.7, 203.0.113.0",
        "'unknown', 127.0.0.1, 127.0.0.0",
        "'203.0.113.7, unknown, 127.0.0.2', 127.0.0.2, 127.0.0.0"
    })
    void isThatBeforeTheTrustedProxies(String forwardedFor, String ip, String anonymized) throws Exception {
        String proxies = "127.0.0.0/8";

        assertThat(context("", proxies, forwardedFor, "/v1/track", BROWSER)
                        .get("ip")
                        .asText())
                .isEqualTo(ip);
        arrived.clear();
        assertThat(context("&anonymizeIp=true", proxies, forwardedFor, "/v1/track", BROWSER)
                        .get("ip")
                        .asText())
                .isEqualTo(anonymized);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    for=203.0.113.7                                     | 203.0.113.7
                    For="203.0.113.7:41000"                             | 203.0.113.7
                    for="[2001:db8::1]:443"                             | 2001:db8::1
                    for="[2001:db8::1]"; proto=https;by=203.0.113.43    | 2001:db8::1
                    proto=https;FOR=203.0.113.7;host="a,b;for=1.2.3.4"  | 203.0.113.7
                    for=198.51.100.1, for=203.0.113.7, for="127.0.0.2:1" | 203.0.113.7
                    for=203.0.113.7, for=127.0.0.2,                     | 203.0.113.7
                    for=_hidden                                         | 127.0.0.1
                    for=203.0.113.7, for=unknown                        | 127.0.0.1
                    for=203.0.113.7, proto=https                        | 127.0.0.1
                    for="203.0.113.7                                    | 203.0.113.7
                    for=198.51.100.1;x=", for=203.0.113.9;proto=https   | 203.0.113.9
                    for=198.51.100.1;x="\\", for="203.0.113.9:443"      | 203.0.113.9
                    """)
    void isThatBeforeTheTrustedProxiesInForwarded(String forwarded, String ip) throws Exception {
        assertThat(context("", "127.0.0.0/8", "Forwarded", forwarded, "/v1/track", BROWSER)
                        .get("ip")
                        .asText())
                .isEqualTo(ip);
        arrived.clear();
        assertThat(context("", null, "Forwarded", forwarded, "/v1/track", BROWSER)
                        .get("ip")
                        .asText())
                .as("without trust")
                .isEqualTo("127.0.0.1");
    }

    /** A proxy that knows only X-Forwarded-For passes on what a sender wrote into Forwarded. */
    @ParameterizedTest
    @CsvSource({"203.0.113.7, 203.0.113.7", "'', 198.51.100.1", "' ', 198.51.100.1"})
    void isThatOfXForwardedForWhereBothAreThere(String forwardedFor, String ip) throws Exception {
        try (SegmentServer server = server("", "127.0.0.0/8")) {
            server.send(server.request("/v1/track", "WEB")
                    .header("Forwarded", "for=198.51.100.1")
                    .header("X-Forwarded-For", forwardedFor)
                    .POST(BodyPublishers.ofString(
                            ("{'type':'track','event':'e','userId':'u','context':{" + BROWSER + "}}")
                                    .replace('\'', '"'))));
        }

        assertThat(arrived.element()).contains("\"ip\":\"" + ip + "\"");
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/track, '', 127.0.0.1",
        "/v1/webhook/web, &webhook=true, ",
        "/v1/webhook/web, &webhook=true&contextIp=always, "
    })
    void isNotThatOfSegmentsServers(String path, String options, String ip) throws Exception {
        assertThat(context(options, null, null, path, BROWSER).path("ip").asText(null))
                .isEqualTo(ip);
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "203.0.113.255, 203.0.113.255, 203.0.113.0",
                "fe80::1%eth0, fe80::1, fe80::",
                "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff, 2001:db8:ffff:ffff:ffff:ffff:ffff:ffff, 2001:db8:ffff::",
                "0:0:0:0:0:0:0:1, ::1, ::",
                "shop.example, -, -",
                "-, -, -"
            })
    void isWrittenOneWay(String address, String text, String anonymized) {
        assertThat(ClientAddress.text(address, false)).isEqualTo(text);
        assertThat(ClientAddress.text(address, true)).isEqualTo(anonymized);
    }
}
