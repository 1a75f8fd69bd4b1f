package io.camelsegment.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code bin/segment} of the packaged app; mostly with a Java that prints its arguments, since a real one is slow. */
@DisabledOnOs(OS.WINDOWS)
@DisabledIfSystemProperty(named = Program.BINARY, matches = ".+", disabledReason = "a native build has no jar")
class LauncherIT {

    private static final Path BUILT = Path.of("target/quarkus-app").toAbsolutePath();

    /** Prints its arguments, one a line, and writes the archive that it is asked for, telling so. */
    private static final String JAVA =
            """
            #!/bin/sh
            for argument; do
                case $argument in
                -XX:ArchiveClassesAtExit=*)
                    echo made >>"${0%/*}/../made"
                    echo archive >"${argument#*=}"
                    exit ;;
                esac
                printf '<%s>\\n' "$argument"
            done
            """;

    @TempDir
    Path directory;

    private Path app;
    private Path java;

    @BeforeEach
    void copyTheApp() throws Exception {
        app = Files.createDirectory(directory.resolve("the app"));
        for (String part : List.of("quarkus-run.jar", "app", "lib", "quarkus")) {
            Files.createSymbolicLink(app.resolve(part), BUILT.resolve(part));
        }
        Files.createDirectory(app.resolve("bin"));
        executable(app.resolve("bin/segment"), Files.readString(BUILT.resolve("bin/segment")));
        java = java("17.0.1");
    }

    private Path java(String version) throws Exception {
        Path home = directory.resolve("java " + version);
        Files.createDirectories(home.resolve("bin"));
        executable(home.resolve("bin/java"), JAVA);
        Files.writeString(home.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
        return home;
    }

    /** Has another process write a program: one that this JVM starts meanwhile would keep it open, and so busy. */
    private Path executable(Path file, String text) throws Exception {
        Path written = Files.writeString(directory.resolve("written"), text);
        Process copy = new ProcessBuilder("cp", written.toString(), file.toString())
                .inheritIO()
                .start();
        assertThat(copy.waitFor()).isZero();
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @Test
    void theBuiltLauncherIsExecutable() {
        assertThat(BUILT.resolve("bin/segment")).isExecutable();
    }

    @Test
    void runsTheCollector() throws Exception {
        runCollector(with(real(), "SEGMENT_CACHE", "/dev/null/none"));
    }

    /** In every build another Java stands in for this one: making the archive takes a busy machine minutes. */
    @Test
    @Tag("nightly")
    void theNextStartUsesTheArchiveOfTheFirst() throws Exception {
        runCollector(real());
        Path archive = awaitArchive();
        Path classes = directory.resolve("classes");

        Run second = run(with(real(), "JAVA_OPTS", "-Xlog:class+load:file=" + classes), "--help");

        assertThat(second.exitCode()).isZero();
        assertThat(second.errors()).isEmpty();
        assertThat(Files.readString(classes))
                .containsPattern("io\\.camelsegment\\.app\\.Main source: shared objects file");

        Files.write(archive, new byte[4096]);
        Run third = run(real(), "--help");

        assertThat(third.exitCode()).isZero();
        assertThat(third.output()).startsWith("Usage: segment");
        assertThat(third.errors()).hasLineCount(1).contains(archive + " is damaged");
    }

    @Test
    void aDamagedArchiveIsOneLineAndNoMore() throws Exception {
        run(fake());
        Path archive = awaitArchive();
        Files.write(archive, new byte[4096]);

        Run next = run(fake(), "doctor");

        assertThat(next.exitCode()).isZero();
        assertThat(next.output()).contains("<doctor>").doesNotContain("SharedArchiveFile");
        assertThat(next.errors()).hasLineCount(1).contains(archive + " is damaged");
    }

    /** As a start without a command does; other commands are not worth it. */
    @Test
    void theCommandRunHasAnArchiveMade() throws Exception {
        Run run = run(fake(), "run");

        assertThat(run.output()).endsWith("<io.camelsegment.app.Main>\n<run>\n");
        assertThat(awaitArchive()).exists();
    }

    /** Starts the collector by a symbolic link, sends an event, and stops it. */
    private void runCollector(Map<String, String> variables) throws Exception {
        Path link = Files.createSymbolicLink(directory.resolve("segment"), app.resolve("bin/segment"));
        Map<String, String> environment = new HashMap<>(variables);
        environment.put("QUARKUS_PROFILE", "local");
        environment.put("QUARKUS_HTTP_PORT", "0");
        environment.put("QUARKUS_MANAGEMENT_PORT", "0");
        environment.put("SEGMENT_LOCAL_AWS_PORT", "0");
        Path output = directory.resolve("output.log");
        try (Program collector = Program.start(List.of(link.toString()), directory, environment, output)) {
            URI api = URI.create(collector.awaitOutput("curl -u 'WRITE_KEY:' (\\S+) -d"));
            assertThat(new Api(api)
                            .post(api.getPath(), "WRITE_KEY", "{\"userId\":\"u\",\"event\":\"E\"}")
                            .statusCode())
                    .isEqualTo(200);

            collector.stop();

            assertThat(collector.awaitEnd()).isEqualTo(143);
            assertThat(collector.output())
                    .contains("All streams stopped: accepted 2 = delivered 2 + failed 0 + refused 0 records");
        }
    }

    @Test
    void startsTheNativeBinaryWhenItIsThere() throws Exception {
        Path binary = executable(app.resolve("camel-segment-app-1.0-runner"), JAVA);
        Map<String, String> withoutJava = Map.of("HOME", directory.toString(), "JAVA_HOME", "/dev/null");

        assertThat(run(withoutJava, "doctor", "a b").output()).isEqualTo("<-Xmx96m>\n<doctor>\n<a b>\n");
        assertThat(run(with(withoutJava, "SEGMENT_HEAP", "256m")).output()).isEqualTo("<-Xmx256m>\n");
        assertThat(run(with(withoutJava, "JAVA_OPTS", "-Xmx1g '-Da=b c'"), "doctor")
                        .output())
                .isEqualTo("<-Xmx1g>\n<-Da=b c>\n<doctor>\n");
        Run refused = run(withoutJava, "class-archive");
        assertThat(refused.exitCode()).isEqualTo(2);
        assertThat(refused.errors()).contains(binary + " is native").hasLineCount(1);
    }

    /** The base of its image has neither sed nor grep, awk, find and xargs. */
    @Test
    void theBinaryNeedsNoMoreThanAShellAndCoreutils() throws Exception {
        executable(app.resolve("camel-segment-app-1.0-runner"), JAVA);
        Path bin = Files.createDirectory(directory.resolve("coreutils"));
        for (String tool : List.of("basename", "cat", "cut", "dirname", "head", "readlink", "sort", "tail", "tr")) {
            Files.createSymbolicLink(bin.resolve(tool), tool(tool));
        }
        Path settings = Files.writeString(
                directory.resolve("segment.yaml"), "segment:\n  max-buffered-bytes: 268435456 # 256 MB\n");

        Run run = run(
                Map.of(
                        "PATH", bin.toString(),
                        "HOME", directory.toString(),
                        "SEGMENT_CONFIG", settings.toString(),
                        "JAVA_OPTS", "-Da='b c'\t-Db=\\ d"),
                "doctor");

        assertThat(run.errors()).isEmpty();
        assertThat(run.output()).isEqualTo("<-Xmx576m>\n<-Da=b c>\n<-Db= d>\n<doctor>\n");
    }

    private static Path tool(String name) {
        return Stream.of(System.getenv("PATH").split(":"))
                .map(directory -> Path.of(directory, name))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow();
    }

    private Path awaitArchive() {
        return await().atMost(Program.PATIENCE)
                .until(
                        () -> {
                            try (Stream<Path> files = Files.list(directory.resolve("cache"))) {
                                List<Path> made = files.toList();
                                assertThat(made)
                                        .noneMatch(file -> file.toString().endsWith(".log"));
                                return made.stream()
                                        .filter(file -> file.toString().endsWith(".size"))
                                        .map(file -> Path.of(file.toString().replaceFirst("\\.size$", "")))
                                        .toList();
                            }
                        },
                        made -> made.size() == 1)
                .get(0);
    }

    @Test
    void passesArgumentsAndOptionsAsTheyAre() throws Exception {
        Run run = run(
                with(fake(), "JAVA_OPTS", "-Da='b c' -Xmx1g \"-Dd=$HOME;e\"  -Df=*"),
                "iam-policy",
                "",
                "a  b",
                "$x'\"*");

        assertThat(run.output().lines())
                .containsSubsequence(
                        "<-Da=b c>",
                        "<-Xmx1g>",
                        "<-Dd=$HOME;e>",
                        "<-Df=*>",
                        "<io.camelsegment.app.Main>",
                        "<iam-policy>",
                        "<>",
                        "<a  b>",
                        "<$x'\"*>")
                .doesNotContain("<-Xmx96m>");
    }

    @ParameterizedTest
    @CsvSource({
        "JAVA_OPTS,         -XX:+UseZGC",
        "JAVA_TOOL_OPTIONS, -XX:+UseParallelGC",
        "JDK_JAVA_OPTIONS,  -XX:+UseG1GC"
    })
    void leavesTheCollectorOfGarbageToTheUser(String variable, String option) throws Exception {
        assertThat(run(fake(), "doctor").output()).contains("<-XX:+UseSerialGC>");
        assertThat(run(with(fake(), variable, option), "doctor").output()).doesNotContain("UseSerialGC");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-Xmx300m", "-XX:MaxRAMPercentage=50", "-XX:MaxHeapSize=300m"})
    void leavesTheHeapToTheUser(String option) throws Exception {
        Run run = run(with(with(fake(), "JAVA_TOOL_OPTIONS", option), "SEGMENT_HEAP", "200m"), "doctor");

        assertThat(run.output()).doesNotContain("<-Xmx");
    }

    @ParameterizedTest
    @CsvSource({"'', 96", "512m, 512", "1g, 1024", "1G, 1024", "131072k, 128", "134217728, 128"})
    void takesTheHeapOfSegmentHeap(String size, int megabytes) throws Exception {
        assertThat(run(with(fake(), "SEGMENT_HEAP", size), "doctor").output()).contains("<-Xmx" + megabytes + "m>");
    }

    @ParameterizedTest
    @ValueSource(strings = {"abc", "12", "-5m", "512 m", "512mb", "1.5g", "m", "32m", "99999999999999g"})
    void refusesABadHeapInOneLine(String size) throws Exception {
        Run run = run(with(fake(), "SEGMENT_HEAP", size));

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.output()).isEmpty();
        assertThat(run.errors())
                .hasLineCount(1)
                .startsWith("SEGMENT_HEAP: expected")
                .contains("'" + size + "'");
    }

    @Test
    void refusesAnOldJavaInOneLine() throws Exception {
        Run run = run(with(fake(), "JAVA_HOME", java("11.0.2").toString()));

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.errors()).hasLineCount(1).contains("expected Java 17 or newer, but", "is 11");
    }

    @Test
    void refusesAJavaHomeWithoutJavaInOneLine() throws Exception {
        Run run = run(with(fake(), "JAVA_HOME", directory.toString()));

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.errors()).hasLineCount(1).startsWith("JAVA_HOME: expected");
    }

    @Test
    void takesTheJavaOfThePath() throws Exception {
        Path bin = Files.createDirectory(directory.resolve("bin"));
        Files.createSymbolicLink(bin.resolve("java"), java.resolve("bin/java"));
        Map<String, String> environment = new HashMap<>(fake());
        environment.remove("JAVA_HOME");
        environment.put("PATH", bin + ":" + System.getenv("PATH"));

        assertThat(run(environment, "doctor").output()).contains("<io.camelsegment.app.Main>");
    }

    @Test
    void aLargerBufferHasALargerHeap() throws Exception {
        String none = heap(fake(), "doctor");
        Path file = Files.writeString(
                directory.resolve("segment.yaml"),
                "segment: { max-buffered-bytes: 268435456 } # max-buffered-bytes: 9");
        Path home = Files.createDirectories(directory.resolve("home/config")).getParent();
        Files.writeString(
                home.resolve("config/application.properties"),
                "#segment.max-buffered-bytes=99999999999\nsegment.max-buffered-bytes = 268435456\n");

        assertThat(List.of(
                        heap(with(fake(), "SEGMENT_MAX_BUFFERED_BYTES", "268435456"), "doctor"),
                        heap(with(fake(), "JAVA_OPTS", "-Dsegment.max-buffered-bytes=268435456"), "doctor"),
                        heap(with(fake(), "SEGMENT_CONFIG", file.toString()), "doctor"),
                        heap(with(fake(), "SEGMENT_HOME", home.toString()), "doctor"),
                        heap(fake(), "doctor", "--home", home.toString()),
                        heap(fake(), "doctor", "--home=" + home)))
                .containsOnly("<-Xmx576m>");
        assertThat(none).isEqualTo("<-Xmx96m>");
        assertThat(heap(with(fake(), "SEGMENT_MAX_BUFFERED_BYTES", "1000000"), "doctor"))
                .isEqualTo(none);
        assertThat(heap(with(fake(), "SEGMENT_MAX_BUFFERED_BYTES", "many"), "doctor"))
                .isEqualTo(none);
    }

    @ParameterizedTest
    @CsvSource({
        "0::/a/b,      sys/a/memory.max,                      268435456, 179",
        "0::/a/b,      sys/a/b/memory.max,                    268435456, 179",
        "0::/,         sys/memory.max,                        268435456, 179",
        "0::/a/b,      sys/a/memory.max,                      max,       512",
        "5:memory:/d,  sys/memory/d/memory.limit_in_bytes,    268435456, 179",
        "5:memory:/d,  sys/memory/memory.limit_in_bytes,      268435456, 179",
        "5:memory:/d,  sys/memory/d/memory.limit_in_bytes,    9223372036854771712, 512"
    })
    void theHeapIsAtMostSeventyPercentOfTheContainers(String line, String file, String limit, int megabytes)
            throws Exception {
        Path cgroup = Files.writeString(directory.resolve("cgroup"), "1:cpu:/x\n" + line + "\n");
        Path limits = directory.resolve(file);
        Files.createDirectories(limits.getParent());
        Files.writeString(limits, limit + "\n");
        String script = Files.readString(app.resolve("bin/segment"))
                .replace("/proc/self/cgroup", "'" + cgroup + "'")
                .replace("/sys/fs/cgroup", directory.resolve("sys").toString());
        executable(app.resolve("bin/segment"), script);

        Run run = run(with(fake(), "SEGMENT_HEAP", "512m"), "doctor");

        assertThat(run.output()).as(run.errors()).contains("<-Xmx" + megabytes + "m>");
    }

    @ParameterizedTest
    @ValueSource(strings = {"release/cache", ""})
    void aCacheThatCannotBeWrittenIsOneLineAndNoMore(String cache) throws Exception {
        Map<String, String> environment = new HashMap<>(fake());
        environment.remove("HOME");
        environment.put(
                "SEGMENT_CACHE", cache.isEmpty() ? "" : java.resolve(cache).toString());
        environment.put("XDG_CACHE_HOME", "");

        Run run = run(environment);

        assertThat(run.exitCode()).isZero();
        assertThat(run.output()).contains("<io.camelsegment.app.Main>").doesNotContain("SharedArchiveFile");
        assertThat(run.errors()).hasLineCount(1).startsWith("segment: no class archive");
    }

    @Test
    void makesTheArchiveOnceForStartsAtTheSameTime() throws Exception {
        List<Process> starts = new ArrayList<>();
        for (int i : IntStream.range(0, 4).toArray()) {
            starts.add(start(fake(), directory.resolve("out" + i), directory.resolve("err" + i)));
        }
        for (Process start : starts) {
            assertThat(start.waitFor()).isZero();
        }
        Path archive = awaitArchive();

        assertThat(Files.readString(java.resolve("made"))).isEqualTo("made\n");
        assertThat(run(fake()).output()).contains("<-XX:SharedArchiveFile=" + archive + ">");
        Files.writeString(java.resolve("release"), "JAVA_VERSION=\"17.0.2\"\n");
        assertThat(run(fake(), "doctor").output()).doesNotContain("SharedArchiveFile");
    }

    @Test
    void makesTheArchiveOfAnImageBesideTheApp() throws Exception {
        Run made = run(with(fake(), "JAVA_OPTS", "-Xmx1g"), "class-archive");

        assertThat(made.exitCode()).as(made.errors()).isZero();
        assertThat(made.output()).isEmpty();
        assertThat(run(with(fake(), "SEGMENT_CACHE", "/dev/null/none")))
                .satisfies(run -> assertThat(run.output()).contains("SharedArchiveFile=" + app + "/class-archive/"))
                .satisfies(run -> assertThat(run.errors()).isEmpty());
    }

    private String heap(Map<String, String> environment, String... arguments) throws Exception {
        return run(environment, arguments)
                .output()
                .lines()
                .filter(line -> line.startsWith("<-Xmx"))
                .findFirst()
                .orElseThrow();
    }

    private Map<String, String> real() {
        return with(fake(), "JAVA_HOME", System.getProperty("java.home"));
    }

    private Map<String, String> fake() {
        return Map.of(
                "JAVA_HOME", java.toString(),
                "SEGMENT_CACHE", directory.resolve("cache").toString(),
                "HOME", directory.toString());
    }

    private static Map<String, String> with(Map<String, String> environment, String name, String value) {
        Map<String, String> more = new HashMap<>(environment);
        more.put(name, value);
        return more;
    }

    private Run run(Map<String, String> environment, String... arguments) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(app.resolve("bin/segment").toString());
        command.addAll(List.of(arguments));
        Path output = directory.resolve("output");
        Path errors = directory.resolve("errors");
        int exitCode = start(environment, output, errors, command).waitFor();
        return new Run(exitCode, Files.readString(output), Files.readString(errors));
    }

    private Process start(Map<String, String> environment, Path output, Path errors) throws IOException {
        return start(
                environment, output, errors, List.of(app.resolve("bin/segment").toString()));
    }

    private Process start(Map<String, String> environment, Path output, Path errors, List<String> command)
            throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectOutput(output.toFile())
                .redirectError(errors.toFile());
        if (!environment.containsKey("HOME")) {
            builder.environment().remove("HOME");
        }
        if (!environment.containsKey("JAVA_HOME")) {
            builder.environment().remove("JAVA_HOME");
        }
        builder.environment().putAll(environment);
        return builder.start();
    }

    private record Run(int exitCode, String output, String errors) {}
}
