package io.camelsegment.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.segment.analytics.Analytics;
import com.segment.analytics.Callback;
import com.segment.analytics.messages.AliasMessage;
import com.segment.analytics.messages.GroupMessage;
import com.segment.analytics.messages.IdentifyMessage;
import com.segment.analytics.messages.Message;
import com.segment.analytics.messages.MessageBuilder;
import com.segment.analytics.messages.PageMessage;
import com.segment.analytics.messages.ScreenMessage;
import com.segment.analytics.messages.TrackMessage;
import com.segment.backo.Backo;
import io.camelsegment.testing.OwnJvm;
import java.lang.reflect.Field;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Segment's own library for Java, {@code com.segment.analytics.java:analytics}, unmodified. */
@OwnJvm("looks at all hosts that this JVM connects to")
class JavaSdkTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Collector collector = new Collector();
    private final Outcomes outcomes = new Outcomes();
    private final AtomicInteger requests = new AtomicInteger();
    private Analytics analytics;

    /** The library waits 15 s and more before it repeats a request; nothing in its API makes that less. */
    @BeforeAll
    static void repeatAtOnce() throws ReflectiveOperationException {
        Field backo = Class.forName("com.segment.analytics.internal.AnalyticsClient$BatchUploadTask")
                .getDeclaredField("BACKO");
        Field base = Backo.class.getDeclaredField("base");
        backo.setAccessible(true);
        base.setAccessible(true);
        base.set(backo.get(null), 1L);
    }

    @AfterEach
    void stop() {
        if (analytics != null) {
            analytics.shutdown();
        }
        collector.close();
    }

    @Test
    void deliversEachTypeOnce() {
        start(Collector.WRITE_KEY);
        Date happened = Date.from(Instant.parse("2026-01-02T03:04:05.678Z"));

        send(
                TrackMessage.builder("Order Completed")
                        .userId("u1")
                        .anonymousId("a1")
                        .timestamp(happened)
                        .properties(Map.of("revenue", 39.95, "products", List.of("book", "🎲")))
                        .context(Map.of("ip", "203.0.113.7")),
                IdentifyMessage.builder().userId("u1").traits(Map.of("email", "u1@example.com")),
                PageMessage.builder("Home").userId("u1").category("Docs"),
                ScreenMessage.builder("Start").userId("u1"),
                GroupMessage.builder("g1").userId("u1").traits(Map.of("plan", "pro")),
                AliasMessage.builder("old").userId("u1"));

        await().atMost(PATIENCE).until(() -> outcomes.accepted.size() == 6);
        assertThat(outcomes.refused).isEmpty();
        assertThat(collector.delivered()).hasSize(6).allSatisfy(event -> {
            assertThat(event.path("userId").asText()).isEqualTo("u1");
            // The library writes it once around the batch.
            assertThat(event.at("/context/library/name").asText()).isEqualTo("analytics-java");
            assertThat(event.path("receivedAt").isTextual()).isTrue();
            assertThat(event.has("writeKey")).isFalse();
        });
        assertThat(collector.delivered())
                .extracting(event -> event.path("messageId").asText())
                .containsExactlyInAnyOrderElementsOf(outcomes.accepted);

        Map<String, JsonNode> byType = collector.deliveredByType();
        JsonNode track = byType.get("track");
        assertThat(track.path("event").asText()).isEqualTo("Order Completed");
        assertThat(track.path("anonymousId").asText()).isEqualTo("a1");
        assertThat(track.path("properties").toString()).contains("\"revenue\":39.95", "[\"book\",\"🎲\"]");
        assertThat(track.at("/context/ip").asText()).isEqualTo("203.0.113.7");
        assertThat(track.path("originalTimestamp").asText()).isEqualTo("2026-01-02T03:04:05.678Z");
        assertThat(byType.get("identify").at("/traits/email").asText()).isEqualTo("u1@example.com");
        assertThat(byType.get("page").path("name").asText()).isEqualTo("Home");
        assertThat(byType.get("screen").path("name").asText()).isEqualTo("Start");
        assertThat(byType.get("group").path("groupId").asText()).isEqualTo("g1");
        assertThat(byType.get("group").at("/traits/plan").asText()).isEqualTo("pro");
        assertThat(byType.get("alias").path("previousId").asText()).isEqualTo("old");
        assertThat(collector.contacted().authorities()).containsExactly(collector.authority());
    }

    @Test
    void repeatsUntilTheEventIsDelivered() {
        start(Collector.WRITE_KEY);
        collector.failNext(2);

        send(TrackMessage.builder("Order Completed").userId("u1"));

        await().atMost(PATIENCE).until(() -> outcomes.accepted.size() == 1);
        assertThat(requests).hasValue(3);
        assertThat(collector.delivered())
                .extracting(event -> event.path("messageId").asText())
                .containsExactlyElementsOf(outcomes.accepted);
    }

    @Test
    void dropsWhatIsRefused() {
        start("NOBODY");

        send(TrackMessage.builder("Order Completed").userId("u1"));

        await().atMost(PATIENCE).until(() -> outcomes.refused.size() == 1);
        assertThat(outcomes.refused).singleElement().satisfies(failure -> assertThat(failure)
                .hasMessageContaining("project_not_found"));
        assertThat(requests).hasValue(1);
        assertThat(collector.delivered()).isEmpty();
    }

    private void start(String writeKey) {
        OkHttpClient client = new OkHttpClient.Builder()
                .addInterceptor(chain -> {
                    requests.incrementAndGet();
                    return chain.proceed(chain.request());
                })
                .build();
        analytics = Analytics.builder(writeKey)
                .endpoint("http://" + collector.authority())
                .client(client)
                .callback(outcomes)
                .build();
    }

    private void send(MessageBuilder<?, ?>... messages) {
        for (MessageBuilder<?, ?> message : messages) {
            analytics.enqueue(message);
        }
        analytics.flush();
    }

    private static final class Outcomes implements Callback {
        final Queue<String> accepted = new ConcurrentLinkedQueue<>();
        final Queue<Throwable> refused = new ConcurrentLinkedQueue<>();

        @Override
        public void success(Message message) {
            accepted.add(message.messageId());
        }

        @Override
        public void failure(Message message, Throwable failure) {
            refused.add(failure);
        }
    }
}
