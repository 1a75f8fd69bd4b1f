package io.camelsegment.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.segment.analytics.kotlin.core.Configuration;
import com.segment.analytics.kotlin.core.RequestFactory;
import com.segment.analytics.kotlin.core.compat.ConfigurationBuilder;
import com.segment.analytics.kotlin.core.compat.JavaAnalytics;
import com.segment.analytics.kotlin.core.utilities.InMemoryStorageProvider;
import io.camelsegment.testing.OwnJvm;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Segment's own library for Kotlin and Android, {@code com.segment.analytics.kotlin:core}, on the JVM. Only its {@code
 * https} is turned into {@code http}. It asks for its settings first and sends where they tell it to.
 */
@Tag("nightly")
@OwnJvm("looks at all hosts that this JVM connects to")
class KotlinSdkTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Collector collector = new Collector();
    private final Requests requests = new Requests();
    private JavaAnalytics analytics;

    @AfterEach
    void stop() {
        if (analytics != null) {
            analytics.getAnalytics().shutdown();
        }
        collector.close();
    }

    @Test
    void deliversEachTypeOnce() {
        start(Collector.WRITE_KEY);

        // The library has no page call.
        analytics.identify("u1", Map.of("email", "u1@example.com"));
        analytics.track("Order Completed", Map.of("revenue", 39.95, "products", List.of("book", "🎲")));
        analytics.screen("Start", Map.of("tab", "news"), "Docs");
        analytics.group("g1", Map.of("plan", "pro"));
        flushUntilAllIsSent(4);
        analytics.alias("u2"); // the library may not know of u1 before
        flushUntilAllIsSent(5);

        assertThat(collector.delivered()).hasSize(5).allSatisfy(event -> {
            assertThat(event.path("anonymousId").asText()).isNotEmpty();
            assertThat(event.path("messageId").asText()).isNotEmpty();
            assertThat(event.at("/context/library/name").asText()).isEqualTo("analytics-kotlin");
            assertThat(event.has("writeKey")).isFalse();
            assertThat(event.has("_metadata")).isFalse();
        });
        Map<String, JsonNode> byType = collector.deliveredByType();
        assertThat(byType.get("identify").path("userId").asText()).isEqualTo("u1");
        assertThat(byType.get("identify").at("/traits/email").asText()).isEqualTo("u1@example.com");
        assertThat(byType.get("track").path("event").asText()).isEqualTo("Order Completed");
        assertThat(byType.get("track").path("properties").toString())
                .contains("\"revenue\":39.95", "[\"book\",\"🎲\"]");
        assertThat(byType.get("screen").path("name").asText()).isEqualTo("Start");
        assertThat(byType.get("screen").path("category").asText()).isEqualTo("Docs");
        assertThat(byType.get("group").path("groupId").asText()).isEqualTo("g1");
        assertThat(byType.get("alias").path("userId").asText()).isEqualTo("u2");
        assertThat(byType.get("alias").path("previousId").asText()).isEqualTo("u1");
    }

    @Test
    void loadsItsSettingsFromTheCollectorAndSendsOnlyThere() {
        start(Collector.WRITE_KEY);
        analytics.track("Order Completed");
        flushUntilAllIsSent(1);

        String api = "http://" + collector.authority() + "/v1";
        assertThat(requests.urls)
                .startsWith(api + "/projects/" + Collector.WRITE_KEY + "/settings")
                .contains(api + "/b")
                .allSatisfy(url -> assertThat(url).startsWith(api + "/"));
        // Its telemetry, which always goes to Segment, is kept silent by the settings' sampleRate.
        assertThat(collector.contacted().authorities()).containsExactly(collector.authority());
    }

    @Test
    void repeatsUntilTheEventIsDelivered() {
        start(Collector.WRITE_KEY);
        collector.failNext(1);

        analytics.track("Order Completed");
        flushUntilAllIsSent(1);

        assertThat(collector.hasFailedAsOftenAsTold()).isTrue();
        assertThat(collector.delivered()).hasSize(1);
        assertThat(requests.uploads()).isEqualTo(2);
    }

    @Test
    void dropsWhatIsRefused() {
        start("NOBODY");

        analytics.track("Order Completed");
        await().atMost(PATIENCE).until(() -> {
            analytics.flush();
            return requests.uploads() > 0 && analytics.pendingUploads().isEmpty();
        });

        assertThat(requests.uploads()).isEqualTo(1);
        assertThat(collector.delivered()).isEmpty();
    }

    /**
     * Starts the library and has it send an event. It queues events while it starts, and loses those that come before
     * there is an anonymousId. So the first event waits for the settings. Its queue learns from a row of notices that
     * it may let events through, which overtake each other on the library's threads: where "not yet" comes last, all
     * events stay in the queue. Each notice that something else has changed tells the queue again, and enabling what is
     * enabled is such a change.
     */
    private void start(String writeKey) {
        analytics = create(writeKey);
        await().atMost(PATIENCE)
                .until(() -> String.valueOf(analytics.settings()).contains(collector.authority()));
        analytics.track("Warm Up");
        await().atMost(PATIENCE).until(() -> {
            analytics.setEnabled(true);
            analytics.flush();
            return requests.uploads() > 0 && analytics.pendingUploads().isEmpty();
        });
        collector.forget();
        requests.forgetUploads();
    }

    private JavaAnalytics create(String writeKey) {
        Configuration configuration = new ConfigurationBuilder(writeKey)
                .setApplication("any")
                // Where it sends when the settings name no other place; they must.
                .setApiHost("api.invalid/v1")
                .setCdnHost(collector.authority() + "/v1")
                .setRequestFactory(requests)
                .build();
        configuration.setStorageProvider(new InMemoryStorageProvider());
        return new JavaAnalytics(configuration);
    }

    /**
     * Flushes as its timer would: a flush before the settings have come, or while it was told to wait, sends nothing.
     */
    private void flushUntilAllIsSent(int events) {
        await().atMost(PATIENCE).until(() -> {
            analytics.flush();
            return collector.delivered().size() >= events
                    && analytics.pendingUploads().isEmpty();
        });
    }

    private static final class Requests extends RequestFactory {
        final Queue<String> urls = new ConcurrentLinkedQueue<>();

        @Override
        public HttpURLConnection openConnection(String url) {
            String plain = url.replaceFirst("^https:", "http:");
            urls.add(plain);
            return super.openConnection(plain);
        }

        void forgetUploads() {
            urls.removeIf(url -> url.endsWith("/b"));
        }

        long uploads() {
            return urls.stream().filter(url -> url.endsWith("/b")).count();
        }
    }
}
