package io.camelsegment.app.command;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/**
 * The events of a file or of standard input, one JSON object a line, perhaps compressed with gzip, whatever the name. A
 * text whose first line is only the beginning of an object is one event. For one thread.
 */
final class EventLines implements Closeable {

    /** Most bytes of an event, those of the largest Kinesis record. */
    private static final int MOST_BYTES = 10 << 20;

    private static final int BUFFER = 1 << 16;
    private static final int GZIP = 0x1f8b;

    private final JsonFactory json = new JsonFactory();
    private final Counting source;
    private final InputStream in;
    private long line;
    private boolean whole;

    private EventLines(InputStream stream) throws IOException {
        source = new Counting(stream);
        InputStream plain = new BufferedInputStream(source, BUFFER);
        plain.mark(2);
        int magic = plain.read() << 8 | plain.read();
        plain.reset();
        in = magic == GZIP ? new BufferedInputStream(new GZIPInputStream(plain, BUFFER), BUFFER) : plain;
    }

    /** Opens a file; the caller closes it. */
    static EventLines of(Path file) throws IOException {
        InputStream stream = Files.newInputStream(file);
        try {
            return new EventLines(stream);
        } catch (IOException e) {
            stream.close();
            throw e;
        }
    }

    static EventLines of(InputStream stream) throws IOException {
        return new EventLines(stream);
    }

    /**
     * Returns the next event, as its bytes; null at the end.
     *
     * @throws IOException if it cannot be read, or is longer than 10 MiB
     */
    byte[] next() throws IOException {
        byte[] event = nextLine();
        if (event == null || whole) {
            return event;
        }
        whole = true;
        return isWhole(event) ? event : withRest(event);
    }

    /** Returns the number of the line that the last event began at, from 1. */
    long line() {
        return line;
    }

    /** Returns how many bytes of the file have been read, compressed as they are. */
    long bytes() {
        return source.count;
    }

    private byte[] nextLine() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(1024);
        int b;
        while ((b = in.read()) >= 0) {
            if (b == '\n') {
                line++;
                if (!isBlank(bytes)) {
                    return bytes.toByteArray();
                }
                bytes.reset();
            } else {
                bytes.write(b);
                refuseTooLong(bytes);
            }
        }
        if (isBlank(bytes)) {
            return null;
        }
        line++;
        return bytes.toByteArray();
    }

    private byte[] withRest(byte[] begin) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(begin);
        bytes.write('\n');
        byte[] some = new byte[BUFFER];
        for (int read = in.read(some); read >= 0; read = in.read(some)) {
            bytes.write(some, 0, read);
            refuseTooLong(bytes);
        }
        return bytes.toByteArray();
    }

    private static void refuseTooLong(ByteArrayOutputStream bytes) throws IOException {
        if (bytes.size() > MOST_BYTES) {
            throw new IOException("an event of more than 10 MiB");
        }
    }

    private static boolean isBlank(ByteArrayOutputStream bytes) {
        return bytes.size() < 64 && bytes.toString(StandardCharsets.ISO_8859_1).isBlank();
    }

    /** Returns whether a text is more than the beginning of JSON; it may be none at all. */
    private boolean isWhole(byte[] text) throws IOException {
        try (JsonParser parser = json.createParser(text)) {
            parser.nextToken();
            parser.skipChildren();
            return parser.currentToken() != null;
        } catch (JsonEOFException e) {
            return false;
        } catch (JsonProcessingException e) {
            return true; // is told of when it is looked at
        }
    }

    @Override
    public void close() throws IOException {
        in.close();
    }

    /** Counts what is read. */
    private static final class Counting extends FilterInputStream {

        private long count;

        Counting(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int b = super.read();
            count += b < 0 ? 0 : 1;
            return b;
        }

        @Override
        public int read(byte[] into, int from, int length) throws IOException {
            int read = super.read(into, from, length);
            count += Math.max(0, read);
            return read;
        }
    }
}
