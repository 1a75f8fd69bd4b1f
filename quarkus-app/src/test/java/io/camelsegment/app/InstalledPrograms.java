package io.camelsegment.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Programs that tests call. */
public final class InstalledPrograms {

    private InstalledPrograms() {}

    /** Skips the test without these programs; in CI, which installs them, it fails. */
    static void require(String... programs) {
        for (String program : programs) {
            boolean installed = contains(program);
            if (System.getenv("CI") == null) {
                assumeTrue(installed, program + " is not installed");
            }
            assertThat(installed).as(program + " is installed").isTrue();
        }
    }

    /** Returns whether a program is on the path. */
    public static boolean contains(String program) {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }
}
