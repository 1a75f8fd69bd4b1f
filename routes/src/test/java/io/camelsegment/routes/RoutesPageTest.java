package io.camelsegment.routes;

import static io.camelsegment.routes.SegmentDsl.segment;
import static io.camelsegment.routes.SegmentDsl.segmentKinesis;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;

/**
 * What docs/routes.md and README show is in files that are tested: {@link SegmentDslTest}, and RoutesContractIT of
 * testkit/runtimes.
 */
class RoutesPageTest {

    private static final Path PAGE = Path.of("../docs/routes.md");

    static final class OneLine extends RouteBuilder {

        @Override
        public void configure() {
            from(segment("web").writeKey("{{web.key}}")).to(segmentKinesis("events"));
        }
    }

    @Test
    void oneLineIsARoute() throws Exception {
        DefaultCamelContext camel = new DefaultCamelContext();
        camel.getPropertiesComponent().addInitialProperty("web.key", "WEB");
        camel.addComponent("segment-kinesis", new HeldComponent());

        camel.addRoutes(new OneLine());

        assertThat(camel.getRouteDefinitions()).hasSize(1);
    }

    @Test
    void everyBlockIsInTheFileThatItNames() throws IOException {
        List<MatchResult> blocks = Pattern.compile("<!-- From (\\S+)\\. -->\n```\\w+\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(PAGE))
                .results()
                .toList();

        assertThat(blocks).hasSize(7);
        for (MatchResult block : blocks) {
            String name = block.group(1);
            Path file = name.endsWith(".yaml")
                    ? Path.of("src/test/resources/routes", name)
                    : Path.of("src/test/java/io/camelsegment/routes", name + ".java");
            assertThat(plain(Files.readString(file))).as(name).contains(plain(block.group(2)));
        }
    }

    /** Without white space and marks: the formatter breaks lines elsewhere. */
    private static String plain(String code) {
        return code.replaceAll("// (tag|end)::\\S+", "").replaceAll("\\s", "");
    }
}
