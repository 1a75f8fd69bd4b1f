package io.camelsegment.routes;

import static io.camelsegment.event.EventType.PAGE;
import static io.camelsegment.routes.SegmentDsl.*;
import static io.camelsegment.routes.Transforms.*;

import org.apache.camel.builder.RouteBuilder;

/** The routes in Java of docs/routes.md. */
final class DslExample extends RouteBuilder {

    @Override
    public void configure() {
        // tag::fan-out
        from(segment("web").writeKey("{{web.key}}"))
                .filter(not(trackNamed("Debug *")))
                .process(hash("traits.email", "context.traits.email").salt("{{salt}}"))
                .to(fanOut(
                        segmentKinesis("events").roleAddress("{{role}}").secretId("{{secret.id}}"),
                        segmentMapping("lake")
                                .row("User Registered", "new_users")
                                .row("page", "pages")
                                .row("*", "everything")));
        // end::fan-out

        // tag::choice
        from(segment("app").writeKey("{{app.key}}"))
                .process(hash("traits.email", "context.traits.email"))
                .choice()
                .when(trackNamed("User Registered"))
                .to(segmentFirehose("new_users"))
                .when(ofType(PAGE))
                .to(segmentFirehose("pages"))
                .otherwise()
                .to(segmentKinesis("events"))
                .end();
        // end::choice
    }
}
