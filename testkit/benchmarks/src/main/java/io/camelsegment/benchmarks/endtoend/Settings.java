package io.camelsegment.benchmarks.endtoend;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Settings of the benchmark.
 *
 * @param app       the packaged app's jar
 * @param before    the jar of another build of the app, to compare with; null for none
 * @param directory directory of logs and results
 * @param java      home of the JDK that runs the subjects
 * @param options   options of the app's JVM
 * @param scenarios names of the scenarios to run
 * @param rounds    number of measurements of each subject
 * @param seconds   CPU time of the subject in each measurement
 * @param warmup    the least CPU time of a subject before its first measurement; a small part of it before each
 */
record Settings(
        Path app,
        Path before,
        Path directory,
        Path java,
        List<String> options,
        List<String> scenarios,
        int rounds,
        double seconds,
        double warmup) {

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
