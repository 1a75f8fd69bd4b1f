package io.camelsegment.app.command;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;

/**
 * How far replays have come, in a file that grows by a line for each batch: the lines that are done, or whether these
 * are all, how many of them were refused, the target, and the version of the file that they belong to. A file is done
 * for one target and as it was: another API, another source or other contents begin anew. For one thread.
 */
final class ReplayState {

    /** All lines of a file. */
    static final long ALL = Long.MAX_VALUE;

    private final Path file;
    private final String target;

    /** By the target and the version. */
    private final Map<String, Done> done = new HashMap<>();

    private ReplayState(Path file, String target) {
        this.file = file;
        this.target = target;
    }

    /**
     * The progress of one file.
     *
     * @param lines   {@link #ALL} for all of them
     * @param refused how many events of these lines are not accepted
     */
    record Done(long lines, long refused) {}

    /**
     * Reads a state; there may be none yet.
     *
     * @param writeKey tells one source from another; it is not written down
     */
    static ReplayState of(Path file, URI api, String writeKey) throws IOException {
        ReplayState state = new ReplayState(file, target(api, writeKey));
        try {
            for (String line : Files.readAllLines(file)) {
                String[] parts = line.split("\t", 3);
                // The last line is a part of one when the process was killed.
                if (parts.length == 3 && parts[0].matches("[0-9]{1,18}|all") && parts[1].matches("[0-9]{1,18}")) {
                    long lines = parts[0].equals("all") ? ALL : Long.parseLong(parts[0]);
                    state.done.put(parts[2], new Done(lines, Long.parseLong(parts[1])));
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

    /**
     * Returns what {@link #done} and {@link #note} know a file by: its name, size and time.
     *
     * @throws IOException if there is none
     */
    static String version(Path of) throws IOException {
        BasicFileAttributes is = Files.readAttributes(of, BasicFileAttributes.class);
        return is.size() + "\t" + is.lastModifiedTime().toMillis() + "\t"
                + of.toAbsolutePath().normalize();
    }

    /** Returns the progress of a file. */
    Done done(String version) {
        return done.getOrDefault(target + "\t" + version, new Done(0, 0));
    }

    /** Saves the progress of a file. */
    void note(String version, Done lines) throws IOException {
        String key = target + "\t" + version;
        done.put(key, lines);
        Files.writeString(
                file,
                (lines.lines() == ALL ? "all" : String.valueOf(lines.lines()))
                        + '\t'
                        + lines.refused()
                        + '\t'
                        + key
                        + '\n',
                StandardCharsets.UTF_8,
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
    }

    /** Returns enough to tell targets apart, and too little to find the key. */
    private static String target(URI api, String writeKey) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest((api + "\n" + writeKey).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(Arrays.copyOf(digest, 6));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java has it
        }
    }
}
