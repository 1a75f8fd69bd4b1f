package io.camelsegment.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.camelsegment.app.routes.AwsAccess;
import io.camelsegment.app.routes.Destination;
import io.camelsegment.app.routes.Destination.Duty;
import io.camelsegment.app.routes.SegmentRoutes;
import io.camelsegment.app.routes.Source;
import io.camelsegment.routes.MappingTable;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.main.Main;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What Camel refuses of settings and routes, on one line and without their values; the ports are in PackagedAppIT. */
class StartFailureTest {

    private static final AwsAccess AWS = new AwsAccess("us-west-2", null, null, null);

    private static final String ROUTE =
            """
            - route:
                id: mine
                from:
                  uri: direct:mine
                  steps:
                    - to:
                        uri: segment:mine
                        parameters:
                          writeKey: s3cr3t
            """;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "nosuch:s3cr3t           | there is no component nosuch",
                "s3cr3t                  | it names no component",
                "file:x?nosuch=s3cr3t&other=1 | the component file has no option nosuch, other",
                "file:x?charset=s3cr3t   | the component file refuses it (the value of charset)",
                "seda:x?size=s3cr3t      | the component seda refuses it (NumberFormatException)"
            })
    void aBadDeadLetterUriIsNamedByItsSetting(String uri, String reason) {
        Destination lake = new Destination.Kinesis("lake", Set.of("web"), AWS, new Duty(false, uri), "events", false);
        Throwable failure = catchThrowable(() -> {
            try (DefaultCamelContext context = new DefaultCamelContext()) {
                context.addRoutes(new SegmentRoutes(List.of(new Source("web", "WEB_KEY")), List.of(lake)));
                context.start();
            }
        });

        assertThat(StartFailure.line(new IllegalStateException("Failed to start quarkus", failure)))
                .hasValue("segment.destinations.lake.dead-letter-uri: expected a Camel endpoint, such as"
                        + " file:dead-letters, but " + reason + ": correct it");
    }

    @Test
    void allBadUrisAreToldAtOnceEachByItsSetting() {
        Source web = new Source("web", "WEB_KEY", Map.of("invalidUri", "nosuch:s3cr3t"));
        Destination events =
                new Destination.Kinesis("events", Set.of("web"), AWS, new Duty(false, "s3cr3t"), "events", false);
        Destination lake = new Destination.Firehose(
                "lake",
                Set.of("web"),
                AWS,
                Duty.REQUIRED,
                Map.of("page", List.of("pages")),
                MappingTable.Match.ALL,
                "direct:s3cr3t?nosuch=s3cr3t");
        Throwable failure = catchThrowable(() -> {
            try (DefaultCamelContext context = new DefaultCamelContext()) {
                context.addRoutes(new SegmentRoutes(List.of(web), List.of(events, lake)));
            }
        });

        assertThat(StartFailure.line(failure).orElseThrow().lines())
                .containsExactly(
                        "segment.destinations.events.dead-letter-uri: expected a Camel endpoint, such as"
                                + " file:dead-letters, but it names no component: correct it",
                        "segment.destinations.lake.unmapped: expected a Camel endpoint, such as file:unmapped, but the"
                                + " component direct has no option nosuch: correct it",
                        "segment.sources.web.invalid-uri: expected a Camel endpoint, such as file:invalid, but there is"
                                + " no component nosuch: correct it");
    }

    @Test
    void aWrongOptionOfAComponentIsNamed() {
        Throwable failure = catchThrowable(() -> {
            Main main = new Main();
            main.addInitialProperty("camel.component.segment.maxBufferedByts", "s3cr3t");
            main.start();
        });

        assertThat(StartFailure.line(failure))
                .hasValue("camel.component.segment.maxBufferedByts: expected an option that Camel knows, with a value"
                        + " of its type, but was another: correct it");
    }

    @Test
    void aSettingOfQuarkusWithAValueOfAnotherTypeIsNamed() {
        Throwable failure = catchThrowable(() -> new SmallRyeConfigBuilder()
                .withMapping(Http.class)
                .withSources(new PropertiesConfigSource(Map.of("quarkus.http.port", "s3cr3t"), "test", 300))
                .build());

        assertThat(StartFailure.line(failure))
                .hasValue("quarkus.http.port: expected a value of another type: correct it by QUARKUS_HTTP_PORT");
    }

    @ConfigMapping(prefix = "quarkus.http")
    interface Http {

        int port();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "segment:mine | segmentt:mine    | route mine: expected endpoints and options that Camel knows, but there is no component segmentt: correct it",
                "writeKey     | wrtieKey         | route mine: expected endpoints and options that Camel knows, but the component segment has no option wrtieKey: correct it",
                "steps:       | stepps:          | routes/mine.camel.yaml, line 6, column 9: expected Camel routes in YAML, but: Unsupported field: stepps: mend the line",
                "s3cr3t       | '\"s3cr3t'       | routes/mine.camel.yaml, line 9, column 25: expected Camel routes in YAML, but: found unexpected end of stream: mend the line",
                "id: mine     | 'id: mi: s3cr3t' | routes/mine.camel.yaml, line 2, column 11: expected Camel routes in YAML, but: mapping values are not allowed here: mend the line"
            })
    void aBadRouteIsNamed(String right, String wrong, String line) {
        assertThat(StartFailure.line(failureOf(ROUTE.replace(right, wrong)))).hasValue(line);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "routeTemplateRef: mine | routeTemplateRef: theirs | routes: expected a template with the id theirs, which a route is to be made of, but there is none: correct the id, or add the template",
                "name: to               | name: too                | routes: expected the parameters that the template mine requires, but a route that is to be made of it has no to: add the parameter"
            })
    void aRouteOfATemplateThatCannotBeMadeIsTold(String right, String wrong, String line) {
        String routes =
                """
                - routeTemplate:
                    id: mine
                    parameters:
                      - name: to
                    from:
                      uri: direct:mine
                      steps:
                        - to: "{{to}}"
                - templatedRoute:
                    routeId: one
                    routeTemplateRef: mine
                    parameters:
                      - name: to
                        value: log:s3cr3t
                """;
        int last = routes.lastIndexOf(right);
        String broken = routes.substring(0, last) + wrong + routes.substring(last + right.length());

        assertThat(StartFailure.line(failureOf(broken))).hasValue(line);
    }

    @Test
    void whatASourceLacksIsToldAsItIs() {
        String source = ROUTE.replace("direct:mine", "segment:mine");

        assertThat(StartFailure.line(failureOf(source)).orElseThrow())
                .startsWith("segment:mine has no writeKey; set it")
                .hasLineCount(1);
    }

    @Test
    void aFaultOfTheProgramKeepsItsStack() {
        assertThat(StartFailure.line(new IllegalStateException("boom"))).isEmpty();
    }

    private static Throwable failureOf(String routes) {
        return catchThrowable(() -> {
            try (DefaultCamelContext context = new DefaultCamelContext()) {
                PluginHelper.getRoutesLoader(context)
                        .loadRoutes(ResourceHelper.fromString("file:routes/mine.camel.yaml", routes));
                context.start();
            }
        });
    }
}
