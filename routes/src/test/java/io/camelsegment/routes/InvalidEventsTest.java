package io.camelsegment.routes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;

/** An {@code invalidUri} of a component that only this module's tests have. */
class InvalidEventsTest {

    private final List<String> invalid = new CopyOnWriteArrayList<>();

    @Test
    void mayGoToAKamelet() throws Exception {
        DefaultCamelContext camel = new DefaultCamelContext();
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                routeTemplate("parked")
                        .from("kamelet:source")
                        .process(exchange -> invalid.add(exchange.getMessage().getBody(String.class)));
                from("segment:web?writeKey=WEB&invalidUri=kamelet:parked").process(exchange -> {});
            }
        });
        try (Collector collector = new Collector(camel)) {
            camel.start();

            assertThat(collector.send("{\"type\":\"pgae\",\"userId\":\"u\"}")).isEqualTo(200);

            assertThat(invalid).singleElement().asString().contains("pgae");
        }
    }
}
