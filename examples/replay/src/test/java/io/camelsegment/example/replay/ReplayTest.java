package io.camelsegment.example.replay;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.camelsegment.localaws.Fault;
import io.camelsegment.localaws.LocalAws;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.apache.camel.main.Main;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplayTest {

    private final LocalAws aws = LocalAws.start();
    private Main main = LocalMain.main(aws);

    @TempDir
    Path folder;

    @BeforeEach
    void createStreams() {
        LocalMain.createStreams(aws);
    }

    @AfterEach
    void stop() {
        main.stop();
        aws.close();
    }

    @Test
    void deliversEveryLineOnceThoughItIsInterrupted() throws Exception {
        write("2026/11/30.json.gz", event("1", "page"), event("2", "identify"), event("3", "page"));
        write("dead-letter.json", event("4", "identify"));
        Fault fault = aws.faults().on("PutRecordBatch").after(2).fail("ValidationException");

        start();
        await().atMost(Duration.ofMinutes(1)).until(() -> fault.hits() > 0);
        main.stop();
        fault.remove();
        main = LocalMain.main(aws);
        start();

        await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> {
            assertThat(folder.resolve("archive/2026/11/.done/30.json.gz")).exists();
            assertThat(folder.resolve("archive/.done/dead-letter.json")).exists();
        });
        assertThat(lines("pages")).containsExactly(event("1", "page"), event("3", "page"));
        assertThat(lines("everything")).containsExactlyInAnyOrder(event("2", "identify"), event("4", "identify"));
    }

    @Test
    void deliversTheDeadLettersOfTheAppButForTheHourUnderWay() throws Exception {
        write("dead-letters/lake-2026-11-30T01.jsonl", event("1", "page"), event("2", "page"));
        write("dead-letters/.lake-2026-11-30T02.jsonl", event("3", "page"));

        start();

        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> assertThat(folder.resolve("archive/dead-letters/.done/lake-2026-11-30T01.jsonl"))
                        .exists());
        assertThat(lines("pages")).containsExactly(event("1", "page"), event("2", "page"));
        assertThat(folder.resolve("archive/dead-letters/.lake-2026-11-30T02.jsonl"))
                .exists();
    }

    private void start() {
        main.addOverrideProperty("replay.from", folder.resolve("archive").toString());
        main.addOverrideProperty("replay.progress", folder.resolve("progress").toString());
        main.addOverrideProperty("replay.delay", "100");
        main.start();
    }

    private List<String> lines(String deliveryStream) {
        return new String(aws.deliveryStream(deliveryStream).content(), UTF_8)
                .lines()
                .toList();
    }

    private static String event(String id, String type) {
        return "{\"messageId\":\"" + id + "\",\"type\":\"" + type + "\",\"userId\":\"Zo\u00eb\",\"traits\":{},"
                + "\"timestamp\":\"2026-11-30T01:02:03.004Z\",\"receivedAt\":\"2026-11-30T01:02:03.004Z\"}";
    }

    private void write(String name, String... lines) throws IOException {
        Path file = folder.resolve("archive").resolve(name);
        Files.createDirectories(file.getParent());
        try (OutputStream bytes = Files.newOutputStream(file);
                OutputStream out = name.endsWith(".gz") ? new GZIPOutputStream(bytes) : bytes) {
            out.write((String.join("\n", lines) + "\n").getBytes(UTF_8));
        }
    }
}
