package io.camelsegment.routes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.camelsegment.SegmentBatch;
import io.camelsegment.SegmentConverter;
import io.camelsegment.event.SegmentEvent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.builder.AdviceWith;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.support.DefaultExchange;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What docs/changing-events.md shows, works. Its settings are tested with the app. */
class ChangingEventsPageTest {

    private static final Path PAGE = Path.of("../docs/changing-events.md");

    private static final Path EXAMPLE = Path.of("src/test/java/io/camelsegment/routes/ChangingEventsExample.java");

    private final DefaultCamelContext camel = new DefaultCamelContext();
    private final List<Exchange> passed = new ArrayList<>();

    @BeforeEach
    void addSinks() throws Exception {
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:sinks").process(passed::add);
            }
        });
    }

    @AfterEach
    void stop() {
        camel.stop();
    }

    @Test
    void theRouteInJavaIsTheExample() throws Exception {
        String source = Files.readString(EXAMPLE);
        String route = source.substring(
                source.indexOf("tag::route\n") + "tag::route\n".length(), source.indexOf("        // end::route"));

        assertThat(block("java", "From ChangingEventsExample."))
                .isEqualTo(route.stripTrailing().stripIndent() + "\n");
    }

    @Test
    void theExampleChangesABatch() throws Exception {
        startExample();
        Exchange exchange = new DefaultExchange(camel);
        // u3 is of the sampled tenth.
        exchange.getMessage()
                .setBody(new SegmentBatch(List.of(
                        event("Old Name", "{\"password\":\"x\",\"total\":100}"), event("Debug 1", "{\"total\":1}"))));

        camel.createProducerTemplate().send("direct:in", exchange);

        assertThat(exchange.getException()).isNull();
        SegmentBatch batch = passed.get(0).getMessage().getBody(SegmentBatch.class);
        assertThat(batch).hasSize(1);
        assertThat(new String(batch.iterator().next().json(), UTF_8))
                .contains("\"event\":\"New Name\"")
                .contains("\"properties\":{\"total\":100,\"plan\":\"pro\",\"score\":10}");
    }

    @Test
    void thePropertyGetsAnotherName() throws Exception {
        String source = Files.readString(EXAMPLE);
        assertThat(source.substring(source.indexOf("// tag::revenue") + 15, source.indexOf("// end::revenue"))
                        .replaceAll("\\s", ""))
                .isEqualTo(block("java", "From ChangingEventsExample: revenue.").replaceAll("\\s", ""));
        startExample();

        camel.createProducerTemplate().sendBody("direct:revenue", event("E", "{\"revenue\":1.10,\"n\":1}"));
        camel.createProducerTemplate().sendBody("direct:revenue", event("E", "{\"n\":1}"));

        assertThat(passed)
                .extracting(exchange -> new String(
                        exchange.getMessage().getBody(SegmentEvent.class).json(), UTF_8))
                .satisfiesExactly(
                        renamed -> assertThat(renamed).contains("\"properties\":{\"n\":1,\"total\":1.10}"),
                        other -> assertThat(other).contains("\"properties\":{\"n\":1}"));
    }

    @Test
    void theRouteInYamlReadsAndChanges() throws Exception {
        String yaml = block("yaml", "Tested by ChangingEventsPageTest.");
        PluginHelper.getRoutesLoader(camel).loadRoutes(ResourceHelper.fromString("file:changes.camel.yaml", yaml));
        camel.start();

        camel.createProducerTemplate()
                .sendBody("direct:changes", event("E", "{\"plan\":\"pro\",\"password\":\"x\",\"n\":1.10}"));

        assertThat(passed.get(0).getMessage().getHeader("plan")).isEqualTo("pro");
        assertThat(new String(
                        passed.get(0).getMessage().getBody(SegmentEvent.class).json(), UTF_8))
                .contains("\"properties\":{\"plan\":\"pro\",\"n\":1.10,\"channel\":\"web\"}");
    }

    private void startExample() throws Exception {
        camel.addRoutes(new ChangingEventsExample());
        RouteDefinition example = camel.getRouteDefinitions().get(1);
        example.setId("example");
        AdviceWith.adviceWith(camel, example.getRouteId(), advice -> advice.replaceFromWith("direct:in"));
        camel.start();
    }

    /** Returns the code behind a comment of the page. */
    private static String block(String language, String comment) throws Exception {
        String begin = "<!-- " + comment + " -->\n```" + language + "\n";
        String page = Files.readString(PAGE);
        assertThat(page).contains(begin);
        int from = page.indexOf(begin) + begin.length();
        return page.substring(from, page.indexOf("```\n", from));
    }

    private static SegmentEvent event(String name, String properties) throws Exception {
        return SegmentConverter.toEvent(
                ("{\"type\":\"track\",\"event\":\"" + name + "\",\"userId\":\"u3\",\"messageId\":\"m\",\"properties\":"
                                + properties + "}")
                        .getBytes(UTF_8),
                null);
    }
}
