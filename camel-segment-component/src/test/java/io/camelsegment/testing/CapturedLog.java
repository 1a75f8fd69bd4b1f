package io.camelsegment.testing;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What slf4j-simple writes, which is to the standard error stream of the moment. Not for tests that run side by side. */
public final class CapturedLog {

    /** What is done meanwhile. */
    @FunctionalInterface
    public interface Action {
        void run() throws Exception;
    }

    private CapturedLog() {}

    /** Returns the lines that were logged meanwhile, which are still shown. */
    public static List<String> of(Action action) throws Exception {
        PrintStream before = System.err;
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
        try {
            action.run();
        } finally {
            System.setErr(before);
            before.print(log.toString(StandardCharsets.UTF_8));
        }
        return log.toString(StandardCharsets.UTF_8).lines().toList();
    }
}
