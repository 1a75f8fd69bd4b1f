package io.camelsegment.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.camelsegment.localaws.LocalAws;
import io.micrometer.prometheus.PrometheusConfig;
import io.micrometer.prometheus.PrometheusMeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The metrics of steps and of mappings for Kinesis, which the app of {@link DeliveryTest} does not have. */
@SuppressWarnings("deprecation") // the registry is the one that Quarkus has
class StepMetricsTest {

    private static final String SETTINGS =
            """
            segment:
              sources:
                web:
                  write-key: WEB
                  transform:
                    - validate: %s
                    - block: Opened
              aws: { endpoint-override: %s }
              destinations:
                analytics:
                  type: kinesis
                  map: { "Signed Up": events, "Left": none }
            """;

    private static final String PLAN =
            """
            {"name":"Shop","rules":[{"type":"TRACK","key":"Signed Up","version":1,
              "jsonSchema":{"type":"object","required":["context"]}}]}
            """;

    @TempDir
    Path directory;

    @Test
    void thePageListsEachWithItsLabels() throws Exception {
        PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        Path plan = Files.writeString(directory.resolve("plan.json"), PLAN);
        try (LocalAws aws = LocalAws.start()) {
            aws.createStream("events", 1);
            try (RunningSettings app = new RunningSettings(
                    SETTINGS.formatted(plan, aws.endpoint()), Map.of(), context -> context.getRegistry()
                            .bind("meters", meters))) {
                Api api = new Api(app.uri());
                for (String event : new String[] {"Signed Up", "Left", "Opened", "Unknown"}) {
                    assertThat(api.post("/v1/track", "WEB", "{\"userId\":\"u\",\"event\":\"" + event + "\"}")
                                    .statusCode())
                            .isEqualTo(200);
                }
            }
        }
        Map<String, Set<String>> listed = MetricsPage.listed();
        listed.keySet().removeIf(name -> !name.matches("segment_(kinesis_|transform_|plan_).*"));
        String page = meters.scrape();

        assertThat(MetricsPage.exposed(page)).containsAllEntriesOf(listed);
        assertThat(page)
                .contains("segment_kinesis_unmapped_total{destination=\"analytics\",} 1.0")
                .contains("segment_kinesis_excluded_total{destination=\"analytics\",} 1.0")
                .contains("{outcome=\"left_out\",route=\"segment-source-web\",step=\"block\",} 1.0")
                .contains("{route=\"segment-source-web\",type=\"Required\",} 1.0")
                .contains("{route=\"segment-source-web\",type=\"Unplanned Event\",} 3.0");
    }
}
