package io.camelsegment.example.javadsl;

import static io.camelsegment.routes.SegmentDsl.not;
import static io.camelsegment.routes.SegmentDsl.segment;
import static io.camelsegment.routes.SegmentDsl.segmentMapping;
import static io.camelsegment.routes.SegmentDsl.trackNamed;
import static io.camelsegment.routes.Transforms.hash;

import io.camelsegment.event.SegmentEvent;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.main.Main;

/** Receives events, changes them and delivers each to one delivery stream, now or later. */
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
        // What fails is kept in a file, and its sender is answered 200. Each event has one stream, so that one that
        // comes back does not arrive at another stream for the second time.
        from(segment("web").writeKey("{{web.key}}"))
                .routeId("web")
                .errorHandler(deadLetterChannel("file:{{dead.letters}}?fileName=${exchangeId}.json&tempPrefix=."))
                .filter(not(trackNamed("Debug *")))
                .process(hash("traits.email", "context.traits.email").salt("{{salt}}"))
                .to("direct:lake");

        from("direct:lake")
                .routeId("lake")
                .errorHandler(noErrorHandler())
                .to(segmentMapping("lake")
                        .match("FIRST")
                        .row("User Registered", "new_users")
                        .row("page", "pages")
                        .row("*", "everything"));

        // A file that fails again stays for the next time.
        from("file:{{dead.letters}}?delete=true&delay={{replay.delay}}")
                .routeId("replay")
                .errorHandler(noErrorHandler())
                .convertBodyTo(byte[].class)
                .convertBodyTo(SegmentEvent.class)
                .to("direct:lake");
    }
}
