package io.camelsegment.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import io.camelsegment.event.EventLimits;
import io.camelsegment.testing.CapturedLog;
import io.camelsegment.testing.OwnJvm;
import io.camelsegment.testing.RawHttp;
import io.camelsegment.testing.SegmentServer;
import io.camelsegment.tracking.server.Sources;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** No request is refused without a trace: each counts by source, call and code, and the first of a kind is told. */
@OwnJvm("the log")
class RefusedRequestsTest {

    private static final String EVENT = "{\"userId\":\"u\",\"event\":\"E\"}";

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private SegmentServer server;

    @BeforeEach
    void start() throws Exception {
        KeyPairGenerator keys = KeyPairGenerator.getInstance("RSA");
        keys.initialize(2048);
        String publicKey = "-----BEGIN PUBLIC KEY-----"
                + Base64.getEncoder()
                        .encodeToString(keys.generateKeyPair().getPublic().getEncoded())
                + "-----END PUBLIC KEY-----";
        server = new SegmentServer(new RouteBuilder() {
            @Override
            public void configure() {
                getContext().getRegistry().bind("meters", meters);
                errorHandler(noErrorHandler());
                from("segment:web?writeKey=WEB_KEY&maxRequestBytes=900&maxEventsPerRequest=2")
                        .process(exchange -> {});
                from("segment:slow?writeKey=SLOW_KEY&maxEventsPerSecond=1&maxEventsPerRequest=1")
                        .process(exchange -> {});
                from("segment:idle?writeKey=IDLE_KEY").autoStartup(false).process(exchange -> {});
                from("segment:failing?writeKey=FAILING_KEY").throwException(new IllegalStateException("down"));
                from("segment:hook?webhook=true&sharedSecret=HUSH").process(exchange -> {});
                from("segment:tokens?writeKey=TOKEN_KEY&publicKey=RAW(" + publicKey + ")")
                        .process(exchange -> {});
            }
        });
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "web     | batch      | bad_request       | POST /v1/batch   | WEB_KEY   | {'batch':[{'userId':'HIDDEN'}",
                "web     | batch      | bad_request       | POST /v1/import  | WEB_KEY   | {'batch':'HIDDEN'}",
                "web     | batch      | empty_batch       | POST /v1/b       | WEB_KEY   | {'batch':[]}",
                "web     | batch      | too_many_events   | POST /v1/batch   |           | {'writeKey':'WEB_KEY','batch':[{},{},{}]}",
                "web     | track      | request_too_large | POST /v1/t       | WEB_KEY   | LARGE",
                "web     | any        | bad_request       | POST /v1         | WEB_KEY   | HIDDEN",
                "unknown | track      | bad_request       | POST /v1/track   |           | {'writeKey':'WEB_KEY'",
                "unknown | pixel      | bad_request       | GET /v1/pixel/page?data=HIDDEN | |",
                "unknown | jsonp      | bad_request       | GET /v1/p?data=HIDDEN | |",
                "unknown | unreadable | bad_request       | POST /v1/HIDDEN%% | |",
                "unknown | track      | project_not_found | POST /v1/track   | HIDDEN    | {'userId':'HIDDEN','event':'E'}",
                "unknown | identify   | project_not_found | POST /v1/identify |          | {'userId':'HIDDEN'}",
                "hook    | webhook    | invalid_signature | POST /v1/webhook/hook |      | {'userId':'HIDDEN','type':'page'}",
                "unknown | webhook    | project_not_found | POST /v1/webhook/HIDDEN |    | {'userId':'HIDDEN','type':'page'}",
                "tokens  | page       | missing_token     | POST /v1/page    |           | {'writeKey':'TOKEN_KEY','userId':'u'}",
                "idle    | page       | unavailable       | POST /v1/page    | IDLE_KEY  | {'userId':'u'}",
                "idle    | page       | unavailable       | POST /v1/page    |           | {'writeKey':'IDLE_KEY','userId':'u'}"
            })
    void areCountedAndTold(String source, String call, String code, String line, String key, String body)
            throws Exception {
        String json = body == null ? "" : body.replace('\'', '"').replace("LARGE", "[\"HIDDEN" + " ".repeat(2000));
        String head = line + " HTTP/1.1\nHost: localhost\nContent-Length: " + json.length()
                + (key == null ? "" : "\nAuthorization: " + SegmentServer.basic(key + ":"));

        List<String> log = CapturedLog.of(() -> {
            RawHttp.exchange(server.uri("/"), head, RawHttp.utf8(json));
            RawHttp.exchange(server.uri("/"), head, RawHttp.utf8(json));
        });

        assertThat(meters.find("segment.requests.refused").counters())
                .singleElement()
                .satisfies(counter -> {
                    assertThat(counter.getId().getTag("source")).isEqualTo(source);
                    assertThat(counter.getId().getTag("call")).isEqualTo(call);
                    assertThat(counter.getId().getTag("code")).isEqualTo(code);
                    assertThat(counter.count()).isEqualTo(2);
                });
        assertThat(log)
                .filteredOn(one -> one.contains("was refused"))
                .singleElement()
                .asString()
                .contains("WARN", source.equals("unknown") ? "No known source:" : "Source " + source + ":")
                .contains(" " + call + " request", code)
                .contains(code.equals("unavailable") ? "is asked to repeat it" : "drops its events")
                .doesNotContain("HIDDEN", "KEY");
    }

    @Test
    void areCountedWhenTheRateIsTooHigh() throws Exception {
        server.post("/v1/track", "SLOW_KEY", EVENT);
        server.post("/v1/track", "SLOW_KEY", EVENT);

        assertThat(refused("slow", "track", "rate_limited").count()).isEqualTo(1);
    }

    @Test
    void areNotCountedWhenTheirEventsAre() throws Exception {
        server.post("/v1/track", "FAILING_KEY", EVENT);
        server.post("/v1/track", "WEB_KEY", "{\"event\":\"E\"}");
        server.post("/v1/track", "WEB_KEY", EVENT);
        server.post("/v1/none", "WEB_KEY", EVENT);

        assertThat(meters.find("segment.requests.refused").counters()).isEmpty();
        assertThat(meters.find("segment.events").counters().stream()
                        .mapToDouble(Counter::count)
                        .sum())
                .isEqualTo(3);
    }

    @Test
    void areToldAgainAfterAMinuteWithTheirNumber() throws Exception {
        AtomicLong now = new AtomicLong(Long.MAX_VALUE);
        Sources sources = new Sources(now::get, () -> 0);
        sources.expect(new AwaitedSource("web", EventLimits.DEFAULT, Set.of()), List.of("WEB_KEY"), false);
        RefusedRequests refused = new RefusedRequests(server.context(), sources, now::get);

        List<String> log = CapturedLog.of(() -> {
            refused.refused("web", "batch", "bad_request", false);
            refused.refused("web", "batch", "bad_request", false);
            now.addAndGet(Duration.ofMinutes(1).toNanos() - 1);
            refused.refused("web", "batch", "bad_request", false);
            now.incrementAndGet();
            refused.refused("web", "batch", "bad_request", false);
            refused.refused(null, "identify", "project_not_found", false);
        });

        assertThat(log).hasSize(3);
        assertThat(log.get(0))
                .endsWith("Source web: a batch request was refused with bad_request; the sender drops" + " its events");
        assertThat(log.get(1))
                .endsWith("Source web: a batch request was refused with bad_request, as 2 more since the"
                        + " last such line; the sender drops its events");
        assertThat(log.get(2))
                .endsWith("No known source: an identify request was refused with project_not_found; the sender drops"
                        + " its events; compare the writeKey of the SDKs with that of the sources");
    }

    private Counter refused(String source, String call, String code) {
        return meters.get("segment.requests.refused")
                .tags("source", source, "call", call, "code", code)
                .counter();
    }
}
