package io.camelsegment.delivery;

import java.util.ArrayDeque;
import java.util.Queue;

/**
 * Limits the calls in flight of all senders that share a client. A sender above the limit waits for its turn, while its
 * batch goes on filling; the client would queue the call as it is, with its time running. First come, first served.
 * Thread-safe.
 */
public final class CallLimit {

    private final int most;
    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private int underWay;
    private volatile boolean abandoned;

    /**
     * Creates a limit.
     *
     * @param most most calls in flight at a time, at least 1
     */
    public CallLimit(int most) {
        this.most = most;
    }

    /**
     * Begins a call if the limit allows; each call begun must be ended once.
     *
     * @param turn run later, when the call has begun, if it has not begun now
     * @return whether the call has begun
     */
    synchronized boolean begin(Runnable turn) {
        if (underWay == most) {
            waiting.add(turn);
            return false;
        }
        underWay++;
        return true;
    }

    /** Notes that calls under way are given up, so that the client ends them after its last answer. */
    void abandon() {
        abandoned = true;
    }

    /** Returns whether calls were given up by a sender that closed; the client may be at work for them still. */
    public boolean wasAbandoned() {
        return abandoned;
    }

    /** Ends a call and runs the next turn in this thread. Must not be called with a sender's lock held. */
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
