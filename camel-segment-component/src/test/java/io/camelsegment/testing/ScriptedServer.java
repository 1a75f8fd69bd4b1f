package io.camelsegment.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A server that does with each connection what a test says. */
public final class ScriptedServer implements AutoCloseable {

    private static final Pattern LENGTH = Pattern.compile("(?im)^content-length: *(\\d+)");

    private final ServerSocket server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final AtomicInteger connections = new AtomicInteger();

    /** What becomes of a connection. */
    public interface Script {

        /**
         * Serves a connection, which is closed afterwards.
         *
         * @param number 1 for the first connection
         */
        void serve(Connection connection, int number) throws Exception;
    }

    public ScriptedServer(Script script) throws IOException {
        this(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), script);
    }

    public ScriptedServer(ServerSocket server, Script script) {
        this.server = server;
        threads.execute(() -> accept(script));
    }

    public int port() {
        return server.getLocalPort();
    }

    /** Returns how many connections were opened. */
    public int connections() {
        return connections.get();
    }

    private void accept(Script script) {
        try {
            while (true) {
                Socket socket = server.accept();
                sockets.add(socket);
                int number = connections.incrementAndGet();
                threads.execute(() -> serve(script, socket, number));
            }
        } catch (IOException e) {
            // closed
        }
    }

    private static void serve(Script script, Socket socket, int number) {
        try (socket) {
            script.serve(new Connection(socket), number);
        } catch (Exception e) {
            // the client closed it
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

    /** A request: its head, and its body. */
    @SuppressWarnings("ArrayRecordComponent") // not compared
    public record Request(String head, byte[] body) {

        /** Returns the value of a header. */
        public String header(String name) {
            Matcher matcher = Pattern.compile("(?im)^" + name + ": *(.*?)\r?$").matcher(head);
            return matcher.find() ? matcher.group(1) : null;
        }
    }

    /** A connection, used by one thread. */
    public record Connection(Socket socket) {

        /** Reads one request. */
        public Request read() throws IOException {
            String head = head();
            Matcher length = LENGTH.matcher(head);
            int bytes = length.find() ? Integer.parseInt(length.group(1)) : 0;
            byte[] body = socket.getInputStream().readNBytes(bytes);
            if (body.length < bytes) {
                throw new IOException("the request is cut");
            }
            return new Request(head, body);
        }

        /** Reads the head of a request, with the empty line. */
        public String head() throws IOException {
            InputStream in = socket.getInputStream();
            ByteArrayOutputStream head = new ByteArrayOutputStream();
            int end = 0;
            while (end < 4) {
                int next = in.read();
                if (next < 0) {
                    throw new IOException("no request");
                }
                head.write(next);
                end = next == (end % 2 == 0 ? '\r' : '\n') ? end + 1 : next == '\r' ? 1 : 0;
            }
            return head.toString(StandardCharsets.ISO_8859_1);
        }

        /** Writes a text, with a carriage return before each newline. */
        public void write(String text) throws IOException {
            write(text.replace("\n", "\r\n").getBytes(StandardCharsets.ISO_8859_1));
        }

        public void write(byte[] bytes) throws IOException {
            socket.getOutputStream().write(bytes);
            socket.getOutputStream().flush();
        }

        /** Answers with a status, headers (lines that end with a newline) and a body. */
        public void answer(int status, String headers, byte[] body) throws IOException {
            write("HTTP/1.1 " + status + " x\n" + headers + "Content-Length: " + body.length + "\n\n");
            write(body);
        }

        public void answer(String body) throws IOException {
            answer(200, "", body.getBytes(StandardCharsets.UTF_8));
        }

        /** Resets the connection, rather than close it in good order. */
        public void reset() throws IOException {
            socket.setSoLinger(true, 0);
            socket.close();
        }

        /** Waits until the client has closed the connection. */
        public void awaitEnd() throws IOException {
            byte[] buffer = new byte[8192];
            while (socket.getInputStream().read(buffer) >= 0) {
                // not wanted
            }
        }
    }
}
