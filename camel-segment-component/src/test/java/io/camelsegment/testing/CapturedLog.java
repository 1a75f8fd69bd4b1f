package io.camelsegment.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What slf4j-simple writes, which is to the standard error stream of the moment. Tests run side by side and so see each
 * other's lines: look for those that name a stream which only your test has.
 */
public final class CapturedLog {

    /** What is done meanwhile. */
    @FunctionalInterface
    public interface Action {
        void run() throws Exception;
    }

    /** What is done meanwhile by somebody who looks at the lines so far. */
    @FunctionalInterface
    public interface LookingAction {
        void run(CapturedLog log) throws Exception;
    }

    private static final Set<CapturedLog> OPEN = ConcurrentHashMap.newKeySet();

    static {
        System.setErr(new PrintStream(new Tee(System.err), true, StandardCharsets.UTF_8));
    }

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    private CapturedLog() {}

    /** Returns the lines that were logged meanwhile, which are still shown. */
    public static List<String> of(Action action) throws Exception {
        return of(log -> action.run());
    }

    /** Returns the lines that were logged meanwhile, which are still shown. */
    public static List<String> of(LookingAction action) throws Exception {
        CapturedLog log = new CapturedLog();
        OPEN.add(log);
        try {
            action.run(log);
        } finally {
            OPEN.remove(log);
        }
        return log.lines();
    }

    /** Returns the lines that were logged so far. */
    public List<String> lines() {
        return bytes.toString(StandardCharsets.UTF_8).lines().toList();
    }

    /** Writes to the stream before it, and to all who look at the moment. */
    private static final class Tee extends OutputStream {

        private final PrintStream before;

        Tee(PrintStream before) {
            this.before = before;
        }

        @Override
        public void write(int b) {
            before.write(b);
            OPEN.forEach(log -> log.bytes.write(b));
        }

        @Override
        public void write(byte[] b, int offset, int length) {
            before.write(b, offset, length);
            OPEN.forEach(log -> log.bytes.write(b, offset, length));
        }

        @Override
        public void flush() throws IOException {
            before.flush();
        }
    }
}
