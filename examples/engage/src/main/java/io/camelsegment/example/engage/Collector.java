package io.camelsegment.example.engage;

import static io.camelsegment.routes.SegmentDsl.audienceChange;
import static io.camelsegment.routes.SegmentDsl.segment;
import static io.camelsegment.routes.SegmentDsl.segmentKinesis;

import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.main.Main;

/** Receives what Engage sends to a webhook, and delivers who entered and left audiences. */
public final class Collector extends RouteBuilder {

    public static void main(String... args) throws Exception {
        main().run(args);
    }

    /** Returns the application, not started. */
    static Main main() {
        Main main = new Main();
        main.configure().addRoutesBuilder(new Collector());
        return main;
    }

    @Override
    public void configure() {
        from(segment("engage").webhook(true).sharedSecret("{{engage.shared-secret}}"))
                .routeId("engage")
                .setBody(audienceChange())
                .filter(body().isNotNull())
                .to(segmentKinesis("memberships"));
    }
}
