package io.camelsegment.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands of the packaged app, as a user types them. */
class CommandIT {

    private static final Path JAR =
            Path.of("target/quarkus-app/quarkus-run.jar").toAbsolutePath();

    @TempDir
    Path directory;

    @Test
    void helpNeedsNoSettings() throws Exception {
        Result result = run(Map.of(), "--help");

        assertThat(result.exitCode()).isZero();
        assertThat(result.output()).startsWith("Usage: segment [-h] [COMMAND]").contains("doctor");
        assertThat(run(Map.of(), "doctor", "--help").output()).startsWith("Usage: segment doctor");
    }

    @Test
    void anUnknownCommandIsAMistakeInUsage() throws Exception {
        Result result = run(Map.of(), "docter");

        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.errors()).contains("'docter'").contains("Did you mean: segment doctor?");
        assertThat(result.output()).isEmpty();
    }

    @Test
    void wrongSettingsAreToldInOneLine() throws Exception {
        Result result = run(Map.of("SEGMENT_SOURCES_WEB_WRITE_KEY", "k"), "doctor");

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.errors()).startsWith("segment.").hasLineCount(1);
        assertThat(result.output()).isEmpty();
    }

    private Result run(Map<String, String> environment, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-jar", JAR.toString()));
        command.addAll(List.of(arguments));
        Path output = directory.resolve("output");
        Path errors = directory.resolve("errors");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectOutput(output.toFile())
                .redirectError(errors.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        if (!process.waitFor(2, TimeUnit.MINUTES)) {
            process.destroyForcibly();
        }
        return new Result(process.waitFor(), Files.readString(output), Files.readString(errors));
    }

    private record Result(int exitCode, String output, String errors) {}
}
