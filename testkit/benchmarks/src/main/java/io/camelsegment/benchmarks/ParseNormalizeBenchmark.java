package io.camelsegment.benchmarks;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.camelsegment.event.EventBatch;
import io.camelsegment.event.EventLimits;
import io.camelsegment.event.EventParser;
import io.camelsegment.event.InvalidEventException;
import io.camelsegment.event.InvalidRequestException;
import io.camelsegment.event.NormalizeOptions;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/**
 * From a request's bytes to its events' records, compared with a tree that is only read and written, a tree that is
 * also normalised, and a bare walk over the tokens without a result. One operation is one request: divide by its events
 * or bytes.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(2)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
public class ParseNormalizeBenchmark {
    private static final Instant RECEIVED_AT = Instant.parse("2026-11-21T10:00:00.266Z");

    private static final DateTimeFormatter SPEC =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    @Param
    Bodies body;

    private final EventParser parser = new EventParser(EventLimits.DEFAULT);
    private final ObjectMapper mapper = new ObjectMapper();
    private final JsonFactory factory = new JsonFactory();
    private byte[] bytes;

    @Setup
    public void encode() {
        bytes = body.bytes();
    }

    @Benchmark
    public void parseAndNormalize(Blackhole sink) throws InvalidRequestException, InvalidEventException {
        EventBatch batch = parser.parseAny(bytes);
        for (int i = 0; i < batch.size(); i++) {
            sink.consume(batch.normalize(i, RECEIVED_AT, NormalizeOptions.DEFAULT));
        }
    }

    @Benchmark
    public EventBatch parse() throws InvalidRequestException {
        return parser.parseAny(bytes);
    }

    @Benchmark
    public void tree(Blackhole sink) throws IOException {
        JsonNode tree = mapper.readTree(bytes);
        JsonNode batch = tree.get("batch");
        if (batch == null) {
            sink.consume(mapper.writeValueAsBytes(tree));
            return;
        }
        for (JsonNode event : batch) {
            sink.consume(mapper.writeValueAsBytes(event));
        }
    }

    /** The same job by the usual means, without our checks and lossless numbers. */
    @Benchmark
    public void treeAndNormalize(Blackhole sink) throws IOException {
        ObjectNode request = (ObjectNode) mapper.readTree(bytes);
        if (!request.has("batch")) {
            sink.consume(mapper.writeValueAsBytes(normalize(request, null, null)));
            return;
        }
        for (JsonNode event : request.get("batch")) {
            ObjectNode record = normalize((ObjectNode) event, request.get("context"), request.get("sentAt"));
            sink.consume(mapper.writeValueAsBytes(record));
        }
    }

    private static ObjectNode normalize(ObjectNode event, JsonNode sharedContext, JsonNode sharedSentAt) {
        event.remove(List.of("writeKey", "_metadata"));
        if (sharedContext != null) {
            ObjectNode merged = ((ObjectNode) sharedContext).deepCopy();
            if (event.has("context")) {
                merged.setAll((ObjectNode) event.get("context"));
            }
            event.set("context", merged);
        }
        if (sharedSentAt != null && !event.has("sentAt")) {
            event.set("sentAt", sharedSentAt);
        }
        Instant original = Instant.parse(event.get("timestamp").textValue());
        Instant sentAt = Instant.parse(event.get("sentAt").textValue());
        event.set("originalTimestamp", event.get("timestamp"));
        event.put("timestamp", SPEC.format(RECEIVED_AT.minus(Duration.between(original, sentAt))));
        event.put("receivedAt", SPEC.format(RECEIVED_AT));
        return event;
    }

    @Benchmark
    public JsonToken tokenWalk() throws IOException {
        try (JsonParser tokens = factory.createParser(bytes)) {
            JsonToken last = null;
            for (JsonToken token = tokens.nextToken(); token != null; token = tokens.nextToken()) {
                last = token;
            }
            return last;
        }
    }
}
