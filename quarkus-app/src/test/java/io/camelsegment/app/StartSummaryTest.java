package io.camelsegment.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.camelsegment.app.routes.AwsAccess;
import io.camelsegment.app.routes.Destination;
import io.camelsegment.app.routes.Destination.Duty;
import io.camelsegment.app.routes.Source;
import io.camelsegment.app.routes.StreamRows;
import io.camelsegment.app.routes.Transform;
import io.camelsegment.app.settings.Settings;
import io.camelsegment.routes.MappingTable;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@link PackagedAppIT} does not see of the summary. */
class StartSummaryTest {

    @ParameterizedTest
    @CsvSource({
        "https://vpce-1.kinesis.us-west-2.vpce.amazonaws.com, vpce-1.kinesis.us-west-2.vpce.amazonaws.com",
        "http://bob:s3cr3t@127.0.0.1:4566/x,                  127.0.0.1:4566",
    })
    void namesTheHostOfAnEndpointAndItsPortIfItHasOne(URI endpoint, String shown) throws Exception {
        Destination events = new Destination.Kinesis(
                "analytics",
                Set.of(),
                new AwsAccess("us-west-2", null, null, endpoint),
                Duty.REQUIRED,
                "events",
                false);

        assertThat(summary(List.of(events), List.of()))
                .contains("destination analytics: kinesis in us-west-2 at " + shown + ", stream events");
    }

    @Test
    void namesTheSettingsThatDecideWhereEventsGoWithoutTheirValues() throws Exception {
        Source web = new Source(
                "web", "KEY", Map.of("invalidUri", "file:HIDDEN"), new Transform(List.of("drop: properties.HIDDEN")));
        Destination lake = new Destination.Firehose(
                "lake",
                Set.of("web"),
                new AwsAccess("us-west-2", null, null, null),
                new Duty(false, "file:HIDDEN"),
                new Transform(List.of("hash: userId")),
                new StreamRows(Map.of("page", List.of("pages")), MappingTable.Match.ALL, "file:HIDDEN"));

        assertThat(summary(List.of(web), List.of(lake), List.of()))
                .contains("source web: to lake, transform, invalid-uri\n")
                .contains("stream pages, transform, unmapped, not required, dead-letter-uri")
                .doesNotContain("HIDDEN", "KEY");
    }

    @Test
    void namesTheRoutesOfTheUserAlone() throws Exception {
        List<String> routes =
                List.of("segment-source-web", "segment-destination-lake", "segment-unmapped-lake", "segmented", "mine");

        assertThat(summary(List.of(), routes).lines())
                .filteredOn(line -> line.contains("route "))
                .containsExactly("  route segmented: from direct://segmented", "  route mine: from direct://mine");
    }

    private static String summary(List<Destination> destinations, List<String> routes) throws Exception {
        return summary(List.of(), destinations, routes);
    }

    private static String summary(List<Source> sources, List<Destination> destinations, List<String> routes)
            throws Exception {
        Settings settings = new Settings(sources, destinations, Settings.Credentials.DEFAULT, Map.of());
        SmallRyeConfig config = new SmallRyeConfigBuilder().build();
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            context.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    routes.forEach(id -> from("direct:" + id).routeId(id).to("log:test"));
                }
            });
            context.start();
            return StartSummary.of(settings, config, context);
        }
    }
}
