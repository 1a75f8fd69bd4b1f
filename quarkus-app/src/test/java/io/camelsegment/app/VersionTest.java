package io.camelsegment.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.camelsegment.app.setup.CommandRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VersionTest {

    private static final Pattern VERSION = Pattern.compile("<version>(.+?)</version>");

    @ParameterizedTest
    @ValueSource(strings = {"--version", "-V"})
    void aLineNamesTheVersionOfTheAppAndAnotherThatOfJava(String option) throws IOException {
        CommandRun run = CommandRun.with(Map.of("segment.deduplicate", "maybe"), option);

        assertThat(run.exitCode()).isZero();
        assertThat(run.output().lines())
                .containsExactly(
                        "camel-segment " + ofTheBuild(),
                        "Java " + System.getProperty("java.version") + ", " + System.getProperty("java.vm.name"));
        assertThat(run.errors()).isEmpty();
    }

    private static String ofTheBuild() throws IOException {
        return VERSION.matcher(Files.readString(Path.of("pom.xml")))
                .results()
                .map(found -> found.group(1))
                .findFirst()
                .orElseThrow();
    }
}
