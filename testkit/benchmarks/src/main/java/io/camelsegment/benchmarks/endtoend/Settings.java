package io.camelsegment.benchmarks.endtoend;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * How the benchmark runs.
 *
 * @param app       the packaged app's jar
 * @param directory where logs and results go
 * @param java      the home of the JDK that runs the subjects
 * @param options   of the JVM that runs the app
 * @param scenarios the names of those to run
 * @param rounds    how often each subject is measured
 * @param seconds   how much CPU time of the subject each time
 * @param warmup    how much before it is measured first; before later rounds it is a quarter of it
 */
record Settings(
        Path app,
        Path directory,
        Path java,
        List<String> options,
        List<String> scenarios,
        int rounds,
        double seconds,
        double warmup) {

    private static final int FIRST_WITH_AHEAD_OF_TIME_CACHE = 25;

    /** Returns the options of the JVM that make it leave an archive of the app's classes when it ends. */
    List<String> makeArchive(Path archive) throws IOException {
        return List.of((hasAheadOfTimeCache() ? "-XX:AOTCacheOutput=" : "-XX:ArchiveClassesAtExit=") + archive);
    }

    /** Returns the options of the JVM that make it use such an archive, or end if it cannot. */
    List<String> useArchive(Path archive) throws IOException {
        return hasAheadOfTimeCache()
                ? List.of("-XX:AOTMode=on", "-XX:AOTCache=" + archive)
                : List.of("-Xshare:on", "-XX:SharedArchiveFile=" + archive);
    }

    private boolean hasAheadOfTimeCache() throws IOException {
        return Runtime.Version.parse(javaVersion()).feature() >= FIRST_WITH_AHEAD_OF_TIME_CACHE;
    }

    /** Returns the version of the subjects' JDK, such as 17.0.9. */
    String javaVersion() throws IOException {
        return Files.readAllLines(java.resolve("release")).stream()
                .filter(line -> line.startsWith("JAVA_VERSION="))
                .findFirst()
                .orElseThrow()
                .replaceAll(".*\"(.*)\"", "$1");
    }

    Settings {
        if (!Files.exists(app)) {
            throw new IllegalArgumentException(
                    "expected the packaged app at " + app + ", but there is none: build quarkus-app first");
        }
        if (!Files.isExecutable(java.resolve("bin/java"))) {
            throw new IllegalArgumentException("expected the home of a JDK in bench.java, but was " + java);
        }
    }
}
