package io.camelsegment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.apache.camel.Endpoint;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
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

    @Test
    void onlyReceives() {
        Endpoint endpoint = context.getEndpoint("segment:web?writeKey=KEY");

        assertThatThrownBy(endpoint::createProducer).hasMessageContaining("segment:web only receives events");
    }

    @Test
    void namesALimitThatIsTooLow() {
        Endpoint endpoint = context.getEndpoint("segment:web?writeKey=KEY&maxEventBytes=0");

        assertThatThrownBy(() -> endpoint.createConsumer(exchange -> {}))
                .hasMessageContaining("maxEventBytes (0) must be at least 1");
    }
}
