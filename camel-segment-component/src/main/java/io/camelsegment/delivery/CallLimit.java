package io.camelsegment.delivery;

import java.util.ArrayDeque;
import java.util.Queue;

/**
 * How many calls all senders that share a client may have under way. A sender above it waits for its turn here, and so its records go on
 * filling the batch; the client would queue the call as it is, with its time running. First come, first served. Thread-safe.
 */
public final class CallLimit {

    private final int most;
    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private int underWay;

    /**
     * Makes one.
     *
     * @param most calls under way at a time, at least 1
     */
    public CallLimit(int most) {
        this.most = most;
    }

    /**
     * Begins a call if it may begin now; to be ended once.
     *
     * @param turn run later if it may not, when the call has begun
     * @return whether it has begun
     */
    synchronized boolean begin(Runnable turn) {
        if (underWay == most) {
            waiting.add(turn);
            return false;
        }
        underWay++;
        return true;
    }

    /** Ends a call, and runs the next turn in this thread: not to be called with a sender's lock. */
    void end() {
        Runnable next;
        synchronized (this) {
            next = waiting.poll();
            if (next == null) {
                underWay--;
            }
        }
        if (next != null) {
            next.run();
        }
    }
}
