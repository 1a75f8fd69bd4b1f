package io.camelsegment.testing;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** An HTTP proxy that opens tunnels, all of them to one server, whatever host it is asked for. */
public final class ConnectProxy implements AutoCloseable {

    private final ServerSocket server;
    private final URI destination;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Set<String> targets = ConcurrentHashMap.newKeySet();
    private final List<String> heads = new CopyOnWriteArrayList<>();
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

    public ConnectProxy(URI destination) throws IOException {
        this(destination, new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
    }

    /** Listens on a socket, which may be one with TLS. */
    public ConnectProxy(URI destination, ServerSocket server) {
        this.destination = destination;
        this.server = server;
        threads.execute(this::accept);
    }

    public int port() {
        return server.getLocalPort();
    }

    /** Returns the hosts and ports that clients asked for. */
    public Set<String> targets() {
        return Set.copyOf(targets);
    }

    /** Returns the heads of the requests for tunnels. */
    public List<String> heads() {
        return List.copyOf(heads);
    }

    private void accept() {
        try {
            while (true) {
                Socket client = server.accept();
                threads.execute(() -> serve(client));
            }
        } catch (IOException e) {
            // closed
        }
    }

    private void serve(Socket client) {
        sockets.add(client);
        try (client;
                Socket there = new Socket(destination.getHost(), destination.getPort())) {
            sockets.add(there);
            String head = head(client.getInputStream());
            if (!head.startsWith("CONNECT ")) {
                throw new IOException("expected CONNECT, got " + head);
            }
            heads.add(head);
            targets.add(head.split(" ", -1)[1]);
            client.getOutputStream()
                    .write("HTTP/1.1 200 Connection established\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            threads.execute(() -> copy(there, client));
            copy(client, there);
        } catch (IOException e) {
            // one of them closed
        }
    }

    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("no request");
            }
            head.append((char) next);
        }
        return head.toString();
    }

    private static void copy(Socket from, Socket to) {
        try (from;
                to) {
            from.getInputStream().transferTo(to.getOutputStream());
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
