package io.camelsegment.app.command;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/** Lets a command finish its current work after Ctrl-C, and tell what it did. Thread-safe. */
final class CtrlC implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final long POLL_MILLIS = 250;

    private final Duration patience;
    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);
    private final AtomicReference<Runnable> summary = new AtomicReference<>();
    private final Thread hook = new Thread(this::press, "segment-ctrl-c");
    private volatile boolean reading;

    /** A command gave its work up. */
    static final class PressedException extends RuntimeException {

        private static final long serialVersionUID = 1;

        PressedException() {
            super("ended by Ctrl-C", null, false, false);
        }
    }

    /** Reads what may not be there yet. */
    interface Input<T> {
        T read() throws IOException;
    }

    CtrlC() {
        this(PATIENCE);
    }

    /**
     * @param patience how long Ctrl-C waits for the command to end
     */
    CtrlC(Duration patience) {
        this.patience = patience;
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** Asks the command to end, and waits until it has, but not for somebody to type. */
    void press() {
        asked.countDown();
        long start = System.nanoTime();
        try {
            boolean over = false;
            while (!over) {
                over = ended.await(POLL_MILLIS, TimeUnit.MILLISECONDS)
                        || reading
                        || System.nanoTime() - start > patience.toNanos();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        tell();
    }

    /** Sets what prints how far the command came. */
    void setSummary(Runnable summary) {
        this.summary.set(summary);
    }

    /** Prints how far the command came, unless that was done. */
    void tell() {
        Runnable once = summary.getAndSet(null);
        if (once != null) {
            once.run();
        }
    }

    /** Reads what may not be there yet; Ctrl-C does not wait for it. */
    <T> T read(Input<T> input) throws IOException {
        reading = true;
        try {
            return input.read();
        } finally {
            reading = false;
        }
    }

    /** Returns whether the command is to end. */
    boolean isPressed() {
        return asked.getCount() == 0;
    }

    /** Waits; returns whether the command is to end. */
    boolean await(long millis) {
        try {
            return asked.await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    /** Marks the command as ended. */
    @Override
    public void close() {
        ended.countDown();
        if (!isPressed()) {
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException pressedNow) {
                // the JVM is ending anyway
            }
        }
    }
}
