package io.camelsegment.app.command;

import java.io.PrintWriter;
import java.util.Locale;

/** How far a command is: one line of a terminal, written again and again. For one thread. */
final class Progress {

    private static final long PAUSE_NANOS = 200_000_000;
    private static final int WIDTH = 30;
    private static final double NANOS = 1e9;

    private final PrintWriter err;
    private final boolean shown;
    private final long total;
    private final long start = System.nanoTime();
    private long last = start - PAUSE_NANOS;
    private long bytes;
    private boolean begun;

    /**
     * @param shown false to show nothing
     * @param total bytes in all; 0 if they are not known
     */
    Progress(PrintWriter err, boolean shown, long total) {
        this.err = err;
        this.shown = shown;
        this.total = total;
    }

    /**
     * Shows how far it is, unless it did so just now.
     *
     * @param done bytes
     */
    void show(long events, long done) {
        bytes = done;
        long now = System.nanoTime();
        if (shown && now - last >= PAUSE_NANOS) {
            last = now;
            write(events, now);
        }
    }

    /** Ends the line. */
    void end(long events) {
        if (shown) {
            write(events, System.nanoTime());
        }
        if (begun) {
            err.println();
            err.flush();
            begun = false;
        }
    }

    private void write(long events, long now) {
        double share = total == 0 ? 0 : Math.min(1, (double) bytes / total);
        int full = (int) (share * WIDTH);
        String bar = total == 0
                ? ""
                : "[" + "#".repeat(full) + " ".repeat(WIDTH - full) + "] "
                        + String.format(Locale.ROOT, "%3d %%  ", (int) (share * 100));
        err.print(String.format(
                Locale.ROOT, "\r%s%,d events  %,.0f/s ", bar, events, events / Math.max(1e-3, (now - start) / NANOS)));
        err.flush();
        begun = true;
    }
}
