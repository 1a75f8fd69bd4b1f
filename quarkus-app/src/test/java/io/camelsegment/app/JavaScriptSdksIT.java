package io.camelsegment.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Segment's JavaScript SDKs, which {@code examples/sdks} takes from npm, against the packaged app in local mode. Needs
 * Node.
 */
@Tag("nightly")
class JavaScriptSdksIT {

    private static final Path EXAMPLE = Path.of("../examples/sdks").toAbsolutePath();

    @TempDir
    Path directory;

    @Test
    void eachEventOfEachSdkArrivesOnce() throws Exception {
        List<String> options =
                List.of("-Dquarkus.http.port=0", "-Dsegment.local-aws.port=0", "-Dquarkus.profile=local");
        try (Program app = Program.start(Program.app(options), directory, Map.of(), directory.resolve("app.log"))) {
            Map<String, String> places = Map.of(
                    "COLLECTOR_URL", app.awaitOutput("host (http://localhost:\\d+)"),
                    "LOCAL_AWS_URL", app.awaitOutput("stand-in for AWS at (http://[0-9.:]+)"));
            try (Program sdks =
                    Program.start(List.of("./run.sh"), EXAMPLE, places, Path.of("target/javascript-sdks.log"))) {
                assertThat(sdks.awaitEnd()).as(sdks.output()).isZero();
            }
        }
    }
}
