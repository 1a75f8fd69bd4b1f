package io.camelsegment.app.routes;

import io.quarkus.runtime.configuration.ConfigurationException;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The directory that has {@code config/} and {@code routes/}: the first of several that has one of them. All that is
 * read before it was chosen is in the working directory. Thread-safe.
 *
 * @param directory what to resolve both with; empty for the working directory
 * @param reason    why this one, for people
 */
public record Home(Path directory, String reason) {

    private static final String PROPERTY = "segment.home";
    private static final String VARIABLE = "SEGMENT_HOME";

    /** Null for the working directory: a path made here would be that of a native image's build. */
    private static volatile Home chosen;

    /** Returns the chosen directory. */
    public static Home get() {
        Home home = chosen;
        return home != null ? home : new Home(Path.of(""), "working directory");
    }

    /**
     * Chooses the directory: that of the option or of {@value #VARIABLE}, else the working directory, else that of the
     * program. It must come before all reading of settings.
     *
     * @param option the value of {@code --home}; null for none
     * @throws ConfigurationException if the option or variable names no directory
     */
    public static void choose(Path option) {
        List<Home> candidates = new ArrayList<>();
        named(option).ifPresent(candidates::add);
        candidates.add(get());
        program()
                .map(file -> new Home(file.getParent(), "where the program is"))
                .ifPresent(candidates::add);
        candidates.stream().filter(Home::isUsed).findFirst().ifPresent(home -> {
            chosen = home;
            // Where Quarkus looks for config/; Java itself, and with it all relative paths, keeps to the old value.
            System.setProperty("user.dir", home.directory.toAbsolutePath().toString());
        });
    }

    /** Returns whether a setting named the home before files were read, in which it would have no effect. */
    public static boolean isNamedInTime() {
        return property() != null;
    }

    private static String property() {
        return System.getProperty(PROPERTY, System.getenv(VARIABLE));
    }

    private static Optional<Home> named(Path option) {
        String property = property();
        if (option == null && (property == null || property.isBlank())) {
            return Optional.empty();
        }
        String name = option != null ? "--home" : System.getProperty(PROPERTY) != null ? PROPERTY : VARIABLE;
        Path directory = option != null ? option : Path.of(property.strip());
        if (!Files.isDirectory(directory)) {
            throw new ConfigurationException(name + ": expected a directory with config/ or routes/ in it, but there is"
                    + " none at " + directory.toAbsolutePath() + ": correct or remove it");
        }
        return Optional.of(new Home(directory, name));
    }

    /** Returns the jar that Java was started with, which is the first of the class path, or the native program. */
    private static Optional<Path> program() {
        String first = System.getProperty("java.class.path", "").split(File.pathSeparator, 2)[0];
        Optional<String> file = first.isEmpty()
                ? ProcessHandle.current().info().command()
                : Optional.of(first).filter(path -> path.endsWith(".jar"));
        return file.map(Path::of).map(Path::toAbsolutePath).filter(Files::isRegularFile);
    }

    private boolean isUsed() {
        return Files.isDirectory(directory.resolve("config")) || Files.isDirectory(directory.resolve("routes"));
    }

    /** Returns the directory and the reason, on one line. */
    @Override
    public String toString() {
        return directory.toAbsolutePath() + " (" + reason + ")";
    }
}
