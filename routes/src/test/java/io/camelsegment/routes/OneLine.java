package io.camelsegment.routes;

import static io.camelsegment.routes.SegmentDsl.segment;
import static io.camelsegment.routes.SegmentDsl.segmentKinesis;

import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.main.Main;

/** The first route of docs/routes.md. */
public final class OneLine extends RouteBuilder {

    public static void main(String... args) throws Exception {
        Main main = new Main();
        main.configure().addRoutesBuilder(new OneLine());
        main.run(args);
    }

    @Override
    public void configure() {
        from(segment("web").writeKey("{{web.key}}")).to(segmentKinesis("events"));
    }
}
