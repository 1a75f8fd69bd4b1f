package io.camelsegment.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import io.camelsegment.testing.SegmentServer;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.support.DefaultAsyncProducer;
import org.apache.camel.support.DefaultComponent;
import org.apache.camel.support.DefaultEndpoint;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An {@code invalidUri} that fails costs the broken event, not the request. */
@ParameterizedClass
@EnumSource
class InvalidUriTest {

    @Parameter
    SegmentExchange mode;

    private static final String GOOD = "{\"type\":\"page\",\"userId\":\"u1\",\"messageId\":\"good\"}";
    private static final String BROKEN = "{\"type\":\"pgae\",\"userId\":\"u1\",\"messageId\":\"broken\"}";

    private final Queue<String> delivered = new ConcurrentLinkedQueue<>();
    private SegmentServer server;

    private void start(String invalidUri) {
        server = new SegmentServer(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                getContext().addComponent("fails", new FailingComponent());
                from("segment:web?writeKey=WEB&exchange=" + mode + "&invalidUri=RAW(" + invalidUri + ")")
                        .split(body())
                        .process(exchange ->
                                delivered.add(exchange.getMessage().getHeader("CamelSegmentMessageId", String.class)));
                from("direct:throws").throwException(new IllegalStateException("the disk is full"));
                from("direct:rollback").markRollbackOnly();
                from("direct:later").delay(1).asyncDelayed().throwException(new IllegalStateException("too late"));
            }
        });
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "direct:throws",
                "direct:rollback",
                "direct:later",
                "direct:nobody?failIfNoConsumers=true&block=false",
                "fails:exception",
                "fails:error",
                "fails:afterwards"
            })
    void theGoodEventsOfTheRequestAreDeliveredAndTheBrokenOneIsNamed(String invalidUri) throws Exception {
        start(invalidUri);

        var answer = server.post("/v1/batch", "WEB", "{\"batch\":[" + BROKEN + "," + GOOD + "," + BROKEN + "]}");

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.body()).contains("\"index\":0", "\"index\":2", "invalid_type");
        assertThat(delivered).containsExactly("good");
    }

    @ParameterizedTest
    @CsvSource({"direct:throws", "fails:error"})
    void aSingleBrokenEventIsRefusedForGood(String invalidUri) throws Exception {
        start(invalidUri);

        var answer = server.post("/v1/track", "WEB", "{\"userId\":\"u1\"}");

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("event_not_defined");
    }

    /** Whose producers do not end their Exchanges as they should. */
    private static final class FailingComponent extends DefaultComponent {

        @Override
        protected Endpoint createEndpoint(String uri, String how, Map<String, Object> parameters) {
            return new DefaultEndpoint(uri, this) {
                @Override
                public Producer createProducer() {
                    return new DefaultAsyncProducer(this) {
                        @Override
                        public boolean process(Exchange exchange, AsyncCallback callback) {
                            switch (how) {
                                case "error" -> throw new StackOverflowError();
                                case "afterwards" -> callback.done(true);
                                default -> {
                                    // It does not call back.
                                }
                            }
                            throw new RejectedExecutionException(how);
                        }
                    };
                }

                @Override
                public Consumer createConsumer(Processor processor) {
                    throw new UnsupportedOperationException("expected only producers");
                }
            };
        }
    }
}
