package io.camelsegment.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.camelsegment.app.routes.RunningRoutes;
import io.camelsegment.app.settings.ReloadedSettings;
import io.camelsegment.app.settings.ReloadedSettings.Outcome;
import io.camelsegment.app.settings.SegmentConfig;
import io.camelsegment.app.settings.SegmentConfigCustomizer;
import io.camelsegment.localaws.LocalAws;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.vertx.core.Context;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Settings that change in their file, from there to what senders are answered and AWS has. */
@Timeout(120)
class SettingsReloadTest {

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private static final String YAML =
            """
            segment:
              sources:
                web:
                  write-key: WEB
                shop:
                  write-key: SHOP
                  allowed-origins: https://shop.example
              aws: { endpoint-override: %s }
              destinations:
                events:
                  type: kinesis
                  stream-name: events
                lake:
                  type: firehose
                  map: { "*": lake }
                  required: false
            """;

    private static final String EVENT =
            "{\"type\":\"track\",\"userId\":\"u\",\"event\":\"Signed Up\",\"properties\":{\"password\":\"x\",\"plan\":\"pro\"}}";

    @TempDir
    Path directory;

    private LocalAws aws;
    private Path file;
    private String yaml;
    private RunningSettings app;
    private SettingsReload reload;
    private Api api;

    @BeforeEach
    void start() throws Exception {
        aws = LocalAws.start();
        aws.createStream("events", 1);
        aws.createDeliveryStream("lake");
        yaml = YAML.formatted(aws.endpoint());
        file = Files.writeString(directory.resolve("segment.yaml"), yaml);
        start(RunningSettings.config(file, Map.of("PASSWORD_OF", "properties.password")));
    }

    private void start(SegmentConfig config) {
        app = new RunningSettings(config);
        reload =
                new SettingsReload(new ReloadedSettings(config, false, new RunningRoutes(app.context(), app.routes())));
        api = new Api(app.uri());
    }

    @AfterEach
    void stop() {
        reload.close();
        app.close();
        aws.close();
    }

    @Test
    void nothingChangesWhileTheFileStays() {
        assertThat(reload.reload()).isEqualTo(new Outcome(List.of(), List.of()));
    }

    @Test
    void writeKeysComeAndGo() throws Exception {
        assertThat(reload("write-key: WEB", "write-key: [WEB, NEW]").changed())
                .containsExactly("segment.sources.web.write-key");
        assertThat(status("WEB")).isEqualTo(200);
        assertThat(status("NEW")).isEqualTo(200);

        reload("write-key: WEB", "write-key: NEW");
        assertThat(status("WEB")).isEqualTo(400);
        assertThat(status("NEW")).isEqualTo(200);
    }

    @Test
    void sourcesSwapTheirKeys() throws Exception {
        write(yaml.replace("WEB", "OTHER").replace("SHOP", "WEB").replace("OTHER", "SHOP"));

        assertThat(reload.reload().changed())
                .containsExactly("segment.sources.shop.write-key", "segment.sources.web.write-key");
        assertThat(status("WEB")).isEqualTo(200);
        assertThat(status("SHOP")).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({
        "max-events,        1, 100,    too_many_events",
        "max-event-bytes,   9, 1000,   event_too_large",
        "max-request-bytes, 9, 100000, request_too_large"
    })
    void sizesGoDownAndUpAndAway(String setting, int low, int high, String code) throws Exception {
        String two = "{\"batch\":[" + EVENT + "," + EVENT + "]}";

        assertThat(reload("write-key: WEB", "write-key: WEB\n      " + setting + ": " + low))
                .isEqualTo(new Outcome(List.of("segment.sources.web." + setting), List.of()));
        assertThat(api.post("/v1/batch", "WEB", two).body()).contains(code);

        reload("write-key: WEB", "write-key: WEB\n      " + setting + ": " + high);
        assertThat(api.post("/v1/batch", "WEB", two).body()).isEqualTo("{\"success\":true}");

        reload("write-key: WEB", "write-key: WEB\n      " + setting + ": " + low);
        assertThat(reload("", "").changed()).containsExactly("segment.sources.web." + setting);
        assertThat(api.post("/v1/batch", "WEB", two).body()).isEqualTo("{\"success\":true}");
    }

    @Test
    void aRateLimitComesAndGoes() throws Exception {
        // Another hundred may come in a hundred seconds.
        String hundred = "{\"batch\":[" + (EVENT + ",").repeat(99) + EVENT + "]}";
        reload("write-key: WEB", "write-key: WEB\n      rate-limit: 1\n      max-events: 100");
        assertThat(api.post("/v1/batch", "WEB", hundred).statusCode()).isEqualTo(200);
        assertThat(api.post("/v1/batch", "WEB", hundred).statusCode()).isEqualTo(429);
        assertThat(api.post("/v1/batch", "SHOP", hundred).statusCode()).isEqualTo(200);

        reload("write-key: WEB", "write-key: WEB\n      rate-limit: 0");
        assertThat(api.post("/v1/batch", "WEB", hundred).statusCode()).isEqualTo(200);
    }

    @Test
    void transformsOfSourcesAndDestinationsComeChangeAndGo() throws Exception {
        status("WEB");
        assertThat(reload("write-key: WEB", "write-key: WEB\n      transform: \"drop: ${PASSWORD_OF}\"")
                        .changed())
                .containsExactly("segment.sources.web.transform");
        status("WEB");
        reload("stream-name: events", "stream-name: events\n      transform: [{ mask: properties.password }]");
        status("WEB");
        reload(
                "stream-name: events",
                "stream-name: events\n      transform: [{ mask: properties.password }, { set: { a: 1 } }]");
        status("WEB");
        reload("", "");
        status("WEB");

        String whole = "{\"password\":\"x\",\"plan\":\"pro\"}";
        String masked = "{\"password\":\"***\",\"plan\":\"pro\"}";
        assertThat(properties(events())).containsExactly(whole, "{\"plan\":\"pro\"}", masked, masked, whole);
        assertThat(events().get(3)).contains("\"a\":1");
        await().atMost(PATIENCE).until(() -> lake().size() == 5);
        assertThat(properties(lake())).containsExactlyInAnyOrder(whole, "{\"plan\":\"pro\"}", whole, whole, whole);
    }

    @Test
    void aTransformMayBlockThatDidNot() throws Exception {
        app.context().addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:clean").routeId("clean").process(exchange -> {
                    assertThat(Context.isOnEventLoopThread()).isFalse();
                    exchange.getMessage()
                            .setBody(exchange.getMessage().getBody(String.class).replace("\"password\":\"x\",", ""));
                });
            }
        });
        for (String through : List.of("direct:clean", "clean", "[{ set: { a: 1 } }, { through: direct:clean }]")) {
            reload("write-key: WEB", "write-key: WEB\n      transform: " + through);
            assertThat(status("WEB")).isEqualTo(200);
        }
        reload("stream-name: events", "stream-name: events\n      transform: direct:clean");
        assertThat(status("WEB")).isEqualTo(200);

        assertThat(properties(events())).hasSize(4).containsOnly("{\"plan\":\"pro\"}");
    }

    @Test
    void severalChangeAtOnceAndTheOthersAreNamed() throws Exception {
        write(yaml.replace("write-key: WEB", "write-key: NEW\n      max-events: 7\n      context-ip: never")
                        .replace("https://shop.example", "https://other.example")
                        .replace("stream-name: events", "stream-name: other\n      transform: \"drop: properties\"")
                        .replace("\"*\": lake", "page: pages")
                + "  deduplicate: false\nquarkus: { http: { port: 9999 } }\nmy: { own: value }\n");

        assertThat(reload.reload())
                .isEqualTo(new Outcome(
                        List.of(
                                "segment.destinations.events.transform",
                                "segment.sources.web.max-events",
                                "segment.sources.web.write-key"),
                        List.of(
                                "my.own",
                                "quarkus.http.port",
                                "segment.deduplicate",
                                "segment.destinations.events.stream-name",
                                "segment.destinations.lake.map.\"*\"",
                                "segment.destinations.lake.map.\"page\"",
                                "segment.sources.shop.allowed-origins",
                                "segment.sources.web.context-ip")));
        assertThat(status("NEW")).isEqualTo(200);
        assertThat(events()).hasSize(1).noneMatch(event -> event.contains("properties"));
        assertThat(reload.reload().changed()).isEmpty();
        assertThat(reload.reload().needsRestart()).as("until the restart").hasSize(8);

        assertThat(reload("", "").needsRestart()).isEmpty();
    }

    @Test
    void sourcesAndDestinationsThatComeAndGoNeedARestart() throws Exception {
        write(yaml.replace("    shop:", "    app:").replace("SHOP", "APP").replace("    lake:", "    sea:"));

        assertThat(reload.reload())
                .isEqualTo(new Outcome(
                        List.of(),
                        List.of(
                                "segment.destinations.lake",
                                "segment.destinations.sea",
                                "segment.sources.app",
                                "segment.sources.shop")));
        assertThat(status("SHOP")).isEqualTo(200);
        assertThat(status("APP")).isEqualTo(400);
    }

    /** Nobody would take events of the key between the reload and the restart. */
    @Test
    void aKeyThatMovesToANewSourceStaysUntilTheRestart() throws Exception {
        write(yaml.replace("write-key: WEB", "write-key: [NEW]\n      max-events: 1")
                .replace("    shop:", "    app:\n      write-key: WEB\n    shop:"));

        assertThat(reload.reload())
                .isEqualTo(new Outcome(
                        List.of("segment.sources.web.max-events"),
                        List.of("segment.sources.app", "segment.sources.web.write-key")));
        assertThat(status("WEB")).isEqualTo(200);
        assertThat(status("NEW")).isEqualTo(400);
    }

    @Test
    void aKeyOfASourceThatGoesIsTakenAfterTheRestart() throws Exception {
        write(yaml.replaceAll("(?s)    shop:.*?  aws", "  aws").replace("write-key: WEB", "write-key: [WEB, SHOP]"));

        assertThat(reload.reload())
                .isEqualTo(new Outcome(List.of(), List.of("segment.sources.shop", "segment.sources.web.write-key")));
        assertThat(status("WEB")).isEqualTo(200);
        assertThat(status("SHOP")).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "write-key: SHOP|write-key: NEW|:4:7",
                "write-key: SHOP|write-key: []|:6:",
                "write-key: SHOP|write-keys: SHOP|:6:7",
                "write-key: SHOP|write-key: SHOP, max-events: 0|:6:",
                "allowed-origins:|max-events: many #|:7:7",
                "allowed-origins:|transform: 'drip: x' #|:7:7",
                "allowed-origins:|transform: nobody #|:7:7",
                "allowed-origins:|transform: 'direct:nowhere' #|:7:7",
                "allowed-origins:|transform: 'unknown:s3cr3t' #|:7:7",
                "allowed-origins:|'  allowed-origins:'|:7:",
                "stream-name: events|stream-name: 'not a stream'|:12:7",
                "type: firehose|type: fire|:14:7"
            })
    void aWrongFileIsRefusedAsAWhole(String from, String to, String place) throws Exception {
        write(yaml.replace("write-key: WEB", "write-key: NEW").replace(from, to));

        ConfigurationException refusal = catchThrowableOfType(ConfigurationException.class, reload::reload);

        assertThat(refusal).hasMessageContaining(file + place).hasMessageNotContainingAny("s3cr3t", "SHOP", "NEW");
        assertThat(status("WEB")).isEqualTo(200);
        assertThat(status("SHOP")).isEqualTo(200);
        assertThat(status("NEW")).isEqualTo(400);
        assertThat(properties(events())).containsOnly("{\"password\":\"x\",\"plan\":\"pro\"}");
        assertThat(reload("write-key: WEB", "write-key: NEW").changed())
                .containsExactly("segment.sources.web.write-key");
        assertThat(status("NEW")).isEqualTo(200);
    }

    @Test
    void theLastOfTwoProfilesWinsAsAtTheStart() throws Exception {
        stop();
        aws = LocalAws.start();
        write(yaml + "\"%one\": { segment: { sources: { web: { max-events: 1 } } } }\n"
                + "\"%two\": { segment: { sources: { web: { max-events: 2 } } } }\n");
        start(new SegmentConfig(new SmallRyeConfigBuilder()
                .addDefaultInterceptors()
                .withSources(new PropertiesConfigSource(
                        Map.of("segment.config", file.toString(), "smallrye.config.profile", "one,two"), "test", 100))
                .withCustomizers(new SegmentConfigCustomizer())
                .build()));

        assertThat(reload.reload()).isEqualTo(new Outcome(List.of(), List.of()));
    }

    @Test
    void theFileIsWatchedAndTheLogNamesWhatChanged() throws Exception {
        List<String> lines = new CopyOnWriteArrayList<>();
        Logger log = Logger.getLogger(SettingsReload.class.getName());
        Handler handler = handler(lines);
        log.addHandler(handler);
        try {
            reload.watch();
            replace(yaml.replace("write-key: WEB", "write-key: NEW").replace("stream-name: events", "stream-name: x"));
            await().atMost(PATIENCE).until(() -> status("NEW") == 200);
            await().atMost(PATIENCE).until(() -> lines.size() == 2);
            replace(yaml.replace("write-key: WEB", "write-keys: WEB"));
            await().atMost(PATIENCE).until(() -> lines.size() == 3);
            assertThat(status("NEW")).isEqualTo(200);
            replace(yaml);
            await().atMost(PATIENCE).until(() -> status("WEB") == 200);
        } finally {
            log.removeHandler(handler);
        }

        assertThat(lines.get(0)).startsWith("INFO").endsWith("in force now: segment.sources.web.write-key");
        assertThat(lines.get(1)).startsWith("WARN").endsWith("restart: segment.destinations.events.stream-name");
        assertThat(lines.get(2)).startsWith("WARN").contains("segment.sources.web.write-keys", file + ":4:7");
        assertThat(lines).noneMatch(line -> line.contains("NEW") || line.contains("WEB"));
    }

    private static Handler handler(List<String> lines) {
        return new Handler() {
            @Override
            public void publish(LogRecord record) {
                lines.add(record.getLevel() + " " + new SimpleFormatter().formatMessage(record));
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
    }

    /** Old and new key overlap, and a step moves from the source to its destinations and back. */
    @Test
    void underLoadNoEventIsRefusedLostOrMissesAStepThatMoves() throws Exception {
        String drop = "\n      transform: \"drop: properties.password\"";
        AtomicInteger newest = new AtomicInteger();
        AtomicBoolean done = new AtomicBoolean();
        AtomicInteger acknowledged = new AtomicInteger();
        Queue<String> refused = new ConcurrentLinkedQueue<>();
        reload("write-key: WEB", "write-key: KEY0" + drop);
        List<CompletableFuture<Void>> senders = new ArrayList<>();
        List<AtomicInteger> used = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            AtomicInteger key = new AtomicInteger();
            used.add(key);
            senders.add(CompletableFuture.runAsync(() -> {
                while (!done.get()) {
                    key.set(newest.get());
                    HttpResponse<String> answer = api.post("/v1/track", "KEY" + key.get(), EVENT);
                    if (answer.statusCode() == 200) {
                        acknowledged.incrementAndGet();
                    } else {
                        refused.add(answer.statusCode() + answer.body());
                    }
                }
            }));
        }
        for (int i = 1; i <= 10; i++) {
            int rotated = i;
            boolean first = i % 2 == 0;
            write(yaml.replace("write-key: WEB", "write-key: [KEY" + (i - 1) + ", KEY" + i + "]" + (first ? drop : ""))
                    .replace("stream-name: events", "stream-name: events" + (first ? "" : drop))
                    .replace("required: false", "required: false" + (first ? "" : drop)));
            assertThat(reload.reload().changed()).hasSize(4);
            newest.set(i);
            await().atMost(PATIENCE).until(() -> {
                // One that failed says why.
                senders.stream().filter(CompletableFuture::isDone).forEach(CompletableFuture::join);
                return used.stream().allMatch(key -> key.get() == rotated);
            });
            write(Files.readString(file).replace("KEY" + (i - 1) + ", ", ""));
            assertThat(reload.reload().changed()).containsExactly("segment.sources.web.write-key");
        }
        done.set(true);
        senders.forEach(CompletableFuture::join);

        assertThat(refused).isEmpty();
        assertThat(acknowledged).hasValueGreaterThanOrEqualTo(40);
        assertThat(properties(events())).hasSize(acknowledged.get()).containsOnly("{\"plan\":\"pro\"}");
        await().atMost(PATIENCE).until(() -> lake().size() == acknowledged.get());
        assertThat(properties(lake())).containsOnly("{\"plan\":\"pro\"}");
    }

    /** Writes the first file with another text in the place of one, and reloads it. */
    private Outcome reload(String from, String to) throws IOException {
        write(from.isEmpty() ? yaml : yaml.replace(from, to));
        return reload.reload();
    }

    private void write(String text) throws IOException {
        Files.writeString(file, text);
    }

    private void replace(String text) throws IOException {
        Files.move(Files.writeString(directory.resolve("next"), text), file, StandardCopyOption.ATOMIC_MOVE);
    }

    private int status(String writeKey) {
        return api.post("/v1/track", writeKey, EVENT).statusCode();
    }

    private List<String> events() {
        return aws.stream("events").records().stream()
                .map(one -> new String(one.data(), StandardCharsets.UTF_8))
                .toList();
    }

    private List<String> lake() {
        return aws.deliveryStream("lake").records().stream()
                .map(one -> new String(one, StandardCharsets.UTF_8))
                .toList();
    }

    private static List<String> properties(List<String> events) {
        return events.stream()
                .map(event -> Api.json(event).path("properties").toString())
                .toList();
    }
}
