package io.camelsegment.testing;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPOutputStream;

/** One connection on which every byte of the request is the caller's. Reads wait at most 20 s. */
public final class RawHttp implements AutoCloseable {

    private final Socket socket = new Socket();
    private final InputStream in;
    private final OutputStream out;

    public RawHttp(URI server) throws IOException {
        socket.setSoTimeout(20_000);
        socket.setTcpNoDelay(true);
        socket.connect(new InetSocketAddress(server.getHost(), server.getPort()), 10_000);
        in = new BufferedInputStream(socket.getInputStream());
        out = socket.getOutputStream();
    }

    /** Sends one request on a connection of its own and reads the answer. */
    public static Answer exchange(URI server, String head, byte[] body) throws IOException {
        try (RawHttp connection = new RawHttp(server)) {
            return connection.head(head).body(body).answer();
        }
    }

    /** Writes request line and headers, one a line, and the empty line behind them. */
    public RawHttp head(String lines) throws IOException {
        String head = lines.strip().replaceAll("\\s*\n\\s*", "\r\n") + "\r\n\r\n";
        return body(head.getBytes(StandardCharsets.ISO_8859_1));
    }

    public RawHttp body(byte... bytes) throws IOException {
        out.write(bytes);
        out.flush();
        return this;
    }

    /** Reads an answer without its body, as that to a HEAD. */
    public Answer answerHead() throws IOException {
        return answer(false);
    }

    public Answer answer() throws IOException {
        return answer(true);
    }

    private Answer answer(boolean withBody) throws IOException {
        String statusLine = line();
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).trim(), line.substring(colon + 1).trim());
        }
        byte[] body = in.readNBytes(!withBody ? 0 : Integer.parseInt(headers.getOrDefault("Content-Length", "0")));
        return new Answer(
                Integer.parseInt(statusLine.split(" ", 3)[1]), headers, new String(body, StandardCharsets.UTF_8));
    }

    /** Tells whether the server has closed the connection, now or within the time that a read waits. */
    public boolean isClosedByServer() {
        try {
            return in.read() < 0;
        } catch (IOException reset) {
            return !(reset instanceof SocketTimeoutException);
        }
    }

    private String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new EOFException("the server closed the connection without an answer");
            }
            line.write(b);
        }
        return line.toString(StandardCharsets.ISO_8859_1).trim();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    public static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    public static byte[] gzip(byte[] plain) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(plain);
        }
        return bytes.toByteArray();
    }

    /** Returns a body as {@code Transfer-Encoding: chunked} has it, in chunks of at most that many bytes. */
    public static byte[] chunked(byte[] body, int chunkBytes) {
        ByteArrayOutputStream chunks = new ByteArrayOutputStream();
        for (int start = 0; start < body.length; start += chunkBytes) {
            int length = Math.min(chunkBytes, body.length - start);
            chunks.writeBytes(utf8(Integer.toHexString(length).toUpperCase(Locale.ROOT) + "\r\n"));
            chunks.write(body, start, length);
            chunks.writeBytes(utf8("\r\n"));
        }
        chunks.writeBytes(utf8("0\r\n\r\n"));
        return chunks.toByteArray();
    }

    /** The status, the headers by name in any case, and the body read as UTF-8. */
    public record Answer(int status, Map<String, String> headers, String body) {
        public String header(String name) {
            return headers.get(name);
        }
    }
}
