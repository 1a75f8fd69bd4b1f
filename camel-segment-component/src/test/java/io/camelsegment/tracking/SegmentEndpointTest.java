package io.camelsegment.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.camelsegment.delivery.BatchingSettings;
import io.camelsegment.delivery.Ordering;
import java.time.Duration;
import org.apache.camel.Endpoint;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SegmentEndpointTest {

    private final DefaultCamelContext context = new DefaultCamelContext();

    @AfterEach
    void stop() {
        context.stop();
    }

    @ParameterizedTest
    @ValueSource(strings = {"writeKey=KEY1,KEY2", "writeKey=KEY1&maxEventBytes=10", "writeKey=RAW(KEY1&KEY2)"})
    void hidesTheWriteKeyInItsUri(String options) {
        Endpoint endpoint = context.getEndpoint("segment:web?" + options);

        assertThat(endpoint.getEndpointUri()).doesNotContain("KEY").contains("writeKey=xxxxxx");
        assertThat(endpoint.getEndpointKey()).doesNotContain("KEY");
        assertThat(endpoint.toString()).doesNotContain("KEY");
        assertThat(((SegmentEndpoint) endpoint).getConfiguration().getWriteKey())
                .startsWith("KEY1");
    }

    @Test
    void saysWhenTheWriteKeyIsMissing() {
        Endpoint endpoint = context.getEndpoint("segment:web");

        assertThatThrownBy(() -> endpoint.createConsumer(exchange -> {}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("segment:web has no writeKey");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"shop.example", "https://shop.example/", "https://a.example, b.example", "https://u@h", "/"})
    void refusesWhatCanBeNoOrigin(String origins) {
        SegmentEndpoint endpoint = (SegmentEndpoint) context.getEndpoint("segment:web?writeKey=KEY");
        endpoint.getConfiguration().setAllowedOrigins(origins);

        assertThatThrownBy(() -> endpoint.createConsumer(exchange -> {}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("allowedOrigins must be *, or origins such as https://shop.example, was ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "*",
                "null",
                "https://a.example, http://localhost:3000",
                "capacitor://localhost",
                "http://[::1]:8"
            })
    void takesOrigins(String origins) throws Exception {
        SegmentEndpoint endpoint = (SegmentEndpoint) context.getEndpoint("segment:web?writeKey=KEY");
        endpoint.getConfiguration().setAllowedOrigins(origins);

        assertThat(endpoint.createConsumer(exchange -> {})).isNotNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "gzip=true                        | segment:web has 0 write keys but sends with exactly one",
                "writeKey=SECRET,SECRET2               | segment:web has 2 write keys but sends with exactly one",
                "writeKey=SECRET&url=api.segment.io  | url must be http or https",
                "writeKey=SECRET&url=ftp://host/v1   | url must be http or https",
                "writeKey=SECRET&url=https://SECRET@h/  | url must be http or https",
                "writeKey=SECRET&url=https://SECRET@[h/ | url must be http or https",
                "writeKey=SECRET&batchRecords=2501   | batchRecords must be at most 2500, the limit of Segment, was 2501",
                "writeKey=SECRET&batchBytes=475001   | batchBytes must be at most 475000, the limit of Segment, was 475001",
                "writeKey=SECRET&lingerTime=1m       | lingerTime (60000 ms) must be shorter than deliveryTimeout (30000 ms)",
                "writeKey=SECRET&requestTimeout=0    | requestTimeout must be more than 0",
            })
    void saysWhatKeepsItFromSending(String options, String message) {
        Endpoint endpoint = context.getEndpoint("segment:web?" + options);

        assertThatThrownBy(endpoint::createProducer)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message)
                .hasMessageNotContaining("SECRET");
    }

    @Test
    void sendsToSegmentInBatchesByDefault() {
        SegmentConfiguration configuration = new SegmentConfiguration();

        assertThat(configuration.batchUri()).hasToString("https://api.segment.io/v1/batch");
        assertThat(configuration.batching())
                .isEqualTo(new BatchingSettings(
                        2_500,
                        475_000,
                        Duration.ofMillis(100),
                        false,
                        5,
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(30),
                        Ordering.NONE));
    }

    @Test
    void namesALimitThatIsTooLow() {
        Endpoint endpoint = context.getEndpoint("segment:web?writeKey=KEY&maxEventBytes=0");

        assertThatThrownBy(() -> endpoint.createConsumer(exchange -> {}))
                .hasMessageContaining("maxEventBytes (0) must be at least 1");
    }
}
