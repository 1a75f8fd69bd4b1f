package io.camelsegment.runtimes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * README's {@code camel run}, offline, in a process of its own: the components come from a repository with this build's
 * own files, all else from the local repository that this build has filled.
 */
final class CamelRun implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String VERSION = System.getProperty("runtimes.version");
    private static final List<String> INHERITED =
            List.of("aws.accessKeyId", "aws.secretAccessKey", "aws.sharedCredentialsFile");

    private final Path directory;
    private final Process process;
    private final URI http;

    /**
     * Starts it.
     *
     * @param directory the working directory
     * @param modules   ours that it loads
     * @param arguments files of routes and options; without files, it runs those that application.properties names
     */
    CamelRun(Path directory, List<String> modules, String... arguments) throws IOException {
        this.directory = directory;
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-XX:TieredStopAtLevel=1");
        INHERITED.forEach(name -> command.add("-D" + name + "=" + System.getProperty(name)));
        command.add("-Duser.home=" + directory);
        command.add("-Dmaven.repo.local=" + directory.resolve("loaded"));
        command.add("-cp");
        command.add(Path.of("target/test-classes").toAbsolutePath() + ":"
                + Files.readString(Path.of("../camel-cli/target/class-path")));
        command.add(CamelCli.class.getName());
        command.add("run");
        command.addAll(List.of(arguments));
        modules.forEach(module -> command.add("--dep=io.camelsegment:" + module + ":" + VERSION));
        command.add("--repos=" + repositoryOfTheBuild().toUri() + ","
                + Path.of(System.getProperty("runtimes.localRepository")).toUri());
        command.addAll(List.of(
                "--maven-settings=false",
                "--maven-central-enabled=false",
                "--maven-apache-snapshot-enabled=false",
                "--prop=camel.server.host=127.0.0.1",
                "--port=0",
                "--logging-color=false"));
        process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("cli.log").toFile())
                .start();
        try {
            String port = await().atMost(PATIENCE)
                    .until(
                            () -> find("Routes startup") == null ? null : find("HttpServer started on [^:]+:(\\d+)"),
                            found -> found != null);
            http = URI.create("http://127.0.0.1:" + port);
        } catch (Throwable e) {
            close();
            throw e;
        }
    }

    /** Lays the modules and their parent out as {@code mvn install} does. */
    private Path repositoryOfTheBuild() throws IOException {
        Path repository = directory.resolve("built");
        put(repository, "camel-segment-parent", ".pom", Path.of("../../pom.xml"));
        putModule(repository, "camel-segment", Path.of("../../camel-segment-component"));
        putModule(repository, "camel-segment-routes", Path.of("../../routes"));
        return repository;
    }

    private static void putModule(Path repository, String artifact, Path module) throws IOException {
        put(repository, artifact, ".pom", module.resolve("pom.xml"));
        put(repository, artifact, ".jar", module.resolve("target/" + artifact + "-" + VERSION + ".jar"));
    }

    private static void put(Path repository, String artifact, String ending, Path file) throws IOException {
        Path folder = Files.createDirectories(
                repository.resolve("io/camelsegment").resolve(artifact).resolve(VERSION));
        Files.copy(file, folder.resolve(artifact + "-" + VERSION + ending));
    }

    /** Returns the last group of the first match in the output, or null; fails when the CLI has ended. */
    private String find(String pattern) {
        boolean alive = process.isAlive();
        String text = output();
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        if (matcher.find()) {
            return matcher.group(matcher.groupCount());
        }
        assertThat(alive).as(text).isTrue();
        return null;
    }

    /** Returns the URL of its HTTP server. */
    URI http() {
        return http;
    }

    /** Returns all that it has printed. */
    String output() {
        try {
            return Files.readString(directory.resolve("cli.log"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        end(process);
    }

    /** Ends a process: asks it to, and kills it if it does not. */
    static void end(Process process) {
        process.destroy();
        try {
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
