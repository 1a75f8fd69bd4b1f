package io.camelsegment.app.routes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;

class RoutesCheckTest {

    @Test
    void looksAtTheEndpointsOfAllStepsButThoseThatDependOnTheEvent() throws Exception {
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            context.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("direct:a").routeId("a").to("nowhere:a");
                    from("direct:b").routeId("b").choice().when(body()).wireTap("nowhere:b");
                    from("direct:c").routeId("c").toD("nowhere:c");
                    from("direct:d").routeId("d").toD("nowhere:${header.d}").to("log:d");
                }
            });
            RoutesCheck check = new RoutesCheck(context);

            check.check(List.of(), List.of(), Map.of());

            assertThat(check.mistakes())
                    .extracting(mistake -> mistake.replaceAll(":.*", ""))
                    .containsExactly("route a", "route b", "route c");
            assertThat(check.routes()).containsExactly("a", "b", "c", "d");
        }
    }
}
