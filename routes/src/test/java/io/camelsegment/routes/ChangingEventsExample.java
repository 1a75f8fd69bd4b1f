package io.camelsegment.routes;

import static io.camelsegment.routes.Transforms.blockEvents;
import static io.camelsegment.routes.Transforms.change;
import static io.camelsegment.routes.Transforms.dropProperties;
import static io.camelsegment.routes.Transforms.hash;
import static io.camelsegment.routes.Transforms.maskTraits;
import static io.camelsegment.routes.Transforms.rename;
import static io.camelsegment.routes.Transforms.sample;
import static io.camelsegment.routes.Transforms.setProperty;

import org.apache.camel.builder.RouteBuilder;

/** The route of docs/changing-events.md. */
final class ChangingEventsExample extends RouteBuilder {

    record Order(int total) {}

    @Override
    public void configure() {
        // tag::route
        from("segment:web?writeKey=WEB_KEY&exchange=request")
                .process(dropProperties("password", "card.number"))
                .process(maskTraits("phone"))
                .process(hash("traits.email", "context.traits.email"))
                .process(rename("Old Name").to("New Name"))
                .process(setProperty("plan", "pro"))
                .process(sample(0.1).by("userId"))
                .process(blockEvents("Debug *"))
                .process(change("score", event -> event.with("properties.score", score(event.properties(Order.class)))))
                .to("direct:sinks");
        // end::route

        from("direct:revenue")
                .process(
                        // tag::revenue
                        change(
                                "renameRevenue",
                                event -> event.property("revenue") == null
                                        ? event
                                        : event.with("properties.total", event.property("revenue"))
                                                .without("properties.revenue"))
                        // end::revenue
                        )
                .to("direct:sinks");
    }

    private static int score(Order order) {
        return order.total() / 10;
    }
}
