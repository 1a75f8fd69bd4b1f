package io.camelsegment.routes;

import static org.assertj.core.api.Assertions.assertThat;

import io.camelsegment.SegmentConstants;
import io.camelsegment.routes.HeldComponent.Held;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.camel.AsyncProducer;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The building blocks as a YAML route file names them. */
class YamlTest {

    private final CamelContext camel = new DefaultCamelContext();
    private final HeldComponent kinesis = new HeldComponent();
    private final HeldComponent firehose = new HeldComponent();

    @AfterEach
    void stop() {
        camel.stop();
    }

    @Test
    void aMappingIsABean() throws Exception {
        start(
                """
                - beans:
                    - name: lake
                      type: io.camelsegment.routes.FirehoseMapping
                      properties:
                        match: first
                        # A name with dots stands in brackets.
                        "map[Order.Completed v2]": orders,revenue
                        map:
                          "User Registered": new_users
                          page: "pages, audit"
                          "*": everything
                        parameters:
                          region: eu-west-1
                          secretId: "{{secret}}"
                - route:
                    id: lake
                    from:
                      uri: direct:in
                      steps:
                        - process:
                            ref: lake
                """);

        assertThat(streamsOf("track", "user registered")).containsExactly("new_users");
        assertThat(streamsOf("track", "order.completed V2")).containsExactlyInAnyOrder("orders", "revenue");
        assertThat(streamsOf("page", "Home")).containsExactlyInAnyOrder("pages", "audit");
        assertThat(streamsOf("alias", null)).containsExactly("everything");
    }

    @Test
    void aFanOutIsABean() throws Exception {
        start(
                """
                - beans:
                    - name: both
                      type: io.camelsegment.routes.FanOut
                      properties:
                        uris[0]: segment-kinesis:events?region=eu-west-1
                        uris[1]: segment-firehose:lake
                - route:
                    id: both
                    from:
                      uri: direct:in
                      steps:
                        - process:
                            ref: both
                """);

        assertThat(streamsOf("track", "Signed Up")).containsExactly("lake");
        assertThat(kinesis.held).extracting(Held::uri).containsExactly("events");
    }

    private void start(String yaml) throws Exception {
        camel.addComponent("segment-kinesis", kinesis);
        camel.addComponent("segment-firehose", firehose);
        camel.getPropertiesComponent().addInitialProperty("secret", "ws_123");
        PluginHelper.getRoutesLoader(camel).loadRoutes(ResourceHelper.fromString("test.camel.yaml", yaml));
        camel.start();
    }

    private List<String> streamsOf(String type, String event) throws Exception {
        firehose.held.clear();
        AsyncProducer in = camel.getEndpoint("direct:in").createAsyncProducer();
        Exchange exchange = in.getEndpoint().createExchange();
        exchange.getMessage().setHeader(SegmentConstants.TYPE, type);
        exchange.getMessage().setHeader(SegmentConstants.EVENT, event);
        CompletableFuture<Exchange> done = in.processAsync(exchange);
        assertThat(done).isNotDone();
        assertThat(firehose.held)
                .filteredOn(held -> held.options().containsKey("secretId"))
                .allSatisfy(held -> assertThat(held.options()).containsEntry("secretId", "ws_123"));
        List<String> streams = firehose.held.stream().map(Held::uri).toList();
        firehose.held.forEach(Held::succeed);
        kinesis.held.forEach(Held::succeed);
        assertThat(exchange.getException()).isNull();
        return streams;
    }
}
