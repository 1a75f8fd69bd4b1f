package io.camelsegment.routes;

import static org.assertj.core.api.Assertions.assertThat;

import io.camelsegment.aws.SegmentCredentials;
import io.camelsegment.memory.MessageIdRepository;
import io.camelsegment.tracking.SegmentComponent;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.direct.DirectComponent;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.main.Main;
import org.apache.camel.spi.PropertiesFunction;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.apache.camel.support.processor.idempotent.MemoryIdempotentRepository;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the pages of the components show: routes that Camel builds, and properties that Camel Main takes. */
class ComponentPagesTest {

    private static final List<Path> MODULES = List.of(Path.of("../camel-segment-component"), Path.of("."));

    /** A block of a page. */
    record Block(Path page, String language, String text) {

        @Override
        public String toString() {
            return page.getFileName() + ": " + text.lines().findFirst().orElse("");
        }
    }

    static List<Block> blocks() throws IOException {
        List<Block> blocks = new ArrayList<>();
        for (Path module : MODULES) {
            try (Stream<Path> pages = Files.list(module.resolve("src/main/docs"))) {
                for (Path page : pages.sorted().toList()) {
                    Pattern.compile("\\[source,(\\w+)]\n----\n(.*?\n)----\n", Pattern.DOTALL)
                            .matcher(Files.readString(page))
                            .results()
                            .forEach(block -> blocks.add(new Block(page, block.group(1), block.group(2))));
                }
            }
        }
        return blocks;
    }

    private static Stream<Block> blocks(String language) throws IOException {
        return blocks().stream().filter(block -> block.language().equals(language));
    }

    static Stream<Block> yaml() throws IOException {
        return blocks("yaml");
    }

    static List<RouteBuilder> java() {
        return ComponentPagesExample.all();
    }

    @Test
    void noOtherLanguagesAreShown() throws IOException {
        assertThat(blocks())
                .extracting(Block::language)
                .as("shell and javascript are commands and a page of a site, for which there is no Camel")
                .containsOnly("java", "yaml", "properties", "xml", "shell", "javascript");
    }

    @Test
    void everyBlockInJavaIsInTheExample() throws IOException {
        String example =
                plain(Files.readString(Path.of("src/test/java/io/camelsegment/routes/ComponentPagesExample.java")));

        assertThat(blocks("java")).isNotEmpty().allSatisfy(block -> assertThat(example)
                .contains(plain(block.text())));
    }

    private static String plain(String code) {
        return code.replaceAll("\\s", "");
    }

    @ParameterizedTest
    @MethodSource("java")
    void camelBuildsTheRoutesInJava(RouteBuilder routes) throws Exception {
        try (DefaultCamelContext context = context()) {
            context.addRoutes(routes);
            context.start();

            assertThat(context.getRoutes())
                    .hasSameSizeAs(routes.getRouteCollection().getRoutes());
        }
    }

    @ParameterizedTest
    @MethodSource("yaml")
    void camelBuildsTheRoutesInYaml(Block block) throws Exception {
        try (DefaultCamelContext context = context()) {
            PluginHelper.getRoutesLoader(context)
                    .loadRoutes(ResourceHelper.fromString("page.camel.yaml", block.text()));
            context.start();

            assertThat(context.getRoutes())
                    .hasSize((int)
                            block.text().lines().filter("- route:"::equals).count())
                    .isNotEmpty();
        }
    }

    /** Builds routes with all their endpoints, and starts none. */
    private static DefaultCamelContext context() {
        DefaultCamelContext context = new DefaultCamelContext();
        context.setAutoStartup(false);
        context.addComponent("kafka", new DirectComponent());
        context.getPropertiesComponent().addInitialProperty("write-key", "KEY");
        context.getPropertiesComponent().addInitialProperty("web.key", "KEY");
        for (String function : List.of("env", "aws")) {
            context.getPropertiesComponent().addPropertiesFunction(new PropertiesFunction() {
                @Override
                public String getName() {
                    return function;
                }

                @Override
                public String apply(String name) {
                    return name;
                }
            });
        }
        return context;
    }

    @Test
    void camelMainTakesTheProperties() throws Exception {
        Main main = new Main();
        MemoryIdempotentRepository resends = new MemoryIdempotentRepository();
        main.bind("resends", resends);
        Properties properties = new Properties();
        for (Block block : blocks("properties").toList()) {
            properties.load(new StringReader(block.text()));
        }
        properties.forEach((name, value) -> main.addInitialProperty((String) name, (String) value));
        try {
            main.start();

            assertThat(main.lookup("messageIds", MessageIdRepository.class)).satisfies(messageIds -> {
                assertThat(messageIds.getMaxBytes()).isEqualTo(134217728);
                assertThat(messageIds.getWindow()).isEqualTo(Duration.ofDays(2));
            });
            assertThat(main.lookup(SegmentCredentials.BEAN, SegmentCredentials.class)
                            .getBaseRoleAddress())
                    .isEqualTo("arn:aws:iam::123456789012:role/hub");
            assertThat(main.getCamelContext()
                            .getComponent("segment", SegmentComponent.class)
                            .getResendRepository())
                    .isSameAs(resends);
            assertThat(main.getCamelContext().getVaultConfiguration().aws().getRegion())
                    .isEqualTo("us-west-2");
        } finally {
            main.stop();
        }
    }

    @Test
    void theDependenciesAreTheModules() throws IOException {
        assertThat(blocks("xml")).isNotEmpty().allSatisfy(block -> {
            String artifact = block.text().replaceAll("(?s).*(<artifactId>.*</artifactId>).*", "$1");
            Path pom = block.page().resolve("../../../../pom.xml").normalize();
            assertThat(Files.readString(pom)).contains("\n  " + artifact);
        });
    }
}
