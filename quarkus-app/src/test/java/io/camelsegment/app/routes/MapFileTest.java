package io.camelsegment.app.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.camelsegment.app.RunningSettings;
import io.camelsegment.app.settings.Settings;
import io.camelsegment.localaws.LocalAws;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import java.util.stream.Stream;
import org.apache.camel.health.HealthCheckHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The mapping of a destination in a file of its own, from a request to what AWS has. */
@Timeout(60)
class MapFileTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @TempDir
    Path directory;

    private LocalAws aws;

    @BeforeEach
    void startAws() {
        aws = LocalAws.start();
    }

    @AfterEach
    void stopAws() {
        aws.close();
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(directory.resolve(name), text);
    }

    private void replace(Path file, String text) throws IOException {
        Files.move(write("next", text), file, StandardCopyOption.ATOMIC_MOVE);
    }

    private String settings(String type, Path file, String further) {
        return """
                segment:
                  sources: { web: { write-key: WEB } }
                  aws: { endpoint-override: %s }
                  destinations:
                    lake:
                      type: %s
                      map-file: "%s"
                %s
                """
                .formatted(aws.endpoint(), type, file, further.indent(6).stripTrailing());
    }

    private static void post(URI uri, String event) throws Exception {
        assertThat(status(uri, event)).isEqualTo(200);
    }

    private static int status(URI uri, String event) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(uri.resolve("/v1/track"))
                .header("Content-Type", "application/json")
                .header(
                        "Authorization",
                        "Basic " + Base64.getEncoder().encodeToString("WEB:".getBytes(StandardCharsets.UTF_8)))
                .POST(BodyPublishers.ofString("{\"userId\":\"u\",\"event\":\"" + event + "\"}"))
                .build();
        return HTTP.send(request, BodyHandlers.ofString()).statusCode();
    }

    private List<String> streamsWithRecords() {
        return Stream.concat(
                        aws.defaultRegion().streams().stream()
                                .filter(stream -> !stream.records().isEmpty())
                                .map(stream -> stream.name()),
                        aws.defaultRegion().deliveryStreams().stream()
                                .filter(stream -> !stream.records().isEmpty())
                                .map(stream -> stream.name()))
                .sorted()
                .toList();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "kinesis  | rows.yaml        | 'Order *: [orders, audit];Order Completed: done;Debug *: none'",
                "firehose | 'ä & b%20?.yml'  | 'Order *: [orders, audit];Order Completed: done;Debug *: none'",
                "kinesis  | rows.json        | '{\"Order *\":\"orders,audit\",\"Order Completed\":\"done\",\"Debug"
                        + " *\":\"none\"}'",
                "firehose | rows.CSV         | 'event,stream;Order *,orders;Order *,audit;Order Completed,done;Debug *,none'",
            })
    void deliversByTheRowsOfTheFile(String type, String name, String rows) throws Exception {
        List.of("orders", "audit", "done", "rest").forEach(stream -> {
            aws.createStream(stream, 1);
            aws.createDeliveryStream(stream);
        });
        String settings = settings(type, write(name, rows.replace(';', '\n')), "unmapped: rest");
        Destination lake = Settings.read(RunningSettings.config(settings, Map.of()), false)
                .destinations()
                .get(0);
        assertThat(lake.streams()).containsExactly("audit", "done", "orders", "rest");

        try (RunningSettings app = new RunningSettings(settings, Map.of())) {
            post(app.uri(), "Debug It");
            assertThat(streamsWithRecords()).isEmpty();
            post(app.uri(), "Signed Up");
            assertThat(streamsWithRecords()).containsExactly("rest");
            post(app.uri(), "order completed");
            assertThat(streamsWithRecords()).containsExactly("audit", "done", "orders", "rest");
        }
    }

    @Test
    void theRowThatMatchesFirstAppliesAlone() throws Exception {
        List.of("orders", "done").forEach(aws::createDeliveryStream);
        Path file = write("rows.yaml", "Order *: orders\nOrder Completed: done\n");

        try (RunningSettings app = new RunningSettings(settings("firehose", file, "match: first"), Map.of())) {
            post(app.uri(), "Order Completed");
        }
        assertThat(streamsWithRecords()).containsExactly("done");
    }

    @Test
    void takesAFileThatChangesAndRefusesAWrongOneAsAWhole() throws Exception {
        List.of("first", "second").forEach(stream -> aws.createStream(stream, 1));
        Path file = write("rows.yaml", "A: first\n");
        List<String> lines = new CopyOnWriteArrayList<>();
        Logger log = Logger.getLogger("io.camelsegment.routes.MappingFileWatch");
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord record) {
                lines.add(record.getLevel() + " " + new SimpleFormatter().formatMessage(record));
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        log.setLevel(Level.INFO);
        log.addHandler(handler);
        try (RunningSettings app = new RunningSettings(settings("kinesis", file, ""), Map.of())) {
            post(app.uri(), "A");
            assertThat(streamsWithRecords()).containsExactly("first");

            replace(file, "A: second\nB: not a stream\n");
            await().atMost(PATIENCE).until(() -> lines.size() == 1);
            post(app.uri(), "A");
            assertThat(streamsWithRecords()).containsExactly("first");

            replace(file, "B: missing\nA: second\n");
            await().atMost(PATIENCE).until(() -> lines.size() == 2);
            post(app.uri(), "A");
            assertThat(streamsWithRecords()).containsExactly("first", "second");
            assertThat(status(app.uri(), "B")).isNotEqualTo(200);
            assertThat(HealthCheckHelper.invoke(app.context()))
                    .flatExtracting(result -> result.getDetails().keySet())
                    .anyMatch(stream -> stream.contains("missing"));
        } finally {
            log.removeHandler(handler);
        }
        assertThat(lines.get(0))
                .startsWith("WARN")
                .contains("lake keeps its rows, since its file is refused: rows.yaml, line 2, column 1: expected")
                .contains("not a stream");
        assertThat(lines.get(1)).startsWith("INFO").contains("lake has 2 rows now");
        assertThat(lines).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "rows.yaml | 'A: [b'       | 'rows.yaml, line 1, column 6: expected YAML, but'",
                "rows.yaml | 'A: b\n\nC:'  | 'rows.yaml, line 3, column 1: expected at least one delivery stream'",
                "rows.yaml | '- A'         | 'rows.yaml, line 1, column 1: expected streams by event'",
                "rows.yaml | 'A: x\nB: [y, x y]' | 'rows.yaml, line 2, column 1: expected names of streams, 1 to 128'",
                "rows.yaml | 'A: arn:aws:kinesis:eu-west-1:123456789012:stream/a' | 'rows.yaml, line 1, column 1:"
                        + " expected an ARN of the region of the destination, us-west-2, but was"
                        + " \"arn:aws:kinesis:eu-west-1:123456789012:stream/a\": set region to eu-west-1'",
                "rows.yaml | ''            | 'rows.yaml, line 1, column 1: expected at least one row'",
                "rows.json | '{\"A\":\n 7}' | 'rows.json, line 2, column 2: expected a stream or a list of streams'",
                "rows.csv  | 'event,stream\nA,\"b' | 'rows.csv, line 2, column 3: expected \" at the end'",
                "rows.txt  | 'A: b'        | 'expected a file of rows that ends with .yaml, .yml, .json or .csv, but"
                        + " was'",
            })
    void refusesAWrongFileWithItsLineAndColumn(String name, String rows, String expected) throws Exception {
        String yaml = settings("kinesis", write(name, rows), "");

        assertThatThrownBy(() -> Settings.read(RunningSettings.config(yaml, Map.of()), false))
                .hasMessageStartingWith("segment.destinations.lake.map-file: " + expected)
                .message()
                .matches("(?s).* \\(\\S+\\.yaml:7:7\\)")
                .hasLineCount(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "map: { A: b }         | map-file: expected either map or map-file, but there are both: remove one of"
                        + " them",
                "stream-name: events   | stream-name: expected either stream-name, for all events, or map-file, but"
                        + " there are both: remove one of them",
                "unmapped: rest        | unmapped: expected only without a row \"*\" in map-file, which fits every"
                        + " event, but there are both: remove one of them",
                "match: some           | match: expected all or first, but was \"some\"",
            })
    void refusesWhatStandsBesideIt(String beside, String expected) throws Exception {
        String yaml = settings("kinesis", write("rows.yaml", "\"*\": everything"), beside);

        assertThatThrownBy(() -> Settings.read(RunningSettings.config(yaml, Map.of()), false))
                .hasMessageStartingWith("segment.destinations.lake." + expected)
                .message()
                .hasLineCount(1);
    }

    @Test
    void refusesAFileThatIsNotThere() {
        Path file = directory.resolve("missing.yaml");

        assertThatThrownBy(() -> Settings.read(RunningSettings.config(settings("firehose", file, ""), Map.of()), false))
                .hasMessageStartingWith("segment.destinations.lake.map-file: expected a file of rows at " + file
                        + ", but there is none: create it (");
        assertThatThrownBy(() ->
                        Settings.read(RunningSettings.config(settings("firehose", directory, ""), Map.of()), false))
                .hasMessageStartingWith("segment.destinations.lake.map-file: expected a file of rows at " + directory
                        + ", but it cannot be read (");
    }

    @Test
    void aVariableNamesItToo() throws Exception {
        Path file = write("rows.yaml", "A: b");
        String yaml = settings("kinesis", directory.resolve("missing.yaml"), "");

        Settings settings = Settings.read(
                RunningSettings.config(yaml, Map.of("SEGMENT_DESTINATIONS_LAKE_MAP_FILE", file.toString())), false);

        assertThat(settings.destinations().get(0).streams()).containsExactly("b");
    }
}
