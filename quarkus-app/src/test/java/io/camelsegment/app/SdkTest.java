package io.camelsegment.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.segment.analytics.Analytics;
import com.segment.analytics.messages.AliasMessage;
import com.segment.analytics.messages.GroupMessage;
import com.segment.analytics.messages.IdentifyMessage;
import com.segment.analytics.messages.MessageBuilder;
import com.segment.analytics.messages.PageMessage;
import com.segment.analytics.messages.ScreenMessage;
import com.segment.analytics.messages.TrackMessage;
import io.camelsegment.localaws.DeliveryStream;
import io.camelsegment.localaws.LocalAws;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import okhttp3.OkHttpClient;
import okio.Buffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.Record;
import software.amazon.awssdk.services.kinesis.model.Shard;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;

/** Segment's own library for Java in, AWS's own library out. */
@QuarkusTest
@QuarkusTestResource(CollectorResource.class)
class SdkTest {

    private static final DateTimeFormatter MILLISECONDS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TestHTTPResource("/")
    URI app;

    LocalAws aws;

    @BeforeEach
    void start() {
        aws.stream("events").clear();
        aws.defaultRegion().deliveryStreams().forEach(DeliveryStream::clear);
    }

    @Test
    void eachTypeArrivesOnceAsItWasSentPlusTheNormalisedFields() {
        List<String> sent = new CopyOnWriteArrayList<>();
        Instant before = Instant.now();
        Analytics analytics = Analytics.builder("WEB_KEY")
                .endpoint("http://" + app.getAuthority())
                .client(new OkHttpClient.Builder()
                        .addInterceptor(chain -> {
                            Buffer body = new Buffer();
                            chain.request().body().writeTo(body);
                            sent.add(body.readUtf8());
                            return chain.proceed(chain.request());
                        })
                        .build())
                .build();
        List<MessageBuilder<?, ?>> messages = List.of(
                TrackMessage.builder("User Registered")
                        .userId("user_1")
                        .timestamp(Date.from(Instant.parse("2026-01-02T03:04:05.678Z")))
                        .properties(Map.of("plan", "Pro Annual", "revenue", 39.95, "seats", 9007199254740993L))
                        .context(Map.of("ip", "203.0.113.7")),
                IdentifyMessage.builder().userId("user_2").traits(Map.of("email", "ä🎲@example.com")),
                PageMessage.builder("Home").anonymousId("anonymous_3").properties(Map.of("path", "/")),
                ScreenMessage.builder("Start").userId("user_4"),
                GroupMessage.builder("group_5").userId("user_5").traits(Map.of("plan", "pro")),
                AliasMessage.builder("previous_6").userId("user_6"));
        messages.forEach(analytics::enqueue);
        analytics.flush();
        await().atMost(PATIENCE)
                .until(() -> aws.stream("events").records().size() == 6
                        && texts("everything").size() == 6
                        && texts("new_users").size() == 1
                        && texts("pages").size() == 1);
        analytics.shutdown();

        List<Record> records = read("events");
        assertThat(records)
                .extracting(Record::partitionKey)
                .containsExactlyInAnyOrder("user_1", "user_2", "anonymous_3", "user_4", "user_5", "user_6");
        Map<String, JsonNode> arrived = new TreeMap<>();
        records.forEach(record -> {
            JsonNode event = Api.json(record.data().asUtf8String());
            arrived.put(event.get("messageId").asText(), event);
        });
        assertThat(arrived).isEqualTo(expected(sent, arrived));
        assertThat(arrived.values()).allSatisfy(event -> assertThat(
                        Instant.parse(event.get("receivedAt").asText()))
                .isBetween(before.minusMillis(1), Instant.now()));
        assertThat(texts("new_users")).singleElement().satisfies(event -> assertThat(event)
                .isEqualTo(recordOf(records, "user_1") + "\n"));
        assertThat(texts("pages")).singleElement().satisfies(event -> assertThat(event)
                .isEqualTo(recordOf(records, "anonymous_3") + "\n"));
        assertThat(texts("everything")).hasSize(6);
    }

    /** Says what the spec makes of the requests: from what was sent and the time of arrival alone. */
    private static Map<String, JsonNode> expected(List<String> sent, Map<String, JsonNode> arrived) {
        Map<String, JsonNode> expected = new HashMap<>();
        for (String request : sent) {
            JsonNode envelope = Api.json(request);
            for (JsonNode item : envelope.get("batch")) {
                ObjectNode event = item.deepCopy();
                String receivedAt = arrived.get(item.get("messageId").asText())
                        .get("receivedAt")
                        .asText();
                Instant sentAt = Instant.parse(envelope.get("sentAt").asText());
                Instant original = Instant.parse(item.get("timestamp").asText());
                ObjectNode context = ((ObjectNode) envelope.get("context")).deepCopy();
                if (item.has("context")) {
                    context.setAll((ObjectNode) item.get("context"));
                }
                event.set("context", context);
                event.put("sentAt", envelope.get("sentAt").asText());
                event.put("receivedAt", receivedAt);
                event.put("originalTimestamp", item.get("timestamp").asText());
                event.put(
                        "timestamp",
                        MILLISECONDS.format(Instant.parse(receivedAt).minus(Duration.between(original, sentAt))));
                expected.put(event.get("messageId").asText(), event);
            }
        }
        return expected;
    }

    private List<Record> read(String stream) {
        try (KinesisClient kinesis = KinesisClient.builder()
                .region(Region.US_WEST_2)
                .endpointOverride(aws.endpoint())
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .build()) {
            List<Record> records = new ArrayList<>();
            for (Shard shard : kinesis.listShards(r -> r.streamName(stream)).shards()) {
                String iterator = kinesis.getShardIterator(r -> r.streamName(stream)
                                .shardId(shard.shardId())
                                .shardIteratorType(ShardIteratorType.TRIM_HORIZON))
                        .shardIterator();
                records.addAll(
                        kinesis.getRecords(r -> r.shardIterator(iterator)).records());
            }
            return records;
        }
    }

    private List<String> texts(String deliveryStream) {
        return aws.deliveryStream(deliveryStream).records().stream()
                .map(data -> new String(data, StandardCharsets.UTF_8))
                .toList();
    }

    private static String recordOf(List<Record> records, String partitionKey) {
        return records.stream()
                .filter(record -> record.partitionKey().equals(partitionKey))
                .findFirst()
                .orElseThrow()
                .data()
                .asUtf8String();
    }
}
