package io.camelsegment.routes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;

/**
 * What docs/routes.md and README show is in files that are tested: {@link SegmentDslTest}, and RoutesContractIT of
 * testkit/runtimes.
 */
class RoutesPageTest {

    private static final Path PAGE = Path.of("../docs/routes.md");

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

        assertThat(blocks).hasSize(8);
        for (MatchResult block : blocks) {
            String name = block.group(1);
            Path file = name.endsWith(".yaml")
                    ? Path.of("src/test/resources/routes", name)
                    : Path.of("src/test/java/io/camelsegment/routes", name + ".java");
            assertThat(plain(Files.readString(file))).as(name).contains(plain(block.group(2)));
        }
    }

    @Test
    void theDependenciesAndPropertiesAreThoseOfTheExample() throws IOException {
        Path example = Path.of("../examples/java-dsl");
        String pom = Files.readString(example.resolve("pom.xml"));
        String properties = Files.readString(example.resolve("src/main/resources/application.properties"));

        assertThat(block("xml").lines().filter(line -> line.contains("artifactId")))
                .hasSize(3)
                .allMatch(line -> pom.contains(line.strip()), "is in the example's pom.xml");
        assertThat(block("properties").lines())
                .hasSize(3)
                .allMatch(properties.lines().toList()::contains);
        String parent = Files.readString(Path.of("../pom.xml"));
        assertThat(block("xml").lines().map(String::strip).filter(line -> line.startsWith("<version>")))
                .allMatch(line -> pom.contains(line) || parent.contains(line.replace("version>", "camel.version>")));
    }

    /** Returns the first block of the page in a language. */
    private static String block(String language) throws IOException {
        String page = Files.readString(PAGE);
        int from = page.indexOf("```" + language + "\n") + language.length() + 4;
        return page.substring(from, page.indexOf("```\n", from));
    }

    /** Without white space and marks: the formatter breaks lines elsewhere. */
    private static String plain(String code) {
        return code.replaceAll("// (tag|end)::\\S+", "").replaceAll("\\s", "");
    }
}
