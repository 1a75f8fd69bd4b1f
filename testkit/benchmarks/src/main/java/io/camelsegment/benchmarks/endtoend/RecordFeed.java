package io.camelsegment.benchmarks.endtoend;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.camelsegment.benchmarks.Bodies;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.util.concurrent.Semaphore;

/**
 * Feeds a sink with ready records of 400 bytes, of 10,000 users, as fast as it takes them, with a constant number in
 * flight. A line {@code go} on standard input starts it, another line pauses it, and the end of the input ends it.
 */
final class RecordFeed {

    /** The sink under test. */
    interface Sink {
        /** Sends the record, does not wait, and calls {@code done} when it has arrived. */
        void send(String key, byte[] data, Runnable done);
    }

    static final String READY = "ready";

    private static final int UNDER_WAY = 8_192;
    private static final int USERS = 10_000;

    private final Semaphore free = new Semaphore(UNDER_WAY);
    private volatile boolean going;

    /** Returns when the input ends. */
    @SuppressWarnings("SystemOut") // tells the parent process
    void run(Sink sink) throws IOException {
        byte[] record = record();
        String[] keys = new String[USERS];
        for (int i = 0; i < USERS; i++) {
            keys[i] = "user_" + i;
        }
        Thread feeder = new Thread(
                () -> {
                    for (int i = 0; ; i++) {
                        free.acquireUninterruptibly();
                        sink.send(keys[i % USERS], record, free::release);
                    }
                },
                "feeder");
        feeder.setDaemon(true);
        free.drainPermits();
        feeder.start();
        System.out.println(READY);
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, UTF_8));
        for (String line = commands.readLine(); line != null; line = commands.readLine()) {
            if (line.equals("go") != going) {
                going = !going;
                if (going) {
                    free.release(UNDER_WAY);
                } else {
                    free.acquireUninterruptibly(UNDER_WAY);
                }
            }
        }
    }

    /** Returns the first event of the server batch. */
    private static byte[] record() {
        String batch = Bodies.SERVER.text();
        int begin = batch.indexOf("{\"type\"");
        return batch.substring(begin, batch.indexOf(",{\"type\"", begin)).getBytes(UTF_8);
    }
}
