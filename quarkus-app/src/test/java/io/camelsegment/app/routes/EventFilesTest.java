package io.camelsegment.app.routes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.camelsegment.event.EventType;
import io.camelsegment.event.SegmentEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventFilesTest {

    private static final String HIDDEN = ".lake-2026-11-30T01.jsonl";
    private static final String NAMED = "lake-2026-11-30T01.jsonl";

    @TempDir
    Path parent;

    private final SettableClock clock = new SettableClock();
    private final CamelContext camel = new DefaultCamelContext();
    private Path directory;
    private EventFiles files;

    @BeforeEach
    void create() {
        directory = parent.resolve("dead-letters");
        files = files("lake");
    }

    @AfterEach
    void stop() {
        camel.stop();
    }

    @Test
    void anHoursEventsAreLinesOfOneFile() throws Exception {
        files.start();
        keep("{\"n\":1}");
        keep("{\"n\":\r\n2}");
        clock.now = clock.now.plus(Duration.ofMinutes(59));
        keep("{\"n\":3}");

        assertThat(contents()).containsExactly(entry(HIDDEN, "{\"n\":1}\n{\"n\":  2}\n{\"n\":3}\n"));
    }

    @Test
    void aFileGetsItsNameWhenItsHourIsOver() throws Exception {
        files.start();
        keep("{\"n\":1}");
        clock.now = clock.now.plus(Duration.ofHours(1));
        keep("{\"n\":2}");

        assertThat(contents())
                .containsExactly(entry(".lake-2026-11-30T02.jsonl", "{\"n\":2}\n"), entry(NAMED, "{\"n\":1}\n"));
    }

    @Test
    void aFileGetsItsNameAtTheStopAndANumberIfThatIsTaken() throws Exception {
        for (int run = 1; run <= 3; run++) {
            files = files("lake");
            files.start();
            keep("{\"run\":" + run + "}");
            files.stop();
        }

        assertThat(contents())
                .containsExactly(
                        entry("lake-2026-11-30T01-2.jsonl", "{\"run\":2}\n"),
                        entry("lake-2026-11-30T01-3.jsonl", "{\"run\":3}\n"),
                        entry(NAMED, "{\"run\":1}\n"));
    }

    @Test
    void whatAKilledProcessLeftIsKept() throws Exception {
        Files.createDirectories(directory);
        Files.writeString(directory.resolve(".lake-2026-11-29T23.jsonl"), "{\"n\":0}\n");
        Files.writeString(directory.resolve(HIDDEN), "{\"n\":1}\n{\"n\":");
        Files.writeString(directory.resolve(".lake-2-2026-11-29T23.jsonl"), "of another\n");
        Files.writeString(directory.resolve(".other"), "of others\n");

        files.start();
        keep("{\"n\":2}");

        assertThat(contents())
                .containsExactly(
                        entry(".lake-2-2026-11-29T23.jsonl", "of another\n"),
                        entry(HIDDEN, "{\"n\":1}\n{\"n\":\n{\"n\":2}\n"),
                        entry(".other", "of others\n"),
                        entry("lake-2026-11-29T23.jsonl", "{\"n\":0}\n"));
    }

    @Test
    void aFileThatSomebodyTakesAwayTakesNoEventWithIt() throws Exception {
        files.start();
        keep("{\"n\":1}");
        Files.delete(directory.resolve(HIDDEN));
        keep("{\"n\":2}");
        Files.delete(directory.resolve(HIDDEN));
        Files.delete(directory);
        keep("{\"n\":3}");

        assertThat(contents()).containsExactly(entry(HIDDEN, "{\"n\":3}\n"));
    }

    @Test
    void aFullDiskLeavesNoEmptyFile() throws Exception {
        files.start();
        Files.createDirectories(directory);
        Files.createSymbolicLink(directory.resolve(HIDDEN), Path.of("/dev/full"));

        assertThatThrownBy(() -> keep("{\"n\":1}"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("No space left");

        assertThat(contents()).isEmpty();
        keep("{\"n\":2}");
        assertThat(contents()).containsExactly(entry(HIDDEN, "{\"n\":2}\n"));
    }

    /** A limit for the size of files stands for the full disk: it takes a part of the last event, too. */
    @Test
    void anEventThatOnlyPartlyFitsIsCutOffAgain() throws Exception {
        Process process = new ProcessBuilder(
                        "sh",
                        "-c",
                        "ulimit -f 4 && exec \"$0\" -Xshare:auto -XX:TieredStopAtLevel=1 -XX:-UsePerfData -cp \"$1\" \"$2\" \"$3\"",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        System.getProperty("java.class.path"),
                        Writer.class.getName(),
                        directory.toString())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);

        assertThat(process.waitFor()).as(output).isZero();
        int kept = Integer.parseInt(
                output.strip().lines().reduce((first, last) -> last).orElseThrow());
        assertThat(kept).isBetween(1, Writer.EVENTS - 1);
        assertThat(contents())
                .containsExactly(entry(NAMED, Writer.EVENT.concat("\n").repeat(kept)));
    }

    /** Keeps as many events as the file takes, and tells how many. */
    static final class Writer {
        static final int EVENTS = 40;
        static final String EVENT = "{\"text\":\"" + "x".repeat(300) + "\"}";

        private Writer() {}

        public static void main(String[] arguments) throws Exception {
            CamelContext camel = new DefaultCamelContext();
            EventFiles files = new EventFiles(Path.of(arguments[0]), "lake", new SettableClock());
            files.setCamelContext(camel);
            int kept = 0;
            for (int i = 0; i < EVENTS; i++) {
                Exchange exchange = new DefaultExchange(camel);
                exchange.getMessage().setBody(EVENT.getBytes(UTF_8));
                kept += takes(files, exchange) ? 1 : 0;
            }
            files.start();
            files.stop();
            camel.stop();
            System.out.println(kept);
        }

        private static boolean takes(EventFiles files, Exchange exchange) throws Exception {
            try {
                files.process(exchange);
                return true;
            } catch (IOException full) {
                return false;
            }
        }
    }

    @Test
    void eventsOfManyThreadsAreWholeLines() throws Exception {
        files.start();
        List<String> events = IntStream.range(0, 400)
                .mapToObj(i -> "{\"n\":" + i + ",\"text\":\"" + "x".repeat(i) + "\"}")
                .toList();

        events.parallelStream().forEach(event -> {
            try {
                keep(event);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });

        assertThat(Files.readAllLines(directory.resolve(HIDDEN))).containsExactlyInAnyOrderElementsOf(events);
    }

    @Test
    void destinationsMayShareADirectory() throws Exception {
        EventFiles other = files("lake-2");
        files.start();
        other.start();
        keep("{\"n\":1}");
        other.process(exchange("{\"n\":2}"));
        files.stop();

        assertThat(contents())
                .containsExactly(entry(".lake-2-2026-11-30T01.jsonl", "{\"n\":2}\n"), entry(NAMED, "{\"n\":1}\n"));
        other.stop();
    }

    @ParameterizedTest
    @CsvSource({
        "file:dead-letters, dead-letters",
        "file:/var/dead letters, /var/dead letters",
        "file:///var/letters, /var/letters",
        "file://letters, letters"
    })
    void aDirectoryIsNamedAsForCamelsFileComponent(String uri, Path expected) {
        assertThat(EventFiles.directoryOf(uri)).contains(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"file:letters?fileName=a", "seda:letters", "ftp:file:letters", "file:{{directory}}"})
    void whatOnlyCamelUnderstandsIsLeftToIt(String uri) {
        assertThat(EventFiles.directoryOf(uri)).isEmpty();
    }

    private EventFiles files(String name) {
        EventFiles created = new EventFiles(directory, name, clock);
        created.setCamelContext(camel);
        return created;
    }

    private void keep(String json) throws Exception {
        files.process(exchange(json));
    }

    private Exchange exchange(String json) {
        Exchange exchange = new DefaultExchange(camel);
        exchange.getMessage()
                .setBody(new SegmentEvent(
                        EventType.PAGE,
                        null,
                        "u",
                        null,
                        null,
                        "m",
                        Instant.EPOCH,
                        Instant.EPOCH,
                        json.getBytes(UTF_8)));
        return exchange;
    }

    private static Map.Entry<String, String> entry(String name, String text) {
        return Map.entry(name, text);
    }

    private SortedMap<String, String> contents() throws IOException {
        SortedMap<String, String> contents = new TreeMap<>();
        try (Stream<Path> paths = Files.list(directory)) {
            paths.forEach(path -> {
                try {
                    contents.put(path.getFileName().toString(), Files.readString(path));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
        return contents;
    }

    private static final class SettableClock extends Clock {
        private volatile Instant now = Instant.parse("2026-11-30T01:00:00Z");

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
