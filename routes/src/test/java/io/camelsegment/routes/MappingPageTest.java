package io.camelsegment.routes;

import static io.camelsegment.routes.SegmentDsl.segment;
import static io.camelsegment.routes.SegmentDsl.segmentMapping;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.camelsegment.SegmentConstants;
import io.camelsegment.event.EventType;
import io.camelsegment.routes.HeldComponent.Held;
import io.camelsegment.routes.MappingExplanation.Outcome;
import io.camelsegment.routes.MappingTable.Match;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** What docs/mapping.md shows is run, or is in this very file, and all its forms have the same rows. */
class MappingPageTest {

    private static final List<MappingRow> ROWS = List.of(
            new MappingRow("User Registered", List.of("new_users")),
            new MappingRow("Order *", List.of("orders", "audit")),
            new MappingRow("Debug *", List.of("none")),
            new MappingRow("page", List.of("pages")),
            new MappingRow("track:page", List.of("page_clicks")));

    private final CamelContext context = new DefaultCamelContext();
    private final HeldComponent firehose = new HeldComponent();
    private final HeldComponent kinesis = new HeldComponent();

    @BeforeEach
    void prepare() {
        context.addComponent("segment-firehose", firehose);
        context.addComponent("segment-kinesis", kinesis);
        context.getPropertiesComponent().addInitialProperty("write.key", "WEB");
        context.getPropertiesComponent().addInitialProperty("clicks", "page_clicks");
    }

    @AfterEach
    void stop() {
        context.stop();
    }

    @Test
    void theFilesAreRead() throws IOException {
        assertThat(read("yaml", block("yaml", "User Registered"))).isEqualTo(ROWS);
        assertThat(read("json", block("json", "{"))).isEqualTo(ROWS);
        assertSameStreams(MappingTable.of(read("csv", block("csv", "event")), Match.ALL));
    }

    private static List<MappingRow> read(String ending, String text) {
        return MappingFile.read("mapping." + ending, text.getBytes(StandardCharsets.UTF_8))
                .rows();
    }

    private static void assertSameStreams(MappingTable<List<String>> table) {
        MappingTable<List<String>> expected = MappingTable.of(ROWS, Match.ALL);
        for (String name : List.of("user registered", "Order Paid", "Debug it", "page", "Other")) {
            assertThat(table.lookup(EventType.TRACK, name)).isEqualTo(expected.lookup(EventType.TRACK, name));
        }
        assertThat(table.lookup(EventType.PAGE, null)).containsExactly("pages");
    }

    @Test
    @SuppressWarnings("unchecked") // the shape of the settings
    void theSettingsHaveTheSameRows() throws IOException {
        Map<String, Object> node = (Map<String, Object>)
                new Load(LoadSettings.builder().build()).loadFromString(block("yaml", "segment:"));
        for (String name : List.of("segment", "destinations", "lake", "map")) {
            node = (Map<String, Object>) node.get(name);
        }
        MappingTable.Builder table = MappingTable.builder();
        node.forEach((event, streams) ->
                table.row(event, FirehoseMapping.streamNames(streams).toArray(String[]::new)));

        assertThat(table.build().rows()).isEqualTo(ROWS);
    }

    @Test
    void theYamlRouteRuns() throws Exception {
        String yaml = block("yaml", "- route:");
        PluginHelper.getRoutesLoader(context)
                .loadRoutes(ResourceHelper.fromString(
                        "page.camel.yaml",
                        yaml.replace("uri: segment:web", "uri: direct:in")
                                .replaceFirst("(?s)      parameters:\n        writeKey.*?\n", "")));
        context.start();

        assertThat(streamsOf("Order Paid", firehose)).containsExactlyInAnyOrder("orders", "audit");
        assertThat(streamsOf("page", firehose)).containsExactlyInAnyOrder("pages", "page_clicks");
    }

    @Test
    void theJavaRouteRuns() throws Exception {
        String block = block("java", "import io.camelsegment.routes.MappingTable;");
        assertThat(Files.readString(Path.of("src/test/java/io/camelsegment/routes/MappingPageTest.java"))
                        .replaceAll("\\s", ""))
                .contains(block.substring(block.indexOf("MappingTable<"), block.indexOf("from("))
                        .replaceAll("\\s", ""));
        String uri = block.replaceAll("(?s).*\\.to\\(\"(.*?)\"\\).*", "$1");
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                MappingTable<List<String>> lake = MappingTable.builder()
                        .row("User Registered", "new_users")
                        .row("Order *", "orders", "audit")
                        .none("Debug *")
                        .row("page", "pages")
                        .row("track:page", "page_clicks")
                        .build();
                bindToRegistry("lake", lake);

                from("direct:in").to(uri);
            }
        });
        context.start();

        assertThat(streamsOf("Order Paid", kinesis)).containsExactlyInAnyOrder("orders", "audit");
    }

    static final class AnyNames extends RouteBuilder {

        @Override
        public void configure() {
            from(segment("web").writeKey("{{write.key}}"))
                    .to(segmentMapping("lake")
                            .row("Sign up & pay", "new_users")
                            .row("Order *", "orders,audit")
                            .row("Debug *", "none"));
        }
    }

    @Test
    void theRouteWithAnyNamesRuns() throws Exception {
        assertThat(Files.readString(Path.of("src/test/java/io/camelsegment/routes/MappingPageTest.java"))
                        .replaceAll("\\s", ""))
                .contains(block("java", "from(segment(").replaceAll("\\s", ""));
        Collector collector = new Collector(context);
        context.addRoutes(new AnyNames());
        context.start();

        assertThat(collector.send(track("Debug it"))).isEqualTo(200);
        assertThat(firehose.held).isEmpty();
        CompletableFuture<Integer> answer = CompletableFuture.supplyAsync(() -> {
            try {
                return collector.send(track("sign up & pay"));
            } catch (Exception e) {
                throw new CompletionException(e);
            }
        });
        await().atMost(Duration.ofMinutes(1)).until(() -> answer.isDone() || !firehose.held.isEmpty());

        assertThat(firehose.held).extracting(Held::uri).containsExactly("new_users");
        firehose.held.forEach(Held::succeed);
        assertThat(answer.join()).isEqualTo(200);
    }

    private static String track(String event) {
        return "{\"type\":\"track\",\"userId\":\"u\",\"event\":\"" + event + "\"}";
    }

    @Test
    void theExplanationIsAsShown() throws IOException {
        String shown = block("java", "MappingExplanation why");
        MappingExplanation why = MappingTable.of(ROWS, Match.ALL).explain(EventType.TRACK, "Order Completed");

        assertThat(why.outcome()).isEqualTo(Outcome.MAPPED);
        assertThat(shown)
                .contains("why.outcome() " + why.outcome() + ", why.rows() " + why.rows() + ", why.shadowed() "
                        + why.shadowed() + ", why.streams() " + why.streams());
    }

    /** Returns the block of the page that begins so. */
    private static String block(String language, String start) throws IOException {
        String page = Files.readString(Path.of("../docs/mapping.md"));
        return Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL)
                .matcher(page)
                .results()
                .map((MatchResult found) -> found.group(1))
                .filter(text -> text.startsWith(start))
                .findFirst()
                .orElseThrow();
    }

    private List<String> streamsOf(String name, HeldComponent sink) throws Exception {
        Exchange exchange = context.getEndpoint("direct:in").createExchange();
        exchange.getMessage().setHeader(SegmentConstants.TYPE, "track");
        exchange.getMessage().setHeader(SegmentConstants.EVENT, name);
        CompletableFuture<Exchange> done =
                context.getEndpoint("direct:in").createAsyncProducer().processAsync(exchange);
        List<String> streams = sink.held.stream().map(Held::uri).toList();
        assertThat(sink.held).allSatisfy(held -> assertThat(held.options()).containsEntry("region", "eu-west-1"));
        sink.held.forEach(Held::succeed);
        sink.held.clear();
        assertThat(done).isDone();
        return streams;
    }
}
