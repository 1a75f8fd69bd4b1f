package io.camelsegment.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import io.camelsegment.event.SegmentEvent;
import io.camelsegment.testing.SegmentServer;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.model.RouteDefinition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is read back from bytes goes where it would have gone at first. */
class ReplayTest {

    private static final String KINESIS = "Amazon Kinesis";

    @TempDir
    private Path directory;

    private final BlockingQueue<SegmentEvent> before = new LinkedBlockingQueue<>();
    private final BlockingQueue<SegmentEvent> after = new LinkedBlockingQueue<>();
    private SegmentServer server;

    @BeforeEach
    void start() {
        server = new SegmentServer(new RouteBuilder() {
            @Override
            public void configure() {
                for (String source : new String[] {"web", "hook"}) {
                    String uri = "segment:" + source + "?writeKey=" + source + "&webhook=" + source.equals("hook");
                    RouteDefinition route = from(uri)
                            .process(exchange -> before.add(exchange.getIn().getBody(SegmentEvent.class)))
                            .convertBodyTo(byte[].class);
                    route.choice()
                            .when(header("CamelSegmentEvent").isEqualTo("seda"))
                            .to("seda:replay")
                            .when(header("CamelSegmentEvent").isEqualTo("file"))
                            .to("file:" + directory + "/" + source + "?tempPrefix=.")
                            .otherwise()
                            .to("direct:replay");
                    from("file:" + directory + "/" + source + "?delete=true&initialDelay=0&delay=20")
                            .setHeader("CamelSegmentWebhook", constant(source.equals("hook") ? "true" : "false"))
                            .convertBodyTo(byte[].class)
                            .to("direct:replay");
                }
                from("seda:replay").to("direct:replay");
                from("direct:replay")
                        .convertBodyTo(SegmentEvent.class)
                        .process(exchange -> after.add(exchange.getIn().getBody(SegmentEvent.class)));
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
            quoteCharacter = '`',
            textBlock =
                    """
        web  | {"All":false}                                  | false
        web  | {"All":true,"All":false}                       | false
        web  | {"All":false,"Amazon Kinesis":true}            | true
        web  | {"Amazon Kinesis":false}                       | false
        web  | {}                                             | true
        hook | {"All":false}                                  | true
        hook | {"All":false,"Amazon Kinesis":false}           | false
        """)
    void obeysIntegrationsAsAtFirst(String source, String integrations, boolean enabled) throws Exception {
        for (String way : new String[] {"route", "seda", "file"}) {
            String json = "{\"type\":\"track\",\"event\":\"" + way + "\",\"userId\":\"u1\",\"messageId\":\"" + way
                    + "\",\"timestamp\":\"2026-01-02T03:04:05Z\",\"integrations\":" + integrations + "}";
            String path = source.equals("hook") ? "/v1/webhook/hook" : "/v1/track";
            assertThat(server.post(path, source.equals("hook") ? null : source, json)
                            .statusCode())
                    .isEqualTo(200);

            SegmentEvent first = before.poll(30, TimeUnit.SECONDS);
            SegmentEvent replayed = after.poll(30, TimeUnit.SECONDS);
            assertThat(first.isEnabledFor(KINESIS)).as("at first, %s", way).isEqualTo(enabled);
            assertThat(replayed.isEnabledFor(KINESIS)).as("by %s", way).isEqualTo(enabled);
            assertThat(replayed.json()).isEqualTo(first.json());
            assertThat(replayed.timestamp()).isEqualTo(first.timestamp());
            assertThat(replayed.receivedAt()).isEqualTo(first.receivedAt());
            assertThat(replayed.messageId()).isEqualTo(way);
        }
    }
}
