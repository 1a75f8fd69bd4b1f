package io.camelsegment.example.springboot;

import static io.camelsegment.routes.SegmentDsl.fanOut;
import static io.camelsegment.routes.SegmentDsl.segment;
import static io.camelsegment.routes.SegmentDsl.segmentKinesis;
import static io.camelsegment.routes.SegmentDsl.segmentMapping;
import static io.camelsegment.routes.Transforms.hash;

import org.apache.camel.builder.RouteBuilder;
import org.springframework.stereotype.Component;

/** All events go to Kinesis, registrations and pages also to Firehose. */
@Component
class Web extends RouteBuilder {

    @Override
    public void configure() {
        from(segment("web").writeKey("{{web.key}}"))
                .routeId("web")
                .process(hash("traits.email", "context.traits.email").salt("{{salt}}"))
                .to(fanOut(
                        segmentKinesis("events"),
                        segmentMapping("lake")
                                .row("User Registered", "new_users")
                                .row("page", "pages")));
    }
}
