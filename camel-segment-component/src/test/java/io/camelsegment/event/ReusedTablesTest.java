package io.camelsegment.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The tables that requests of one thread share show nothing of one request in another. */
class ReusedTablesTest {

    private static final Instant RECEIVED_AT = Instant.parse("2026-11-21T10:00:00.266Z");
    private static final EventParser PARSER = new EventParser(EventLimits.DEFAULT);
    private static final NormalizeOptions OPTIONS = NormalizeOptions.DEFAULT;

    private static final List<String> BODIES = List.of(
            "{\"type\":\"track\",\"event\":\"E\",\"userId\":\"u1\",\"messageId\":\"m1\"}",
            "{\"type\":\"page\",\"anonymousId\":\"a\",\"messageId\":\"m2\",\"sentAt\":\"2026-11-21T10:00:00.000Z\","
                    + "\"timestamp\":\"2026-11-21T09:59:59.000Z\",\"context\":{\"locale\":\"de\"},\"writeKey\":\"K\"}",
            "{\"batch\":[" + events(1, 40) + "],\"context\":{\"app\":1},\"integrations\":{\"All\":true},"
                    + "\"sentAt\":\"2026-11-21T10:00:00.100Z\",\"writeKey\":\"K2\"}",
            "{\"batch\":[" + events(2, 3) + "]}",
            "{\"batch\":[" + events(3, 9) + "],\"batch\":[" + events(4, 2) + "]}",
            "[" + events(5, 4) + "]",
            "{\"batch\":[{\"type\":\"track\",\"userId\":7,\"event\":\"E\",\"messageId\":8,\"traits\":{},"
                    + "\"previousId\":1,\"groupId\":2,\"_metadata\":{},\"category\":\"c\",\"name\":\"n\",\"receivedAt\":1}]}",
            "{\"batch\":[3,{\"userId\":\"u\"}," + events(6, 1) + "]}");

    private static final List<String> BROKEN = List.of(
            "{\"batch\":[" + events(7, 5) + ",{\"type\":\"track\",\"userId\":\"lost\"",
            "{\"type\":\"track\",\"userId\":\"lost\",\"context\":{",
            "{\"batch\":[]}",
            "[" + events(8, 2) + "]]");

    private static String events(int request, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> "{\"type\":\"track\",\"event\":\"E" + request + "\",\"userId\":\"u" + i
                        + "\",\"messageId\":\"m" + request + "-" + i + "\",\"context\":{\"n\":" + i + "}}")
                .collect(Collectors.joining(","));
    }

    private static EventBatch parse(String body) throws InvalidRequestException {
        return PARSER.parseAny(body.getBytes(StandardCharsets.UTF_8));
    }

    /** Returns all that a batch tells, as text. */
    private static String told(EventBatch batch) {
        StringBuilder told = new StringBuilder().append(batch.writeKey());
        for (int i = 0; i < batch.size(); i++) {
            told.append('\n').append(batch.writeKey(i)).append(' ');
            try {
                SegmentEvent event = batch.normalize(i, RECEIVED_AT, OPTIONS);
                told.append(event.type()).append(event.partitionKey()).append(event.timestamp());
                told.append(event.isEnabledFor("Amazon Kinesis"));
                told.append(new String(event.json(), StandardCharsets.UTF_8));
            } catch (InvalidEventException e) {
                told.append(e.code()).append(e.getMessage());
                told.append(new String(batch.originalBytes(i), StandardCharsets.UTF_8));
            }
        }
        return told.toString();
    }

    private static List<String> toldByThreadsOfTheirOwn() throws Exception {
        List<String> told = new ArrayList<>();
        for (String body : BODIES) {
            ExecutorService thread = Executors.newSingleThreadExecutor();
            try {
                told.add(thread.submit(() -> told(parse(body))).get(20, TimeUnit.SECONDS));
            } finally {
                thread.shutdownNow();
            }
        }
        return told;
    }

    @Test
    void eachRequestIsReadAsIfItWereTheFirst() throws Exception {
        List<String> expected = toldByThreadsOfTheirOwn();
        Random random = new Random(7);
        for (int i = 0; i < 2_000; i++) {
            int next = random.nextInt(BODIES.size());
            EventBatch batch = parse(BODIES.get(next));
            assertThat(told(batch)).isEqualTo(expected.get(next));
            switch (random.nextInt(4)) {
                case 0 -> {} // not released, as after a refusal
                case 1 -> {
                    batch.release();
                    String broken = BROKEN.get(random.nextInt(BROKEN.size()));
                    assertThatThrownBy(() -> parse(broken)).isInstanceOf(InvalidRequestException.class);
                }
                default -> batch.release();
            }
        }
    }

    @Test
    void twoAtATimeHaveTablesOfTheirOwn() throws Exception {
        List<String> expected = toldByThreadsOfTheirOwn();
        for (int first = 0; first < BODIES.size(); first++) {
            for (int second = 0; second < BODIES.size(); second++) {
                EventBatch one = parse(BODIES.get(first));
                EventBatch other = parse(BODIES.get(second));
                assertThat(told(one)).isEqualTo(expected.get(first));
                assertThat(told(other)).isEqualTo(expected.get(second));
                other.release();
                assertThat(told(one)).isEqualTo(expected.get(first));
                one.release();
            }
        }
    }

    @Test
    void eventsStayAsTheyAreAfterTheRelease() throws Exception {
        EventBatch batch = parse(BODIES.get(0));
        SegmentEvent event = batch.normalize(0, RECEIVED_AT, OPTIONS);
        byte[] before = event.json().clone();
        batch.release();

        EventBatch next = parse(BODIES.get(2));
        told(next);
        next.release();

        assertThat(event.json()).isEqualTo(before);
        assertThat(event.userId()).isEqualTo("u1");
    }

    @Test
    void aReleasedBatchCannotBeReadAnyMore() throws Exception {
        EventBatch batch = parse(BODIES.get(3));
        batch.release();

        assertThatThrownBy(batch::size).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(batch::release).isInstanceOf(NullPointerException.class);
    }

    @Test
    void aThreadKeepsLittleOfALargeRequest() throws Exception {
        EventParser large = new EventParser(new EventLimits(32_000_000, 32_000_000, 100_000, 100));
        String members = IntStream.range(0, 2_000)
                .mapToObj(i -> "\"userId\":" + i)
                .collect(Collectors.joining(",", "{\"type\":\"track\",\"event\":\"E\",", "}"));
        String body = "{" + "\"writeKey\":1,".repeat(20_000) + "\"batch\":[" + events(1, 20_000) + "," + members + "]}";
        EventBatch batch = large.parseAny(body.getBytes(StandardCharsets.UTF_8));
        for (int i = 0; i < batch.size(); i += 100) {
            batch.normalize(i, RECEIVED_AT, OPTIONS);
        }
        assertThat(batch.scratch().bytes()).isGreaterThan(1_000_000);

        batch.release();

        Scratch kept = Scratch.take();
        assertThat(kept.bytes()).isLessThan(125_000);
    }
}
