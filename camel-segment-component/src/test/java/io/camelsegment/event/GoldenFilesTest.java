package io.camelsegment.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Locale;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every directory of {@code golden/} is one request and what it becomes, byte for byte: {@code request.json} in, {@code
 * records.jsonl} and {@code rejected.txt} out. {@code call.properties} says what is not in the body: {@code path}
 * (default batch), {@code receivedAt} (default 2026-11-21T10:00:00.266Z), {@code ip}, {@code webhook}.
 */
class GoldenFilesTest {
    private static final Path GOLDEN = Path.of("src/test/resources/golden");

    @ParameterizedTest
    @MethodSource("cases")
    void becomesExactlyTheExpectedRecords(String name) throws Exception {
        Path directory = GOLDEN.resolve(name);
        Outcome outcome = Outcome.of(directory);

        assertThat(outcome.records).isEqualTo(read(directory.resolve("records.jsonl")));
        assertThat(outcome.rejected).isEqualTo(read(directory.resolve("rejected.txt")));
    }

    static Stream<String> cases() throws IOException {
        try (Stream<Path> directories = Files.list(GOLDEN)) {
            return directories.map(Path::getFileName).map(Path::toString).sorted().toList().stream();
        }
    }

    private static String read(Path file) throws IOException {
        return Files.exists(file) ? Files.readString(file) : "";
    }

    private record Outcome(String records, String rejected) {

        static Outcome of(Path directory) throws Exception {
            Properties call = new Properties();
            Path properties = directory.resolve("call.properties");
            if (Files.exists(properties)) {
                try (var reader = Files.newBufferedReader(properties)) {
                    call.load(reader);
                }
            }
            boolean webhook = Boolean.parseBoolean(call.getProperty("webhook"));
            AtomicInteger made = new AtomicInteger();
            NormalizeOptions options = (webhook ? NormalizeOptions.WEBHOOK : NormalizeOptions.DEFAULT)
                    .ip(call.getProperty("ip"))
                    .messageIds(() -> "made-" + made.incrementAndGet());
            EventParser parser = new EventParser(EventLimits.DEFAULT);
            byte[] request = Files.readAllBytes(directory.resolve("request.json"));
            String path = call.getProperty("path");
            EventBatch batch;
            if (webhook) {
                batch = parser.parseAny(request);
            } else if (path != null) {
                batch = parser.parseEvent(request, EventType.valueOf(path.toUpperCase(Locale.ROOT)));
            } else {
                batch = parser.parseBatch(request);
            }
            Instant receivedAt = Instant.parse(call.getProperty("receivedAt", "2026-11-21T10:00:00.266Z"));
            StringBuilder records = new StringBuilder();
            StringBuilder rejected = new StringBuilder();
            for (int i = 0; i < batch.size(); i++) {
                try {
                    SegmentEvent event = batch.normalize(i, receivedAt, options);
                    records.append(new String(event.json(), UTF_8)).append('\n');
                } catch (InvalidEventException e) {
                    rejected.append(e.index())
                            .append(' ')
                            .append(e.messageId())
                            .append(' ')
                            .append(e.code())
                            .append(": ")
                            .append(e.getMessage())
                            .append('\n');
                }
            }
            return new Outcome(records.toString(), rejected.toString());
        }
    }
}
