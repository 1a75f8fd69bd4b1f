package io.camelsegment.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.camelsegment.app.Api;
import io.camelsegment.app.RunningSettings;
import io.camelsegment.app.setup.CommandRun;
import io.camelsegment.localaws.KinesisStream;
import io.camelsegment.localaws.LocalAws;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code segment send} and {@code segment replay}, to a collector that runs. */
class SendingCommandsTest {

    private static final String KEY = "s3cr3t";

    @TempDir
    Path directory;

    private LocalAws aws;
    private KinesisStream stream;
    private RunningSettings collector;
    private Path key;

    @BeforeEach
    void start() throws Exception {
        aws = LocalAws.start();
        stream = aws.createStream("events", 2);
        collector = new RunningSettings(
                """
                segment:
                  aws: { endpoint-override: "%s" }
                  sources: { web: { write-key: %s } }
                  destinations: { analytics: { type: kinesis, stream-name: events, linger-time: 5ms } }
                """
                        .formatted(aws.endpoint(), KEY),
                Map.of());
        key = Files.writeString(directory.resolve("key"), KEY + "\n");
    }

    @AfterEach
    void stop() {
        collector.close();
        aws.close();
    }

    @Test
    void oneEventIsSentAsItIs() {
        CommandRun run = send("{\"type\":\"track\",\"userId\":\"u\",\"event\":\"E\",\"properties\":{\"total\":1.50}}");

        assertThat(run.errors()).isEmpty();
        assertThat(run.exitCode()).isZero();
        assertThat(run.output()).isEqualTo("1 accepted by " + collector.uri() + "/v1\n");
        assertThat(events()).singleElement().asString().contains("\"properties\":{\"total\":1.50}", "\"messageId\":");
    }

    @Test
    void aFileHasAnEventALineOrOneOfManyLines() throws Exception {
        Path lines = Files.writeString(directory.resolve("a.jsonl"), lines(0, 1203) + "\n");
        Path pretty =
                Files.writeString(directory.resolve("b.json"), "{\n \"type\": \"page\",\n \"userId\": \"last\"\n}\n");
        Path gzip = gzip(directory.resolve("c"), lines(2000, 10));

        CommandRun run = send(lines.toString(), pretty.toString(), gzip.toString(), "--json");

        assertThat(run.errors()).isEmpty();
        assertThat(run.json()).hasToString("{\"accepted\":1214,\"refused\":0}");
        assertThat(events()).hasSize(1214).anyMatch(event -> event.contains("\"userId\": \"last\""));
    }

    @Test
    void theWriteKeyAndTheUrlAreThoseOfTheSettingsByDefault() {
        CommandRun run = CommandRun.with(
                Map.of(
                        "segment.sources.web.write-key",
                        KEY,
                        "segment.destinations.analytics.type",
                        "kinesis",
                        "segment.destinations.analytics.stream-name",
                        "events",
                        "quarkus.http.port",
                        String.valueOf(collector.uri().getPort())),
                "send",
                "--type",
                "track",
                "{\"userId\":\"u\",\"event\":\"E\"}");

        assertThat(run.errors()).isEmpty();
        assertThat(run.exitCode()).isZero();
        assertThat(run.output()).doesNotContain(KEY);
    }

    @Test
    void eachRefusedEventIsALineWithItsPlaceAndWithoutItsContents() throws Exception {
        Path file = Files.writeString(
                directory.resolve("a.jsonl"),
                """
                {"type":"track","userId":"secret-1","event":"E"}
                {"type":"track","event":"secret-2"}
                {"type":secret-3}
                {"type":"track","userId":"u","event":"%s"}
                """
                        .formatted("secret".repeat(6_000)));

        CommandRun run = send(file.toString());

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.output()).contains("1 accepted by ", ", 3 refused");
        assertThat(run.errors())
                .hasLineCount(3)
                .contains(file + ":2: no_user_anon_id: ", file + ":3: bad_request: ", file + ":4: ")
                .doesNotContain("secret-", "secretsecret");
        assertThat(events()).hasSize(1);
    }

    @Test
    void aWrongKeyAndAMissingCollectorAreOneLine() throws Exception {
        Path wrong = Files.writeString(directory.resolve("wrong"), "another-s3cr3t");
        CommandRun refused = CommandRun.with(
                Map.of(),
                "send",
                "--url",
                url(),
                "--write-key-file",
                wrong.toString(),
                "{\"type\":\"page\",\"userId\":\"u\"}");
        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(refused.errors())
                .hasLineCount(1)
                .contains("project_not_found")
                .doesNotContain(KEY);

        CommandRun nobody = CommandRun.with(
                Map.of(),
                "send",
                "--url",
                "http://127.0.0.1:1/v1",
                "--write-key-file",
                key.toString(),
                "{\"type\":\"page\",\"userId\":\"u\"}");
        assertThat(nobody.exitCode()).isEqualTo(1);
        assertThat(nobody.errors())
                .hasLineCount(1)
                .startsWith("expected a collector at http://127.0.0.1:1/v1, but it cannot be reached")
                .doesNotContain(KEY);
    }

    @Test
    void aKeyThatIsWrittenWhereItIsToBeTypedIsNotRepeated() {
        CommandRun run = CommandRun.with(Map.of(), "replay", "--write-key=" + KEY, KEY);

        assertThat(run.exitCode()).as(run.errors() + run.output()).isEqualTo(2);
        assertThat(run.errors()).hasLineCount(1).contains("--write-key").doesNotContain(KEY);
    }

    @Test
    void aKeyIsTypedWhenAskedFor() {
        CommandRun run = withInput(
                KEY + "\n",
                () -> CommandRun.with(
                        Map.of(), "send", "--url", url(), "--write-key", "{\"type\":\"page\",\"userId\":\"u\"}"));

        assertThat(run.errors()).isEmpty();
        assertThat(run.output()).startsWith("1 accepted by ");
    }

    @Test
    void standardInputIsReadWhereNoArgumentNamesAnEvent() {
        CommandRun run = withInput(lines(0, 3), () -> send());

        assertThat(run.errors()).isEmpty();
        assertThat(run.output()).startsWith("3 accepted by ");
        assertThat(events()).hasSize(3);
    }

    private static CommandRun withInput(String text, Supplier<CommandRun> command) {
        InputStream before = System.in;
        System.setIn(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
        try {
            return command.get();
        } finally {
            System.setIn(before);
        }
    }

    @Test
    void aFileThatCannotBeReadIsOneLine() throws Exception {
        byte[] whole = Files.readAllBytes(gzip(directory.resolve("whole"), lines(0, 100)));
        Path half = Files.write(directory.resolve("half.gz"), Arrays.copyOf(whole, whole.length / 2));

        assertThat(send(half.toString()).errors()).hasLineCount(1).contains("half.gz", "gzip is broken or ends early");
        assertThat(send(directory.resolve("none").toString()).errors())
                .hasLineCount(1)
                .contains("there is none");
    }

    @Test
    void progressIsShownWhenAskedFor() throws Exception {
        Path file = Files.writeString(directory.resolve("a.jsonl"), lines(0, 20));

        CommandRun run = send("--progress", "--rate", "1000", file.toString());

        assertThat(run.exitCode()).as(run.errors()).isZero();
        assertThat(run.errors()).contains("100 %  20 events").endsWith("\n");
    }

    @Test
    void replaySendsAllFilesOfADirectoryButHiddenOnes() throws Exception {
        Path archive = Files.createDirectories(directory.resolve("archive/2026/11"));
        Files.writeString(archive.resolve("lake-1-2026-11-30-12-00-00-x"), lines(0, 30));
        gzip(archive.resolve("lake-2.gz"), lines(30, 30));
        Files.writeString(archive.resolve(".lake-2026-11-30T13.jsonl"), lines(60, 30));

        CommandRun run = replay(directory.resolve("archive"));

        assertThat(run.errors()).isEmpty();
        assertThat(run.output()).isEqualTo("60 accepted of 2 files\n");
        assertThat(events())
                .hasSize(60)
                .allMatch(event -> event.contains("\"timestamp\":\"2026-01-02T03:04:05.678Z\""))
                .allMatch(event -> !event.contains("2020-01-01"));
    }

    @Test
    void replayGoesOnWhereItWasInterrupted() throws Exception {
        Path archive = Files.createDirectories(directory.resolve("archive"));
        Files.writeString(archive.resolve("a"), lines(0, 600));
        Path broken = Files.writeString(archive.resolve("b"), "");
        gzip(broken, lines(600, 700));
        byte[] whole = Files.readAllBytes(broken);
        Files.write(broken, Arrays.copyOf(whole, whole.length - 8));

        CommandRun first = replay(archive);

        assertThat(first.exitCode()).isEqualTo(1);
        assertThat(first.errors()).hasLineCount(1).contains("its gzip is broken or ends early");
        int before = events().size();
        assertThat(before).isEqualTo(1100);

        Files.write(broken, whole);
        CommandRun second = replay(archive);

        assertThat(second.exitCode()).as(second.errors()).isZero();
        assertThat(second.errors()).hasLineCount(1).startsWith("Resuming from ");
        assertThat(second.output()).isEqualTo("700 accepted of 2 files, 1 done before\n");
        assertThat(events().stream()
                        .map(event -> Api.json(event).at("/messageId").asText())
                        .distinct())
                .hasSize(1300);
        assertThat(replay(archive).output()).isEqualTo("0 accepted of 2 files, 2 done before\n");
        assertThat(replay(archive, "--restart").output()).isEqualTo("1,300 accepted of 2 files\n");
    }

    @Test
    void replayGoesOnAfterTheLastBatchThatWasNoted() throws Exception {
        Path archive = Files.createDirectories(directory.resolve("archive"));
        Files.writeString(archive.resolve("a"), lines(0, 700));
        replay(archive);
        Path state = archive.resolve(".segment-replay");
        List<String> noted = Files.readAllLines(state);
        assertThat(noted).hasSize(2);
        assertThat(String.join("", noted)).doesNotContain(KEY);
        Files.writeString(state, noted.get(0) + "\n" + noted.get(1).substring(0, 2));

        assertThat(replay(archive).output()).isEqualTo("200 accepted of 1 file\n");
    }

    @Test
    void replayIsDoneForOneTargetAndForTheFileAsItWas() throws Exception {
        Path file = Files.writeString(directory.resolve("a"), lines(0, 3));
        assertThat(replay(file).output()).isEqualTo("3 accepted of 1 file\n");

        assertThat(CommandRun.with(
                                Map.of(),
                                "replay",
                                "--url",
                                url().replace("127.0.0.1", "localhost"),
                                "--write-key-file",
                                key.toString(),
                                file.toString())
                        .output())
                .isEqualTo("3 accepted of 1 file\n");
        assertThat(replay(file).output()).isEqualTo("0 accepted of 1 file, 1 done before\n");

        Files.writeString(file, "\n" + lines(3, 1), StandardOpenOption.APPEND);
        assertThat(replay(file).output()).isEqualTo("4 accepted of 1 file\n");

        Files.writeString(file, lines(4, 4));
        Files.setLastModifiedTime(file, FileTime.fromMillis(1_000_000_000_000L));
        assertThat(replay(file, "--json").json().at("/accepted").asInt()).isEqualTo(4);
    }

    @Test
    void aFileWithRefusedEventsIsNotDone() throws Exception {
        Path file = Files.writeString(directory.resolve("a"), lines(0, 2) + "\n{\"type\":\"track\"}\n" + lines(2, 600));

        for (int run = 0; run < 2; run++) {
            CommandRun refused = replay(file);

            assertThat(refused.exitCode()).isEqualTo(1);
            assertThat(refused.output()).isEqualTo("602 accepted of 1 file, 1 refused\n");
        }
    }

    @Test
    void replayTellsOfNoFiles() {
        CommandRun run = replay(directory.resolve("nowhere"));

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.errors()).hasLineCount(1).contains("there is none at");
    }

    private CommandRun send(String... arguments) {
        return run("send", arguments);
    }

    private CommandRun replay(Path path, String... options) {
        String[] arguments = Arrays.copyOf(options, options.length + 1);
        arguments[options.length] = path.toString();
        return run("replay", arguments);
    }

    private CommandRun run(String command, String... arguments) {
        List<String> all = new ArrayList<>(List.of(command, "--url", url(), "--write-key-file", key.toString()));
        all.addAll(List.of(arguments));
        return CommandRun.with(Map.of(), all.toArray(String[]::new));
    }

    private String url() {
        return collector.uri() + "/v1";
    }

    private List<String> events() {
        return stream.records().stream()
                .map(record -> new String(record.data(), StandardCharsets.UTF_8))
                .toList();
    }

    /** Events as an archive has them. */
    private static String lines(int from, int count) {
        return IntStream.range(from, from + count)
                .mapToObj(i -> ("{\"type\":\"track\",\"event\":\"E\",\"userId\":\"user-%d\",\"messageId\":\"m-%d\","
                                + "\"timestamp\":\"2026-01-02T03:04:05.678Z\","
                                + "\"receivedAt\":\"2020-01-01T00:00:00.000Z\"}")
                        .formatted(i, i))
                .collect(Collectors.joining("\n"));
    }

    private static Path gzip(Path file, String text) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return Files.write(file, bytes.toByteArray());
    }
}
