package io.camelsegment.app.routes;

import static org.assertj.core.api.Assertions.assertThat;

import io.camelsegment.app.RunningSettings;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The routes of users beside those of the settings. */
class UserRoutesTest {

    /** Be it one of its own, or one in the place of a built one. */
    @ParameterizedTest
    @CsvSource({"mine, mine, MINE", "segment-source-web, web, WEB"})
    void aRouteThatIsLeftOutHasSendersComeAgain(String id, String source, String key) throws Exception {
        String yaml =
                """
                segment:
                  aws: { endpoint-override: "http://127.0.0.1:1" }
                  sources: { web: { write-key: WEB } }
                  destinations: { events: { type: kinesis, stream-name: events } }
                """;
        String route =
                """
                - route:
                    id: %s
                    precondition: "{{mine.enabled:false}}"
                    from:
                      uri: segment:%s
                      parameters: { writeKey: %s }
                      steps:
                        - to: direct:segment-destination-events
                """
                        .formatted(id, source, key);
        RunningSettings.Before user =
                context -> UserRoutes.load(context, List.of(ResourceHelper.fromString("file:mine.camel.yaml", route)));

        try (RunningSettings app = new RunningSettings(yaml, Map.of(), context -> {}, user)) {
            assertThat(track(app.uri(), key)).isEqualTo(503);
            assertThat(track(app.uri(), "OTHER")).isEqualTo(400);
        }
    }

    private static int track(URI app, String key) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(app.resolve("/v1/track"))
                .POST(HttpRequest.BodyPublishers.ofString(
                        "{\"writeKey\":\"" + key + "\",\"userId\":\"u\",\"event\":\"E\"}"))
                .build();
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .build()
                .send(request, HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }
}
