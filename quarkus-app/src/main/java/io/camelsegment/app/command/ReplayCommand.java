package io.camelsegment.app.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.camelsegment.app.settings.SegmentConfig;
import io.camelsegment.app.setup.ExitCodes;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Sends dead letters and archived events again. */
@Command(
        name = "replay",
        description = {
            "Sends events from files again: dead letters, and archives with one JSON object per line, such as those of"
                    + " Firehose in S3, plain or compressed with gzip.",
            "Events keep their messageId and timestamp, and get a new receivedAt. A small file notes what is done, so"
                    + " running the same command again resumes after an interruption, and sends at most one batch"
                    + " twice. It starts over with a file that changed or has refused events, with another URL and with"
                    + " another key.",
            "A source skips events that it has delivered before (deduplicate). Send dead letters by a source of their"
                    + " own, with --source or its key."
        },
        footer = {"", "Example:", "  segment replay --rate 500 dead-letters/"},
        exitCodeListHeading = ExitCodes.HEADING,
        exitCodeList = {
            "0:All events are accepted.",
            "1:Some events were not accepted, or the settings are wrong.",
            ExitCodes.USAGE,
            ExitCodes.INTERRUPTED
        })
public class ReplayCommand implements Callable<Integer>, Standalone {

    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final String STATE = ".segment-replay";

    /** Null to read them. */
    SegmentConfig config;

    @Spec
    CommandSpec spec;

    @Mixin
    Target target = new Target();

    @Mixin
    Sending sending = new Sending();

    @Parameters(
            paramLabel = "<file|directory>",
            arity = "1..*",
            description = "Files, or directories: all files in them except hidden ones.")
    List<Path> paths;

    @Option(
            names = "--state",
            paramLabel = "<file>",
            description = "The file that notes what is done. Default: " + STATE + " beside the first file.")
    Path stateFile;

    @Option(names = "--restart", description = "Discards saved progress and starts over.")
    boolean restart;

    private long doneBefore;

    /** Of the files that an earlier run did not end. */
    private long refusedBefore;

    @Override
    public Integer call() {
        List<Path> files = new ArrayList<>();
        paths.forEach(path -> files.addAll(filesOf(path)));
        URI api = target.api(config);
        String key = target.key(config);
        ReplayState state = state(api, key);
        PrintWriter err = spec.commandLine().getErr();
        try (CtrlC ctrlC = new CtrlC();
                EventSender sender = new EventSender(api, key, null, PATIENCE, ctrlC, sending.refusals())) {
            Progress progress = sending.progress(
                    err,
                    files.stream().mapToLong(file -> file.toFile().length()).sum());
            Sending.Pace pace = sending.pace(sender, ctrlC);
            ctrlC.setSummary(() -> {
                progress.end(sender.accepted());
                sum(sender, files.size(), state);
            });
            long before = 0;
            try {
                for (Path file : files) {
                    if (ctrlC.isPressed()) {
                        break;
                    }
                    replay(file, state, sender, pace, progress, before, ctrlC);
                    before += file.toFile().length();
                }
            } finally {
                ctrlC.tell();
            }
            return sender.refused() + refusedBefore == 0 && !ctrlC.isPressed() ? 0 : 1;
        } catch (CtrlC.PressedException e) {
            return 1;
        }
    }

    private void replay(
            Path file,
            ReplayState state,
            EventSender sender,
            Sending.Pace pace,
            Progress progress,
            long before,
            CtrlC ctrlC) {
        String version = version(file);
        ReplayState.Done done = state.done(version);
        if (done.lines() == ReplayState.ALL) {
            doneBefore++;
            progress.show(sender.accepted(), before + file.toFile().length());
            return;
        }
        refusedBefore += done.refused();
        // Those of this file: the batch before it was sent.
        long refused = sender.refused() - done.refused();
        try (EventLines lines = EventLines.of(file)) {
            byte[] event;
            long last = done.lines();
            while (!ctrlC.isPressed() && (event = lines.next()) != null) {
                if (lines.line() <= done.lines()) {
                    continue;
                }
                if (pace.add(event, file + ":" + lines.line())) {
                    note(state, version, new ReplayState.Done(last, sender.refused() - refused));
                }
                last = lines.line();
                progress.show(sender.accepted(), before + lines.bytes());
            }
            boolean all = !ctrlC.isPressed();
            sender.send();
            long not = sender.refused() - refused;
            // A file with refused events is not done: it begins anew.
            note(
                    state,
                    version,
                    !all
                            ? new ReplayState.Done(last, not)
                            : not == 0 ? new ReplayState.Done(ReplayState.ALL, 0) : new ReplayState.Done(0, 0));
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private static String version(Path file) {
        try {
            return ReplayState.version(file);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private static CommandFailedException unreadable(Path file, IOException e) {
        return new CommandFailedException(
                file + ": expected events, but it cannot be read (" + Sending.reason(e) + "): mend or remove it", e);
    }

    private static void note(ReplayState state, String version, ReplayState.Done done) {
        try {
            state.note(version, done);
        } catch (IOException e) {
            throw new CommandFailedException(
                    state.file() + ": expected a file that can be written, but it cannot ("
                            + e.getClass().getSimpleName() + "): name another with --state",
                    e);
        }
    }

    private ReplayState state(URI api, String key) {
        Path first = paths.get(0);
        Path file = stateFile != null
                ? stateFile
                : Files.isDirectory(first) ? first.resolve(STATE) : first.resolveSibling(STATE);
        try {
            if (restart) {
                Files.deleteIfExists(file);
            }
            if (Files.exists(file)) {
                spec.commandLine().getErr().println("Resuming from " + file);
            }
            return ReplayState.of(file, api, key);
        } catch (IOException e) {
            throw new CommandFailedException(
                    file + ": expected the state of a replay, but it cannot be read ("
                            + e.getClass().getSimpleName() + "): name another with --state",
                    e);
        }
    }

    private List<Path> filesOf(Path path) {
        if (!Files.isDirectory(path)) {
            if (!Files.isRegularFile(path)) {
                // Not the name where it may be a key that was to be typed.
                throw new CommandFailedException("expected a file or directory with events, but there is none at "
                        + (target.writeKey == null ? path : "one of the names") + ": correct it");
            }
            return List.of(path);
        }
        try (Stream<Path> all = Files.walk(path)) {
            return all.filter(Files::isRegularFile)
                    .filter(file -> !isHidden(path.relativize(file)))
                    .sorted()
                    .toList();
        } catch (IOException | UncheckedIOException e) {
            throw new CommandFailedException(
                    "expected a directory that can be read, but " + path + " cannot ("
                            + e.getClass().getSimpleName() + "): correct it",
                    e);
        }
    }

    /** Returns whether a file or its directory is hidden, as that of the current hour is. */
    private static boolean isHidden(Path file) {
        for (Path part : file) {
            if (part.toString().startsWith(".")) {
                return true;
            }
        }
        return false;
    }

    private void sum(EventSender sender, int files, ReplayState state) {
        PrintWriter out = spec.commandLine().getOut();
        long refused = sender.refused() + refusedBefore;
        if (sending.json) {
            ObjectNode counts = Json.object();
            counts.put("files", files);
            counts.put("doneBefore", doneBefore);
            counts.put("accepted", sender.accepted());
            counts.put("refused", refused);
            counts.put("state", state.file().toString());
            Json.print(counts, out);
        } else {
            out.println(String.format(
                    Locale.ROOT,
                    "%,d accepted of %,d %s%s%s%s",
                    sender.accepted(),
                    files,
                    files == 1 ? "file" : "files",
                    doneBefore == 0 ? "" : String.format(Locale.ROOT, ", %,d done before", doneBefore),
                    refused == 0 ? "" : String.format(Locale.ROOT, ", %,d refused", refused),
                    sender.interruption()));
            out.flush();
        }
    }
}
