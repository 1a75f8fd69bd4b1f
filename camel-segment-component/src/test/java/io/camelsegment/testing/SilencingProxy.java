package io.camelsegment.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Forwards TCP connections to one server, until they are silenced: then they take bytes, pass none on and stay open, as
 * connections that a firewall has forgotten. New ones are forwarded again.
 */
public final class SilencingProxy implements AutoCloseable {

    private final ServerSocket server;
    private final URI destination;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger swallowed = new AtomicInteger();
    private volatile int silencedUpTo;

    public SilencingProxy(URI destination) throws IOException {
        this.destination = destination;
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        threads.execute(this::accept);
    }

    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getLocalPort());
    }

    /** Returns how many of the connections their clients have not closed. */
    public int open() {
        return open.get();
    }

    /** Returns how many silenced connections took bytes and passed none on. */
    public int swallowed() {
        return swallowed.get();
    }

    /** Silences all connections there are. */
    public void silence() {
        silencedUpTo = connections.get();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = server.accept();
                sockets.add(client);
                open.incrementAndGet();
                int number = connections.incrementAndGet();
                threads.execute(() -> serve(client, number));
            }
        } catch (IOException e) {
            // closed
        }
    }

    private void serve(Socket client, int number) {
        try (client;
                Socket there = new Socket(destination.getHost(), destination.getPort())) {
            sockets.add(there);
            threads.execute(() -> copy(there, client, number, false));
            copy(client, there, number, true);
        } catch (IOException e) {
            // one of them closed
        } finally {
            open.decrementAndGet();
        }
    }

    private void copy(Socket from, Socket to, int number, boolean counts) {
        byte[] buffer = new byte[8192];
        boolean silent = false;
        try {
            for (int read = from.getInputStream().read(buffer);
                    read >= 0;
                    read = from.getInputStream().read(buffer)) {
                if (number > silencedUpTo) {
                    to.getOutputStream().write(buffer, 0, read);
                } else if (counts && !silent) {
                    silent = true;
                    swallowed.incrementAndGet();
                }
            }
        } catch (IOException e) {
            // one of them closed
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : sockets) {
            socket.close();
        }
        threads.shutdownNow();
    }
}
