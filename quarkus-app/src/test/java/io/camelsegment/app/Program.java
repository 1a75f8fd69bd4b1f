package io.camelsegment.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A process, the packaged app above all, and what it prints. */
final class Program implements AutoCloseable {

    static final Duration PATIENCE = Duration.ofMinutes(2);

    /** The property that names the native binary when the tests are to start it in place of the jar. */
    static final String BINARY = "app.binary";

    private static final Path APP =
            Path.of("target/quarkus-app/quarkus-run.jar").toAbsolutePath();

    private static final class Launcher {

        /** The launcher, after it has made the class archive that halves the time of each start. */
        static final Path WITH_ARCHIVE = withArchive();

        private static Path withArchive() {
            Path launcher = APP.resolveSibling("bin/segment");
            ProcessBuilder archive = new ProcessBuilder(launcher.toString(), "class-archive").inheritIO();
            archive.environment().put("JAVA_HOME", System.getProperty("java.home"));
            try {
                assertThat(archive.start().onExit().join().exitValue()).isZero();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return launcher;
        }
    }

    private final Process process;
    private final Path output;

    private Program(Process process, Path output) {
        this.process = process;
        this.output = output;
    }

    /**
     * Returns the command that starts the packaged app, with a free port for management: its launcher, or the native
     * binary that {@value #BINARY} names.
     *
     * @param options   settings
     * @param arguments of the app
     */
    static List<String> app(List<String> options, String... arguments) {
        Stream<String> all = Stream.concat(Stream.of("-Dquarkus.management.port=0"), options.stream());
        String binary = System.getProperty(BINARY);
        if (binary != null) {
            return Stream.of(Stream.of(binary), all, Stream.of(arguments))
                    .flatMap(Function.identity())
                    .toList();
        }
        // C2 would not pay in the seconds that the app runs.
        String java = Stream.concat(Stream.of("-XX:TieredStopAtLevel=1"), all)
                .map(option -> "'" + option + "'")
                .collect(Collectors.joining(" "));
        return Stream.concat(
                        Stream.of(
                                "env",
                                "JAVA_HOME=" + System.getProperty("java.home"),
                                "JAVA_OPTS=" + java,
                                Launcher.WITH_ARCHIVE.toString()),
                        Stream.of(arguments))
                .toList();
    }

    /** Puts the packaged app into a directory, and returns the command that starts it there. */
    static List<String> copyTo(Path place) throws IOException {
        String binary = System.getProperty(BINARY);
        if (binary != null) {
            // No link, as Linux takes a program to be where the link leads.
            return List.of(Files.copy(Path.of(binary), place.resolve("app-runner"), StandardCopyOption.COPY_ATTRIBUTES)
                    .toString());
        }
        for (String part : List.of("quarkus-run.jar", "app", "lib", "quarkus")) {
            Files.createSymbolicLink(place.resolve(part), APP.resolveSibling(part));
        }
        return List.of(java(), "-jar", place.resolve("quarkus-run.jar").toString());
    }

    /** Returns where the JVM of the tests is. */
    static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    /**
     * Starts a command.
     *
     * @param output where all that it prints goes
     */
    static Program start(List<String> command, Path directory, Map<String, String> environment, Path output)
            throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().putAll(environment);
        return new Program(builder.start(), output);
    }

    String output() {
        try {
            return Files.readString(output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Returns the first group of the first match in the output, once there is one; fails when the program has ended.
     */
    String awaitOutput(String pattern) {
        return await().atMost(PATIENCE).until(() -> find(pattern), found -> !found.isEmpty());
    }

    private String find(String pattern) {
        boolean alive = process.isAlive();
        Matcher matcher = Pattern.compile(pattern).matcher(output());
        if (matcher.find()) {
            return matcher.group(1);
        }
        assertThat(alive).as(output()).isTrue();
        return "";
    }

    /** Asks it to stop, as {@code kill} does. */
    void stop() {
        process.destroy();
    }

    /** Returns the exit code, once it has ended by itself. */
    int awaitEnd() throws InterruptedException {
        assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .as(output())
                .isTrue();
        return process.exitValue();
    }

    /** Ends it, as {@code kill -9} does, and waits for the end. */
    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
