package io.camelsegment.aws.client;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * The connections to one endpoint. A call prefers an idle connection of its own event loop. When no other call is under
 * way it takes one of any loop: a stream with few calls keeps one connection warm instead of one per loop. Thread-safe.
 *
 * <p>After a connection died without a word, none that is idle then is used again: what made one die, such as a
 * firewall or a load balancer that was replaced, has often taken the others, too, and each would cost a call its time.
 */
final class ConnectionPool {

    /** Most connections; the sinks limit their calls to as many. */
    static final int MAX_CONNECTIONS = 256;

    /**
     * How long a connection may be idle and be used again. A new one costs a few round trips; one that died meanwhile
     * without a word costs the time limit of a request.
     */
    private static final long IDLE_NANOS = Duration.ofSeconds(5).toNanos();

    private static final long SWEEP_MILLIS = 500;

    private final EventLoopGroup loops;
    private final Connector connector;

    // Guarded by this.
    private final ArrayDeque<Connection> idle = new ArrayDeque<>(); // the one that was used last is the last
    private final Set<Connection> open = new HashSet<>();
    private int generation;
    private boolean isSweeping;
    private boolean isClosed;

    ConnectionPool(EventLoopGroup loops, Connector connector) {
        this.loops = loops;
        this.connector = connector;
    }

    /** Returns the event loop of this thread, else the next one. */
    EventLoop loop() {
        EventLoop own = own();
        return own == null ? loops.next() : own;
    }

    private EventLoop own() {
        for (EventExecutor loop : loops) {
            if (loop.inEventLoop()) {
                return (EventLoop) loop;
            }
        }
        return null;
    }

    /** Returns an idle connection, which is the caller's now; null if there is none. */
    Connection take() {
        EventLoop own = own();
        synchronized (this) {
            boolean isAlone = idle.size() == open.size();
            long now = System.nanoTime();
            for (Iterator<Connection> all = idle.descendingIterator(); all.hasNext(); ) {
                Connection one = all.next();
                if (now - one.idleSince() > IDLE_NANOS) {
                    return null; // so are all before it
                }
                if (isAlone || own == null || one.loop() == own) {
                    all.remove();
                    return one;
                }
            }
            return null;
        }
    }

    /** Opens a connection for a call, on an event loop, which this thread is. */
    void connect(EventLoop loop, ServiceCall call) {
        Connection connection;
        Connection surplus = null;
        synchronized (this) {
            if (isClosed) {
                connection = null;
            } else {
                connection = new Connection(this, connector, loop, generation);
                open.add(connection);
                surplus = open.size() > MAX_CONNECTIONS ? idle.poll() : null;
            }
        }
        if (surplus != null) {
            surplus.close();
        }
        if (connection == null) {
            call.failed(new ConnectionException("the client is closed"));
        } else {
            connection.open(call);
        }
    }

    /** Takes a connection back. */
    void release(Connection connection) {
        boolean isKept;
        synchronized (this) {
            isKept = !isClosed && connection.generation() == generation && open.contains(connection);
            if (isKept) {
                connection.idleSince(System.nanoTime());
                idle.add(connection);
                if (!isSweeping) {
                    isSweeping = true;
                    sweepLater(connection.loop());
                }
            }
        }
        if (!isKept) {
            connection.close();
        }
    }

    private void sweepLater(EventLoop loop) {
        try {
            var unused = loop.schedule(() -> sweep(loop), SWEEP_MILLIS, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            // the loop has stopped, which closes its connections
        }
    }

    /** Closes what has been idle for too long. */
    private void sweep(EventLoop loop) {
        List<Connection> old = new ArrayList<>();
        synchronized (this) {
            long now = System.nanoTime();
            while (!idle.isEmpty() && now - idle.peek().idleSince() > IDLE_NANOS) {
                old.add(idle.poll());
            }
            isSweeping = !idle.isEmpty();
            if (isSweeping) {
                sweepLater(loop);
            }
        }
        old.forEach(Connection::close);
    }

    /** Forgets a connection that is closed. */
    synchronized void remove(Connection connection) {
        open.remove(connection);
        idle.remove(connection);
    }

    /**
     * Uses no connection again that was open when one was found dead; those with a call close after it.
     *
     * @param dead tells nothing of connections that replaced it and those of its time
     */
    void renew(Connection dead) {
        List<Connection> unused;
        synchronized (this) {
            if (dead.generation() != generation) {
                return;
            }
            generation++;
            unused = new ArrayList<>(idle);
            idle.clear();
        }
        unused.forEach(Connection::close);
    }

    /** Closes all connections; calls under way fail. */
    void close() {
        Collection<Connection> all;
        synchronized (this) {
            isClosed = true;
            all = List.copyOf(open);
            idle.clear();
        }
        all.forEach(Connection::close);
    }
}
