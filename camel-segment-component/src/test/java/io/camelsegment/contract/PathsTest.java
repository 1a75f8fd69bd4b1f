package io.camelsegment.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.camelsegment.event.SegmentEvent;
import io.camelsegment.testing.CapturedLog;
import io.camelsegment.testing.RawHttp;
import io.camelsegment.testing.RawHttp.Answer;
import io.camelsegment.testing.SegmentServer;
import io.camelsegment.tracking.SegmentComponent;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where the SDKs send to. */
class PathsTest {

    @RegisterExtension
    static final Api API = new Api();

    @ParameterizedTest(name = "POST {0} is a {1}: {2}")
    @CsvSource(
            textBlock =
                    """
                    /v1/t,        track,    analytics.js
                    /v1/p,        page,     analytics.js
                    /v1/i,        identify, analytics.js
                    /v1/g,        group,    analytics.js
                    /v1/a,        alias,    analytics.js
                    /v1/s,        screen,   analytics.js
                    /v1/track,    track,    HTTP API
                    /v1/page,     page,     HTTP API
                    /v1/identify, identify, HTTP API
                    /v1/group,    group,    HTTP API
                    /v1/alias,    alias,    HTTP API
                    /v1/screen,   screen,   HTTP API
                    /v1/track/,   track,    a host with a path and a slash
                    //v1/track,   track,    a host with a slash
                    """)
    void takesOneEventAndImpliesItsType(String path, String type, String caller) throws Exception {
        Answer answer = API.post(path, "{\"userId\":\"u1\",\"event\":\"E\",\"groupId\":\"g1\",\"previousId\":\"p1\"}");

        assertThat(answer.body()).isEqualTo(Api.SUCCESS);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(API.delivered())
                .singleElement()
                .extracting(event -> event.type().specName())
                .isEqualTo(type);
    }

    @ParameterizedTest(name = "POST {0}: {1}")
    @CsvSource(
            textBlock =
                    """
                    /v1/b,       'analytics.js batching, Kotlin, Swift, React Native, C#'
                    /v1/batch,   'Node, Python, Go, PHP, iOS, HTTP API'
                    /v1/import,  'Ruby, Java 2, Android, .NET'
                    /v1/import/, Java 3
                    /v1/batch/,  a path option with a slash
                    //v1/batch,  Go with a slash behind the endpoint
                    //v1/import/, Java 3 with a slash behind the endpoint
                    /v1,         React Native's proxy without useSegmentEndpoints
                    /v1/,        the same with a slash
                    """)
    void takesBatches(String path, String caller) throws Exception {
        Answer answer = API.post(
                path,
                "{\"batch\":[{\"type\":\"track\",\"event\":\"A\",\"userId\":\"u1\"},{\"type\":\"page\",\"anonymousId\":\"a1\"}]}");

        assertThat(answer.body()).isEqualTo(Api.SUCCESS);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(API.delivered()).extracting(event -> event.type().specName()).containsExactly("track", "page");
    }

    @ParameterizedTest
    @ValueSource(strings = {"track", "identify", "page", "screen", "group", "alias"})
    void takesPixelsOfEachType(String type) throws Exception {
        Answer answer =
                API.get("/v1/pixel/" + type + "?writeKey=" + Api.KEY + "&userId=u1&event=E&groupId=g1&previousId=p1");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Content-Type")).isEqualTo("image/gif");
        assertThat(API.delivered())
                .singleElement()
                .extracting(event -> event.type().specName())
                .isEqualTo(type);
    }

    /** Old analytics.js in browsers that cannot post to another origin. */
    @ParameterizedTest
    @CsvSource({"t,track", "p,page", "i,identify", "g,group", "a,alias"})
    void takesJsonp(String path, String type) throws Exception {
        String data = Base64.getUrlEncoder()
                .encodeToString(RawHttp.utf8("{\"writeKey\":\"" + Api.KEY
                        + "\",\"userId\":\"u1\",\"event\":\"?>\",\"groupId\":\"g1\",\"previousId\":\"p1\"}"));

        Answer answer = API.get("/v1/" + path + "?data=" + data.replace("=", "%3D") + "&callback=cb_1");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Content-Type")).isEqualTo("application/javascript");
        assertThat(answer.body()).isEqualTo("cb_1({\"success\":true});");
        assertThat(API.delivered())
                .singleElement()
                .extracting(event -> event.type().specName())
                .isEqualTo(type);
    }

    @ParameterizedTest
    @ValueSource(strings = {"alert(1);", "a-b", "<script>", ""})
    void callsOnlyPlainNames(String callback) throws Exception {
        Answer answer = API.get("/v1/p?writeKey=" + Api.KEY + "&userId=u1&callback="
                + URLEncoder.encode(callback, StandardCharsets.UTF_8));

        assertThat(answer.body()).isEqualTo("void ({\"success\":true});");
    }

    /** analytics.js sends them without a write key when its settings do not say sampleRate 0. */
    @Test
    void discardsMetrics() throws Exception {
        Answer answer =
                API.post("/v1/m", null, "{\"series\":[{\"type\":\"Counter\",\"metric\":\"analytics_js.invoke\"}]}");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo(Api.SUCCESS);
        assertThat(API.delivered()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/other",
                "/v1/track/other",
                "/v1/Track",
                "/v12/track",
                "/",
                "/webhook/web",
                "/other",
                "/v2/track",
                "/v1/webhook/web",
                "/v1/pixel/track"
            })
    void leavesOtherPathsToTheApplication(String path) throws Exception {
        assertThat(API.post(path, Api.EVENT).status()).isEqualTo(404);
        assertThat(API.delivered()).isEmpty();
    }

    @Test
    void givesEveryPathTheSameRecord() throws Exception {
        String event = "{\"type\":\"track\"," + Api.EVENT.substring(1);
        API.post("/v1/t", event);
        API.post("/v1/track", event);
        for (String path : new String[] {"/v1/b", "/v1/batch", "/v1/import", "/v1/import/"}) {
            API.post(path, "{\"batch\":[" + event + "]}");
        }

        assertThat(API.delivered())
                .hasSize(6)
                .extracting(PathsTest::withoutTimes)
                .containsOnly(withoutTimes(API.delivered().get(0)));
    }

    private static String withoutTimes(SegmentEvent event) {
        return new String(event.json(), StandardCharsets.UTF_8).replaceAll("\"2\\d{3}-[^\"]*Z\"", "");
    }

    /** An apiHost without /v1, as in {@code apiHost: "collect.example"}. */
    @ParameterizedTest
    @CsvSource({"/t, false", "/track, false", "//t, false", "/b, true", "/batch, true", "/import/, true", "//b, true"})
    void takesEventsWithoutTheBasePath(String path, boolean batch) throws Exception {
        String event = "{\"type\":\"track\"," + Api.EVENT.substring(1);

        Answer answer = API.post(path, batch ? "{\"batch\":[" + event + "]}" : event);

        assertThat(answer.body()).isEqualTo(Api.SUCCESS);
        assertThat(API.delivered()).hasSize(1);
    }

    @Test
    void servesTheRestWithoutTheBasePath() throws Exception {
        assertThat(API.get("/projects/WEB_KEY/settings").body()).contains("/v1\"");
        assertThat(API.get("/pixel/page?writeKey=WEB_KEY&userId=u1").header("Content-Type"))
                .isEqualTo("image/gif");
        assertThat(API.post("/m", "{}").status()).isEqualTo(200);
        assertThat(API.delivered()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/b", "/own"})
    void leavesItsOwnPathsToTheApplication(String path) throws Exception {
        try (SegmentServer server = new SegmentServer(new RouteBuilder() {
            @Override
            public void configure() {
                from("segment:web?writeKey=WEB").process(exchange -> {});
                from("platform-http:" + path).setBody(constant("mine"));
            }
        })) {
            assertThat(server.post(path, "WEB", "{}").body()).isEqualTo("mine");
            assertThat(server.post("/t", "WEB", Api.EVENT).body()).isEqualTo(Api.SUCCESS);
        }
    }

    @ParameterizedTest
    @CsvSource({"/in, /in/t, 200", "/in, /t, 200", "/in, /v1/t, 404", "/, /t, 200", "/, /v1/t, 404"})
    void obeysTheBasePath(String basePath, String path, int status) throws Exception {
        try (SegmentServer server = new SegmentServer(new RouteBuilder() {
            @Override
            public void configure() {
                getContext().getComponent("segment", SegmentComponent.class).setBasePath(basePath);
                from("segment:web?writeKey=WEB").process(exchange -> {});
            }
        })) {
            assertThat(server.post(path, "WEB", Api.EVENT).statusCode()).isEqualTo(status);
        }
    }

    /** What a template writes that does not escape: the router would answer with nothing. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    POST /v1/track%          | 400 | application/json
                    POST /v1/batch%zz        | 400 | application/json
                    POST //v1/batch%         | 400 | application/json
                    GET /v1/projects/%/settings | 400 | application/json
                    GET /v1/pixel/track%?a=b | 200 | image/gif
                    GET /v1/pixel/%4?a=b     | 200 | image/gif
                    HEAD /v1/track%          | 400 | application/json
                    """)
    void answersPathsWithAStrayPercentSign(String requestLine, int status, String type) throws Exception {
        List<String> log = CapturedLog.of(() -> {
            try (RawHttp connection = API.connect()) {
                connection.head(requestLine + " HTTP/1.1\nHost: a\nOrigin: https://stray.example");
                Answer answer = connection.answerHead();
                assertThat(answer.status()).isEqualTo(status);
                assertThat(answer.header("Content-Type")).isEqualTo(type);
                assertThat(answer.header("Access-Control-Allow-Origin")).isEqualTo("https://stray.example");
            }
        });

        assertThat(log).noneMatch(line -> line.contains("Unhandled exception in router"));
    }
}
