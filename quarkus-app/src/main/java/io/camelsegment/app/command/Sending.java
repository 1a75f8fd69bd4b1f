package io.camelsegment.app.command;

import java.io.EOFException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.zip.ZipException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** How many events are sent, how fast, and whether that is shown. */
final class Sending {

    private static final long NANOS = 1_000_000_000;

    /** The Java that has it first. */
    private static final int CONSOLE_WITHOUT_TERMINAL = 22;

    @Spec(Spec.Target.MIXEE)
    CommandSpec command;

    @Option(
            names = "--rate",
            paramLabel = "<events>",
            description = "Most events per second. Default: as fast as they are accepted.")
    Integer rate;

    @Option(
            names = "--progress",
            negatable = true,
            description = "Shows the progress on standard error. Default: only on a terminal.")
    Boolean progress;

    @Option(names = "--json", description = "Prints the counts as JSON.")
    boolean json;

    /** Returns what prints each refused event as a line among the errors. */
    EventSender.Refusals refusals() {
        PrintWriter err = command.commandLine().getErr();
        return (place, code, text) -> {
            err.println(place + ": " + code + ": " + text);
            err.flush();
        };
    }

    Progress progress(PrintWriter err, long bytes) {
        return new Progress(err, progress == null ? isTerminal() : progress, bytes);
    }

    /** Returns whether somebody looks on. From Java 22 on there is always a console, so it takes an option. */
    @SuppressWarnings("SystemConsoleNull") // of older ones
    private static boolean isTerminal() {
        return Runtime.version().feature() < CONSOLE_WITHOUT_TERMINAL && System.console() != null;
    }

    Pace pace(EventSender sender, CtrlC ctrlC) {
        if (rate != null && rate < 1) {
            throw new ParameterException(
                    command.commandLine(), "--rate: expected at least 1 event per second, but was " + rate);
        }
        return new Pace(sender, ctrlC);
    }

    /** Returns why a file cannot be read, without what it holds. */
    static String reason(IOException e) {
        if (e instanceof NoSuchFileException) {
            return "there is none";
        }
        if (e instanceof AccessDeniedException) {
            return "access denied";
        }
        if (e instanceof ZipException || e instanceof EOFException) {
            return "its gzip is broken or ends early";
        }
        String message = String.valueOf(e.getMessage());
        return message.startsWith("an event of") || message.equals("Is a directory")
                ? message
                : e.getClass().getSimpleName();
    }

    /** Fills batches and sends each in its time. For one thread. */
    final class Pace {

        private final EventSender sender;
        private final CtrlC ctrlC;
        /** Enough for a batch in a fifth of a second, so that the rate is even. */
        private final int most =
                rate == null ? EventSender.MOST_EVENTS : Math.max(1, Math.min(EventSender.MOST_EVENTS, rate / 5));

        private final long start = System.nanoTime();
        private long added;

        private Pace(EventSender sender, CtrlC ctrlC) {
            this.sender = sender;
            this.ctrlC = ctrlC;
        }

        /** Adds an event; returns whether the batch before it was sent. */
        boolean add(byte[] event, String place) {
            boolean full = sender.isFull(event.length, most);
            if (full) {
                sender.send();
                waitForTurn();
            }
            sender.add(event, place);
            added++;
            return full;
        }

        private void waitForTurn() {
            if (rate != null) {
                long due = start + (long) ((double) added / rate * NANOS);
                long millis = (due - System.nanoTime()) / 1_000_000;
                if (millis > 0) {
                    boolean unused = ctrlC.await(millis);
                }
            }
        }
    }
}
