package io.camelsegment.example.replay;

import static io.camelsegment.routes.SegmentDsl.segmentMapping;
import static org.apache.camel.support.processor.idempotent.FileIdempotentRepository.fileIdempotentRepository;

import io.camelsegment.event.SegmentEvent;
import java.io.File;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.main.Main;

/** Sends files with one event a line, plain or compressed with gzip, through the mapping. */
public final class Replay extends RouteBuilder {

    private static final int REMEMBERED_LINES = 1_000_000;
    private static final long MAX_PROGRESS_BYTES = 1L << 30;

    public static void main(String... args) throws Exception {
        main().run(args);
    }

    /** Returns the application, not started. */
    static Main main() {
        Main main = new Main();
        main.configure().addRoutesBuilder(new Replay());
        return main;
    }

    @Override
    public void configure() {
        String progress = getContext().resolvePropertyPlaceholders("{{replay.progress}}");

        // A file goes to .done when all its lines are delivered. At the first line that fails it stays, and is tried
        // again without the lines in "progress". Each event has one stream, so that none gets it for the second time.
        from("file:{{replay.from}}?recursive=true&antInclude=**/*.json,**/*.jsonl,**/*.json.gz&move=.done"
                        + "&delay={{replay.delay}}")
                .routeId("replay")
                .errorHandler(noErrorHandler())
                .choice()
                .when(simple("${file:name} endsWith '.gz'"))
                .unmarshal()
                .gzipDeflater()
                .end()
                .setProperty(Exchange.CHARSET_NAME, constant("UTF-8"))
                .split(body().tokenize("\n"))
                .streaming()
                .stopOnException()
                .idempotentConsumer(
                        simple("${file:name} ${exchangeProperty.CamelSplitIndex}"),
                        fileIdempotentRepository(new File(progress), REMEMBERED_LINES, MAX_PROGRESS_BYTES))
                // A line is noted when it is delivered, not before: the process may end in between.
                .eager(false)
                .throttle(simple("{{replay.events-per-second}}"))
                .convertBodyTo(byte[].class)
                .convertBodyTo(SegmentEvent.class)
                .to(segmentMapping("lake")
                        .match("FIRST")
                        .row("User Registered", "new_users")
                        .row("page", "pages")
                        .row("*", "everything"));
    }
}
