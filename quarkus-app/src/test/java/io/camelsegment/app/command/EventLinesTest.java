package io.camelsegment.app.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventLinesTest {

    private static final String EVENT = "{\"type\":\"page\",\"userId\":\"u\"}";

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 20})
    void allMembersOfGzipAreReadFromAPipe(int members) throws Exception {
        byte[] member = gzip(EVENT + "\n");

        List<String> events = read(pipe(Collections.nCopies(members, member)));

        assertThat(events).hasSize(members).containsOnly(EVENT);
    }

    @Test
    void membersOfGzipMayBeSplitAnywhere() throws Exception {
        byte[] member = gzip(EVENT + "\n");
        ByteArrayOutputStream both = new ByteArrayOutputStream();
        both.writeBytes(member);
        both.writeBytes(member);
        for (int at = 2; at < both.size(); at++) {
            byte[] all = both.toByteArray();

            assertThat(read(pipe(List.of(Arrays.copyOf(all, at), Arrays.copyOfRange(all, at, all.length)))))
                    .as("split at %d", at)
                    .containsExactly(EVENT, EVENT);
        }
    }

    @Test
    void gzipThatEndsEarlyIsRefused() throws Exception {
        byte[] member = gzip(EVENT + "\n");

        assertThatThrownBy(() -> read(pipe(List.of(member, Arrays.copyOf(member, member.length - 9)))))
                .isInstanceOf(IOException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{",
                "{\"type\":\"page\",",
                "{\"context\":",
                "{\"context\":{}",
                "{\"userId\":\"u",
                "[",
                "[1,",
                "\"a"
            })
    void aLineThatEndsEarlyIsOneEvent(String early) throws Exception {
        for (int at = 0; at < 3; at++) {
            List<String> lines = new ArrayList<>(Collections.nCopies(4, EVENT));
            lines.add(at, early);

            assertThat(read(text(String.join("\n", lines)))).as("line %d", at).containsExactlyElementsOf(lines);
        }
        assertThat(read(text(EVENT + "\n" + early))).containsExactly(EVENT, early);
    }

    @Test
    void anEventMayTakeSeveralLines() throws Exception {
        String pretty = "{\n  \"type\": \"page\",\n\n  \"traits\": {\n  }\n}";

        EventLines lines = EventLines.of(text(pretty + "\n" + pretty + "\r\n\n" + EVENT + "\n{\n" + EVENT));

        assertThat(next(lines)).isEqualTo("1 " + pretty);
        assertThat(next(lines)).isEqualTo("7 " + pretty);
        assertThat(next(lines)).isEqualTo("14 " + EVENT);
        assertThat(next(lines)).isEqualTo("15 {");
        assertThat(next(lines)).isEqualTo("16 " + EVENT);
        assertThat(lines.next()).isNull();
    }

    @Test
    void aLineThatEndsEarlyIsToldOfBeforeAllIsRead() throws Exception {
        InputStream endless = new SequenceInputStream(text("{\"a\":1,\n" + EVENT + "\n"), new InputStream() {
            @Override
            public int read() {
                throw new AssertionError("expected no more to be read");
            }

            @Override
            public int read(byte[] bytes, int offset, int length) {
                return read();
            }
        });

        EventLines lines = EventLines.of(endless);

        assertThat(next(lines)).isEqualTo("1 {\"a\":1,");
        assertThat(next(lines)).isEqualTo("2 " + EVENT);
    }

    @Test
    void anArrayWithoutAnEndDoesNotHideTheLinesAfterIt() throws Exception {
        String number = "1".repeat(1000) + ",\n";

        EventLines lines = EventLines.of(text("[\n" + number.repeat(11_000) + EVENT));

        assertThat(next(lines)).isEqualTo("1 [");
        byte[] last = null;
        for (byte[] event = lines.next(); event != null; event = lines.next()) {
            last = event;
        }
        assertThat(last).isEqualTo(EVENT.getBytes(StandardCharsets.UTF_8));
        assertThat(lines.line()).isEqualTo(11_002);
    }

    private static String next(EventLines lines) throws IOException {
        String event = new String(lines.next(), StandardCharsets.UTF_8);
        return lines.line() + " " + event.strip();
    }

    private static List<String> read(InputStream in) throws IOException {
        List<String> events = new ArrayList<>();
        try (EventLines lines = EventLines.of(in)) {
            for (byte[] event = lines.next(); event != null; event = lines.next()) {
                events.add(new String(event, StandardCharsets.UTF_8));
            }
        }
        return events;
    }

    private static InputStream text(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    /** A pipe whose writer is never ahead: a read gets what was written at once, and nothing is there before it. */
    private static InputStream pipe(List<byte[]> written) {
        List<InputStream> parts =
                written.stream().<InputStream>map(ByteArrayInputStream::new).toList();
        return new SequenceInputStream(Collections.enumeration(parts)) {
            @Override
            public int available() {
                return 0;
            }
        };
    }

    private static byte[] gzip(String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }
}
