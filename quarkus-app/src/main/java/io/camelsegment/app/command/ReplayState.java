package io.camelsegment.app.command;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;

/**
 * How far a replay has come, in a file that grows by a line for each batch: the lines that are done, whether these are
 * all, and the file. For one thread.
 */
final class ReplayState {

    /** All lines of a file. */
    static final long ALL = Long.MAX_VALUE;

    private final Path file;
    private final Map<Path, Long> done = new HashMap<>();

    private ReplayState(Path file) {
        this.file = file;
    }

    /** Reads a state; there may be none yet. */
    static ReplayState of(Path file) throws IOException {
        ReplayState state = new ReplayState(file);
        try {
            for (String line : Files.readAllLines(file)) {
                String[] parts = line.split("\t", 2);
                // The last line is a part of one when the process was killed.
                if (parts.length == 2 && parts[0].matches("[0-9]{1,18}|all")) {
                    state.done.put(Path.of(parts[1]), parts[0].equals("all") ? ALL : Long.parseLong(parts[0]));
                }
            }
        } catch (NoSuchFileException e) {
            return state;
        }
        return state;
    }

    Path file() {
        return file;
    }

    boolean isEmpty() {
        return done.isEmpty();
    }

    /** Returns how many lines of a file are done; {@link #ALL} for all of them. */
    long done(Path of) {
        return done.getOrDefault(key(of), 0L);
    }

    /**
     * Notes that lines are done.
     *
     * @param lines {@link #ALL} for all of them
     */
    void note(Path of, long lines) throws IOException {
        done.put(key(of), lines);
        Files.writeString(
                file,
                (lines == ALL ? "all" : String.valueOf(lines)) + '\t' + key(of) + '\n',
                StandardCharsets.UTF_8,
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
    }

    private static Path key(Path of) {
        return of.toAbsolutePath().normalize();
    }
}
