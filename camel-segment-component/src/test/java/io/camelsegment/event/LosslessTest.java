package io.camelsegment.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.Tuple.Tuple2;

class LosslessTest {
    private static final ObjectMapper MAPPER = new ObjectMapper(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNumberLength(Integer.MAX_VALUE)
                            .build())
                    .build())
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);
    private static final List<String> MEMBERS = List.of(
            "type",
            "event",
            "name",
            "category",
            "userId",
            "anonymousId",
            "sessionId",
            "groupId",
            "previousId",
            "messageId",
            "timestamp",
            "originalTimestamp",
            "sentAt",
            "receivedAt",
            "context",
            "integrations",
            "properties",
            "traits",
            "writeKey",
            "_metadata",
            "stray",
            "us\\u0065rId");

    @Property
    void propertiesArriveByteForByte(@ForAll("objects") String properties, @ForAll("objects") String stray)
            throws Exception {
        String event =
                "{\"stray\" : %s , \"type\":\"track\",\"event\":\"e\",\"userId\":\"u\",\"messageId\":\"m\",\"properties\":%s}"
                        .formatted(stray, properties);
        String at = "\"2026-11-21T10:00:00.266Z\"";
        String expected =
                event.substring(0, event.length() - 1) + ",\"timestamp\":" + at + ",\"receivedAt\":" + at + "}";

        assertThat(Requests.json(Requests.normalize(Requests.any(event)))).isEqualTo(expected);
        assertThat(Requests.json(Requests.normalize(Requests.batch("{\"batch\":[ " + event + " ]}"))))
                .isEqualTo(expected);
    }

    @Property(tries = 500)
    void normalizingTwiceIsNormalizingOnce(@ForAll("requests") String request) throws Exception {
        for (SegmentEvent once : normalizeAll(Requests.any(request))) {
            SegmentEvent twice =
                    Requests.normalize(Requests.any("[" + Requests.json(once) + "]"), NormalizeOptions.WEBHOOK);
            assertThat(Requests.json(twice)).isEqualTo(Requests.json(once));
            assertThat(twice.timestamp()).isEqualTo(once.timestamp());
            assertThat(twice.receivedAt()).isEqualTo(once.receivedAt());
            assertThat(twice.partitionKey()).isEqualTo(once.partitionKey());
            assertThat(twice.messageId()).isEqualTo(once.messageId());
        }
    }

    @Property(tries = 500)
    void recordsAreJsonWithOneOfEachKnownMember(@ForAll("requests") String request) throws Exception {
        for (SegmentEvent event : normalizeAll(Requests.any(request))) {
            JsonNode record = MAPPER.readTree(event.json());
            assertThat(knownNames(event.json())).doesNotHaveDuplicates().doesNotContain("writeKey", "_metadata");
            assertThat(record.path("type").textValue()).isEqualTo(event.type().specName());
            assertThat(record.path("messageId").textValue()).isEqualTo(event.messageId());
            assertThat(record.path("timestamp").textValue()).isEqualTo(spec(event.timestamp()));
            assertThat(record.path("receivedAt").textValue()).isEqualTo(spec(event.receivedAt()));
            for (var id : List.of(
                    Tuple.of("userId", event.userId() == null ? "" : event.userId()),
                    Tuple.of("anonymousId", event.anonymousId() == null ? "" : event.anonymousId()),
                    Tuple.of("groupId", event.groupId() == null ? "" : event.groupId()))) {
                assertThat(record.path(id.get1()).asText("")).isEqualTo(id.get2());
            }
        }
    }

    @Property(tries = 500)
    void whatIsNotMentionedStays(@ForAll("requests") String request) throws Exception {
        EventBatch batch = Requests.any(request);
        for (int i = 0; i < batch.size(); i++) {
            try {
                SegmentEvent event = batch.normalize(i, Requests.RECEIVED_AT, NormalizeOptions.DEFAULT);
                JsonNode sent = MAPPER.readTree(batch.originalBytes(i));
                JsonNode delivered = MAPPER.readTree(event.json());
                for (String name : List.of("stray", "event", "name", "category", "sessionId", "properties", "traits")) {
                    assertThat(delivered.path(name)).isEqualTo(sent.path(name));
                }
            } catch (InvalidEventException e) {
                assertThat(e.index()).isEqualTo(i);
            }
        }
    }

    @Property(tries = 500)
    void anyBytesGiveAnAnswer(@ForAll("bodies") byte[] body) {
        EventParser parser = new EventParser(EventLimits.DEFAULT);
        answers(() -> parser.parseAny(body));
        answers(() -> parser.parseBatch(body));
        answers(() -> parser.parseEvent(body, EventType.SCREEN));
    }

    @Provide
    Arbitrary<String> objects() {
        return Texts.object(Texts.string(), 3);
    }

    @Provide
    Arbitrary<String> requests() {
        Arbitrary<String> envelope = Texts.object(
                Arbitraries.of("\"context\"", "\"integrations\"", "\"sentAt\"", "\"writeKey\"", "\"x\""), 2);
        Arbitrary<String> batch = Combinators.combine(
                        events().list().ofMinSize(1).ofMaxSize(3), envelope, Arbitraries.of(true, false))
                .as((events, around, first) -> {
                    String array = "\"batch\":[" + String.join(",", events) + "]";
                    String members = around.substring(1, around.length() - 1);
                    String comma = members.isBlank() ? "" : ",";
                    return first ? "{" + array + comma + members + "}" : "{" + members + comma + array + "}";
                });
        return Arbitraries.oneOf(events(), batch);
    }

    /** Events with members of any kind in any order, most of them valid. */
    private static Arbitrary<String> events() {
        Arbitrary<String> time =
                Arbitraries.of("\"2026-11-21T09:59:59.5+01:00\"", "1700000000", "\"2020-01-02\"", "\"soon\"", "null");
        Arbitrary<String> id = Arbitraries.oneOf(Texts.string(), Texts.number(), Arbitraries.of("null", "\"\""));
        Arbitrary<Tuple2<String, String>> usual = Arbitraries.oneOf(
                Combinators.combine(
                                Arbitraries.of("type"),
                                Arbitraries.of("\"track\"", "\"page\"", "\"group\"", "\"alias\""))
                        .as(Tuple::of),
                Combinators.combine(
                                Arbitraries.of(
                                        "userId",
                                        "anonymousId",
                                        "groupId",
                                        "previousId",
                                        "messageId",
                                        "sessionId",
                                        "us\\u0065rId"),
                                id)
                        .as(Tuple::of),
                Combinators.combine(Arbitraries.of("timestamp", "sentAt", "receivedAt", "originalTimestamp"), time)
                        .as(Tuple::of),
                Combinators.combine(Arbitraries.of("event", "name", "category"), Texts.string())
                        .as(Tuple::of),
                Combinators.combine(
                                Arbitraries.of("context", "integrations", "properties", "traits", "_metadata"),
                                Texts.object(Texts.string(), 1))
                        .as(Tuple::of));
        Arbitrary<Tuple2<String, String>> odd =
                Combinators.combine(Arbitraries.of(MEMBERS), Texts.value()).as(Tuple::of);
        Arbitrary<List<Tuple2<String, String>>> members = Arbitraries.frequencyOf(Tuple.of(20, usual), Tuple.of(1, odd))
                .list()
                .ofMaxSize(12);
        return Combinators.combine(
                        members,
                        Arbitraries.of("\"track\"", "\"identify\"", "\"screen\""),
                        Texts.whitespace(),
                        Arbitraries.integers().between(0, 12))
                .as((list, type, gap, at) -> {
                    StringBuilder event = new StringBuilder("{").append(gap);
                    for (int i = 0; i <= list.size(); i++) {
                        if (i == Math.min(at, list.size())) {
                            event.append(gap + "\"type\":" + type + ",\"userId\":\"u\",\"event\":\"e\"");
                            event.append(i < list.size() ? "," : "");
                        }
                        if (i < list.size()) {
                            event.append(gap + '"' + list.get(i).get1() + '"' + gap + ":"
                                    + list.get(i).get2() + gap);
                            event.append(i < list.size() - 1 || at >= list.size() ? "," : "");
                        }
                    }
                    return event.append('}').toString();
                });
    }

    @Provide
    Arbitrary<byte[]> bodies() {
        Arbitrary<byte[]> cut = Combinators.combine(
                        requests(), Arbitraries.integers().between(0, 400), Arbitraries.bytes())
                .as((request, at, with) -> {
                    byte[] bytes = request.getBytes(UTF_8);
                    if (at < bytes.length) {
                        bytes[at] = with;
                    }
                    return with % 3 == 0 ? Arrays.copyOf(bytes, Math.min(at, bytes.length)) : bytes;
                });
        return Arbitraries.oneOf(Arbitraries.bytes().array(byte[].class).ofMaxSize(60), cut);
    }

    private interface Parse {
        EventBatch parse() throws InvalidRequestException;
    }

    private static void answers(Parse parse) {
        try {
            EventBatch batch = parse.parse();
            assertThat(batch.size()).isPositive();
            batch.writeKey();
            for (int i = 0; i < batch.size(); i++) {
                batch.writeKey(i);
                assertThat(batch.originalBytes(i)).isNotEmpty();
                try {
                    SegmentEvent event =
                            batch.normalize(i, Requests.RECEIVED_AT, NormalizeOptions.DEFAULT.ip("192.0.2.1"));
                    MAPPER.readTree(event.json());
                    event.isEnabledFor("Amazon Kinesis");
                } catch (InvalidEventException e) {
                    assertThat(e.code()).isNotEmpty();
                } catch (IOException e) {
                    throw new AssertionError("record is not JSON", e);
                }
            }
        } catch (InvalidRequestException e) {
            assertThat(e.code()).isNotEmpty();
        }
    }

    private static List<SegmentEvent> normalizeAll(EventBatch batch) {
        List<SegmentEvent> events = new ArrayList<>();
        for (int i = 0; i < batch.size(); i++) {
            try {
                events.add(batch.normalize(i, Requests.RECEIVED_AT, NormalizeOptions.DEFAULT.ip("192.0.2.1")));
            } catch (InvalidEventException e) {
                assertThat(e.index()).isEqualTo(i);
            }
        }
        return events;
    }

    private static List<String> knownNames(byte[] record) throws IOException {
        Set<String> known = new HashSet<>(MEMBERS);
        known.remove("stray");
        List<String> names = new ArrayList<>();
        try (var parser = MAPPER.createParser(record)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                if (known.contains(parser.currentName())) {
                    names.add(parser.currentName());
                }
                parser.nextToken();
                parser.skipChildren();
            }
        }
        return names;
    }

    private static String spec(Instant time) {
        return DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'")
                .withZone(ZoneOffset.UTC)
                .format(time);
    }
}
