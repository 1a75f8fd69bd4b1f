package io.camelsegment.app.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.config.source.yaml.YamlConfigSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an application.yaml leaves blank, which SmallRye Config reads and drops. */
class SegmentConfigSourcesTest {

    @TempDir
    Path directory;

    @Test
    void whatIsLeftBlankIsThereAndEmpty() throws IOException {
        SegmentConfig config = config(
                """
                segment:
                  sources:
                    web:
                  destinations:
                    none: {}
                    lake:
                      type: firehose
                      map:
                        page:
                        "Order.Completed": []
                """);

        assertThat(config.sources().get("web").writeKey()).isEmpty();
        assertThat(config.destinations().get("none").type()).isEmpty();
        assertThat(config.destinations().get("lake").map()).containsOnlyKeys("page", "Order.Completed");
    }

    @Test
    void aBlankThatMayMeanLessThanItsDefaultIsRefused() {
        Throwable refusal = catchThrowable(
                () -> config(
                        """
                segment:
                  destinations:
                    lake:
                      sources:
                """));

        assertThat(refusal)
                .hasMessage("segment.destinations.lake.sources: expected a value, but it is empty: name them, or remove"
                        + " the line for all sources");
    }

    private SegmentConfig config(String yaml) throws IOException {
        Path file = Files.writeString(directory.resolve("application.yaml"), yaml);
        return new SmallRyeConfigBuilder()
                .addDefaultInterceptors()
                .withSources(new YamlConfigSource(file.toUri().toURL(), 265))
                .withSources(new SegmentConfigSources())
                .withMapping(SegmentConfig.class)
                .build()
                .getConfigMapping(SegmentConfig.class);
    }
}
