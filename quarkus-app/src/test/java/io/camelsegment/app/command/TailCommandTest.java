package io.camelsegment.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.camelsegment.app.Api;
import io.camelsegment.app.RunningSettings;
import io.camelsegment.app.routes.AwsAccess;
import io.camelsegment.app.setup.AwsClients;
import io.camelsegment.app.setup.CommandRun;
import io.camelsegment.localaws.KinesisStream;
import io.camelsegment.localaws.LocalAws;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;

class TailCommandTest {

    @TempDir
    Path directory;

    private final LocalAws aws = LocalAws.start();
    private final KinesisStream stream = aws.createStream("events", 2);
    private final AwsClients clients = new AwsClients();
    private final KinesisClient kinesis = clients.kinesis(
            new AwsAccess("us-west-2", null, null, aws.endpoint()),
            StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")));

    @AfterEach
    void stop() {
        clients.close();
        aws.close();
    }

    @Test
    void printsTheEventsOfPackedRecords() throws Exception {
        String yaml =
                """
                segment:
                  aws: { endpoint-override: "%s" }
                  sources: { web: { write-key: k } }
                  destinations: { analytics: { type: kinesis, stream-name: events, packing: kpl } }
                """
                        .formatted(aws.endpoint());
        Path file = Files.writeString(
                directory.resolve("events.jsonl"),
                IntStream.range(0, 300)
                        .mapToObj(i ->
                                "{\"type\":\"page\",\"userId\":\"user-" + i % 20 + "\",\"messageId\":\"m" + i + "\"}")
                        .collect(Collectors.joining("\n")));
        try (RunningSettings collector = new RunningSettings(yaml, Map.of())) {
            Path key = Files.writeString(directory.resolve("key"), "k");
            assertThat(CommandRun.with(
                                    Map.of(),
                                    "send",
                                    "--url",
                                    collector.uri() + "/v1",
                                    "--write-key-file",
                                    key.toString(),
                                    file.toString())
                            .exitCode())
                    .isZero();
        }
        assertThat(stream.recordCount()).isLessThan(300);

        CommandRun run = tail("--from", "trim-horizon", "--stop-at-end", "--json", "events");

        assertThat(run.exitCode()).as(run.errors()).isZero();
        List<JsonNode> lines = run.output().lines().map(Api::json).toList();
        assertThat(lines.stream().map(line -> line.at("/data/messageId").asText()))
                .hasSize(300)
                .doesNotHaveDuplicates();
        assertThat(lines).allSatisfy(line -> {
            assertThat(line.at("/partitionKey").asText())
                    .isEqualTo(line.at("/data/userId").asText());
            assertThat(line.at("/shardId").asText()).startsWith("shardId-");
            assertThat(line.at("/arrivedAt").asText()).startsWith("20");
        });
    }

    @Test
    void readsParentsBeforeTheirChildren() {
        put("before");
        stream.updateShardCount(4);
        put("between");
        stream.updateShardCount(2);
        put("after");

        List<String> lines = tail("--from", "trim-horizon", "--stop-at-end", "events")
                .output()
                .lines()
                .toList();

        assertThat(lines)
                .hasSize(60)
                .filteredOn(line -> line.endsWith(" 7"))
                .containsExactly("before 7", "between 7", "after 7");
    }

    @Test
    void fromLatestItFollowsTheShardsThatComeLater() {
        put("before");
        StreamReader reader = new StreamReader(kinesis, "events", ShardIteratorType.LATEST, null);
        List<String> read = new ArrayList<>();

        put("now");
        while (reader.read((shardId, record) -> read.add(record.data().asUtf8String()))) {}
        stream.updateShardCount(4);
        put("later");
        do {
            boolean unused =
                    reader.read((shardId, record) -> read.add(record.data().asUtf8String()));
        } while (!reader.isCaughtUp());

        assertThat(reader.shardCount()).isEqualTo(4);
        assertThat(read).hasSize(40).noneMatch(line -> line.startsWith("before"));
        assertThat(read).filteredOn(line -> line.endsWith(" 3")).containsExactly("now 3", "later 3");
    }

    @Test
    void beginsAtATimeAndEndsAfterACount() {
        put("before");

        assertThat(tail("--from", "1h", "--count", "5", "events").output()).hasLineCount(5);
        assertThat(tail("--from", "2099-01-01T00:00:00Z", "--stop-at-end", "events")
                        .output())
                .isEmpty();
    }

    @Test
    void aRecordThatIsNoTextIsBase64OrOnALineOfItsOwn() {
        kinesis.putRecord(request ->
                request.streamName("events").partitionKey("p").data(SdkBytes.fromUtf8String("a\u001b[31m\nb")));

        assertThat(tail("--from", "trim-horizon", "--stop-at-end", "events").output())
                .isEqualTo("a [31m b\n");
        assertThat(tail("--from", "trim-horizon", "--stop-at-end", "--json", "events")
                        .output())
                .contains("\"base64\":\"YRtbMzFtCmI=\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"a\":1}\n{\"a\":2}", "{\"a\":1}{\"a\":2}", "{\"a\":1} x", "{\"a\":1}]", "1 2"})
    void dataThatIsMoreThanOneValueIsBase64(String data) {
        kinesis.putRecord(
                request -> request.streamName("events").partitionKey("p").data(SdkBytes.fromUtf8String(data)));

        JsonNode line = Api.json(tail("--from", "trim-horizon", "--stop-at-end", "--json", "events")
                .output());

        assertThat(line.has("data")).isFalse();
        assertThat(Base64.getDecoder().decode(line.at("/base64").asText()))
                .asString()
                .isEqualTo(data);
    }

    @Test
    void mistakesAreOneLine() {
        assertThat(tail("--stop-at-end", "missing"))
                .satisfies(run -> assertThat(run.exitCode()).isEqualTo(1))
                .satisfies(run -> assertThat(run.errors()).hasLineCount(1).contains("ResourceNotFoundException"));
        assertThat(tail("--from", "yesterday", "events"))
                .satisfies(run -> assertThat(run.exitCode()).isEqualTo(2))
                .satisfies(run -> assertThat(run.errors()).hasLineCount(1).startsWith("--from: expected latest"));
        assertThat(CommandRun.with(Map.of(), "tail", "--endpoint-url", "http://me:s3cr3t@localhost", "events"))
                .satisfies(run -> assertThat(run.exitCode()).isEqualTo(2))
                .satisfies(run -> assertThat(run.errors())
                        .hasLineCount(1)
                        .startsWith("--endpoint-url: expected an http or https URI without a user")
                        .doesNotContain("s3cr3t"));
        assertThat(CommandRun.with(
                        Map.of(
                                "segment.sources.web.write-key", "k",
                                "segment.destinations.analytics.type", "kinesis",
                                "segment.destinations.analytics.stream-name", "events"),
                        "tail",
                        "others"))
                .satisfies(run -> assertThat(run.exitCode()).isEqualTo(2))
                .satisfies(run -> assertThat(run.errors()).hasLineCount(1).contains("none has \"others\""));
    }

    @Test
    void theSettingsSayWhereAStreamIs() {
        put("there");
        Map<String, String> settings = Map.of(
                "segment.aws.endpoint-override",
                aws.endpoint().toString(),
                "segment.sources.web.write-key",
                "k",
                "segment.destinations.analytics.type",
                "kinesis",
                "segment.destinations.analytics.stream-name",
                stream.arn());

        CommandRun run = CommandRun.with(settings, "tail", "--from", "trim-horizon", "--stop-at-end", "events");

        assertThat(run.exitCode()).as(run.errors()).isZero();
        assertThat(run.errors()).startsWith("Reading " + stream.arn() + " in us-west-2, 2 shards");
        assertThat(run.output()).hasLineCount(20);
    }

    @Test
    void aStreamOfSeveralRegionsIsAskedFor() {
        Map<String, String> settings = Map.of(
                "segment.sources.web.write-key", "k",
                "segment.destinations.one.type", "kinesis",
                "segment.destinations.one.stream-name", "events",
                "segment.destinations.one.region", "eu-west-1",
                "segment.destinations.two.type", "kinesis",
                "segment.destinations.two.stream-name", "events",
                "segment.destinations.two.region", "us-east-1");

        CommandRun run = CommandRun.with(settings, "tail", "events");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.errors()).hasLineCount(1).contains("several regions: name its --region");
    }

    @Test
    void theEndpointOfAnOptionCountsInLocalMode() {
        put("there");
        Map<String, String> settings = Map.of(
                "quarkus.profile", "local",
                "segment.local-aws.enabled", "true",
                "segment.local-aws.port", "1",
                "segment.sources.web.write-key", "k",
                "segment.destinations.one.type", "kinesis",
                "segment.destinations.one.stream-name", "events",
                "segment.destinations.one.region", "us-west-2");

        CommandRun run = CommandRun.with(
                settings,
                "tail",
                "--from",
                "trim-horizon",
                "--stop-at-end",
                "--endpoint-url",
                aws.endpoint().toString(),
                "events");

        assertThat(run.exitCode()).as(run.errors()).isZero();
        assertThat(run.output()).hasLineCount(20);
    }

    private void put(String word) {
        for (int i = 0; i < 20; i++) {
            int key = i;
            kinesis.putRecord(request -> request.streamName("events")
                    .partitionKey("key-" + key)
                    .data(SdkBytes.fromUtf8String(word + " " + key)));
        }
    }

    private CommandRun tail(String... arguments) {
        List<String> all = new ArrayList<>(List.of(
                "tail",
                "--region",
                "us-west-2",
                "--endpoint-url",
                aws.endpoint().toString()));
        all.addAll(List.of(arguments));
        return CommandRun.with(Map.of(), all.toArray(String[]::new));
    }
}
