package io.camelsegment.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.camelsegment.delivery.MemoryBudget;
import io.camelsegment.localaws.LocalAws;
import io.camelsegment.sink.SharedBeans;
import io.camelsegment.testing.SegmentServer;
import java.time.Duration;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.processor.idempotent.MemoryIdempotentRepository;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Options that are set after the component's initialisation, as Camel Main does, and after others have looked. */
class LateOptionsTest {

    @Test
    void theBudgetHasTheSizeOfTheOptionThoughASinkHasLookedBefore() throws Exception {
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            MemoryBudget budget = SharedBeans.memoryBudget(context);
            SegmentComponent component = component(context);
            component.setMaxBufferedBytes(1_000);
            context.start();
            assertThat(budget.maxBytes()).isEqualTo(1_000);

            component.setMaxBufferedBytes(2_000);
            assertThat(budget.maxBytes()).isEqualTo(2_000);
            assertThat(SharedBeans.memoryBudget(context)).isSameAs(budget);
        }
    }

    @Test
    void aBudgetOfTheApplicationKeepsItsSizeWithoutTheOption() throws Exception {
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            component(context);
            MemoryBudget own = new MemoryBudget(3_000);
            context.getRegistry().bind(SharedBeans.MEMORY_BUDGET, own);
            context.start();

            assertThat(SharedBeans.memoryBudget(context)).isSameAs(own);
            assertThat(own.maxBytes()).isEqualTo(3_000);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1})
    void aBudgetOfNothingIsRefused(long bytes) throws Exception {
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            component(context).setMaxBufferedBytes(bytes);

            assertThatThrownBy(context::start)
                    .rootCause()
                    .hasMessage("maxBufferedBytes must be at least 1, was " + bytes);
        }
    }

    @ParameterizedTest
    @CsvSource({"PT15M, 1", "PT0S, 0"})
    void deliveriesAreRememberedAsTheOptionsSay(Duration memory, int remembered) throws Exception {
        MemoryIdempotentRepository deliveries = new MemoryIdempotentRepository();
        deliveries.start();
        try (LocalAws aws = LocalAws.start();
                SegmentServer server = new SegmentServer(new RouteBuilder() {
                    @Override
                    public void configure() {
                        SegmentComponent component = component(getContext());
                        component.setResendMemory(memory);
                        component.setResendRepository(deliveries);
                        from("segment:web?writeKey=WEB")
                                .to("segment-kinesis:events?accessKey=A&secretKey=S&uriEndpointOverride="
                                        + aws.endpoint())
                                .throwException(new IllegalStateException("down"));
                    }
                })) {
            aws.createStream("events", 1);

            assertThat(server.post("/v1/track", "WEB", "{\"userId\":\"u\",\"event\":\"E\"}")
                            .statusCode())
                    .isEqualTo(429);

            assertThat(deliveries.getCacheSize()).isEqualTo(remembered);
        }
    }

    private static SegmentComponent component(CamelContext context) {
        return context.getComponent("segment", SegmentComponent.class);
    }
}
