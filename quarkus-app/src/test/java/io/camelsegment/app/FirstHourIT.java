package io.camelsegment.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page "Your first hour", run from top to bottom as it is written, and what it prints. */
class FirstHourIT {

    private static final Path MODULE = Path.of("").toAbsolutePath();

    /** Commands and, in the next block of text, what they print. */
    private static final Pattern STEP = Pattern.compile("(?s)```sh\n(.*?)```\n(?:\n```text\n(.*?)```\n)?");

    private static final String BUILD = "mvn -q -pl quarkus-app -am package -Dmaven.test.skip";

    /** Between the outputs of two steps. */
    private static final String MARK = "@@@@@ ";

    /**
     * @param commands as they are typed
     * @param shown    what the page shows of their output, with … for what differs; null for none
     */
    private record Step(String commands, String shown) {}

    @TempDir
    Path directory;

    @Test
    void eachCommandPrintsWhatThePageShows() throws Exception {
        InstalledPrograms.require("bash", "curl");
        String page = Files.readString(MODULE.resolveSibling("docs/first-hour.md"));
        List<Integer> ports =
                Stream.generate(SetUpAwsIT::freePort).distinct().limit(3).toList();
        List<Step> steps = steps(page.replace("localhost:8080", "localhost:" + ports.get(0))
                .replace("localhost:9000", "localhost:" + ports.get(1))
                .replace("127.0.0.1:4566", "127.0.0.1:" + ports.get(2)));
        Path clone = Files.createDirectory(directory.resolve("clone"));
        Files.createSymbolicLink(clone.resolve("quarkus-app"), MODULE);

        String output = run(
                script(steps),
                clone,
                Map.of(
                        "QUARKUS_HTTP_PORT", String.valueOf(ports.get(0)),
                        "QUARKUS_MANAGEMENT_PORT", String.valueOf(ports.get(1)),
                        "SEGMENT_LOCAL_AWS_PORT", String.valueOf(ports.get(2))));

        List<String> printed = List.of(output.split("\n?" + MARK + "\n", -1));
        assertThat(printed).as(output).hasSize(steps.size() + 1);
        SoftAssertions all = new SoftAssertions();
        for (int i = 0; i < steps.size(); i++) {
            Step step = steps.get(i);
            all.assertThat(printed.get(i + 1).strip())
                    .as(step.commands())
                    .matches(step.shown() == null ? "" : pattern(step.shown().strip()));
        }
        all.assertAll();
    }

    private static List<Step> steps(String page) {
        List<Step> steps = new ArrayList<>();
        Matcher matcher = STEP.matcher(page);
        while (matcher.find()) {
            steps.add(new Step(matcher.group(1), matcher.group(2)));
        }
        assertThat(steps).hasSizeGreaterThan(15);
        assertThat(steps.stream().filter(step -> step.shown() != null))
                .as("every output that the page shows is that of the commands above it")
                .hasSize(page.split("\n```text\n", -1).length - 1);
        return steps;
    }

    /** This build is what it starts, so the one command that builds is only looked at. What is left running ends. */
    private static String script(List<Step> steps) {
        assertThat(steps.get(0).commands()).isEqualTo(BUILD + "\n");
        String commands = steps.stream()
                .map(step -> "printf '\\n" + MARK + "\\n'\n" + step.commands())
                .collect(Collectors.joining());
        return "mvn() { [ \"mvn $*\" = '" + BUILD + "' ]; }\n"
                + "trap 'kill $(jobs -p) 2>/dev/null; wait' EXIT\n"
                + commands;
    }

    /** Returns a pattern for a text in which … stands for anything within a line. */
    private static String pattern(String shown) {
        return Stream.of(shown.split("…", -1)).map(Pattern::quote).collect(Collectors.joining(".*"));
    }

    private String run(String script, Path clone, Map<String, String> environment)
            throws IOException, InterruptedException {
        // Makes the class archive, if no other test did.
        Program.app(List.of());
        Path output = directory.resolve("output");
        ProcessBuilder builder = new ProcessBuilder(
                        "bash",
                        Files.writeString(directory.resolve("commands"), script).toString())
                .directory(clone.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("AWS_"));
        String java = System.getProperty("java.home");
        builder.environment().put("JAVA_HOME", java);
        builder.environment().putAll(environment);
        if (System.getProperty(Program.BINARY) == null) {
            // C2 would not pay in the seconds that a command runs.
            builder.environment().put("JAVA_OPTS", "-XX:TieredStopAtLevel=1");
        }
        Process process = builder.start();
        if (!process.waitFor(10, TimeUnit.MINUTES)) {
            process.descendants().forEach(ProcessHandle::destroy);
            process.destroy();
        }
        process.waitFor();
        return Files.readString(output);
    }
}
