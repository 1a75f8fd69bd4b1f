package io.camelsegment.app.command;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.async.ByteArrayFeeder;
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
 * The events of a file or of standard input, one JSON object a line, perhaps compressed with gzip, whatever the name.
 * An object may take several lines. For one thread.
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

    /** Lines of the last event after its first. */
    private long more;

    private EventLines(InputStream stream) throws IOException {
        source = new Counting(stream);
        InputStream plain = new Waiting(source);
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
        byte[] begin = nextLine();
        if (begin == null) {
            return null;
        }
        try (JsonParser parser = json.createNonBlockingByteArrayParser()) {
            Value value = new Value(parser);
            value.add(begin);
            if (value.isComplete()) {
                return begin;
            }
            byte[] event = withRest(begin, value);
            return event == null ? begin : event;
        } catch (JsonProcessingException e) {
            return begin; // is told of when it is looked at
        }
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
        line += more;
        more = 0;
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

    /** Returns the event that begins so; null, and the next line is to be read, if the lines after it do not end it. */
    private byte[] withRest(byte[] begin, Value value) throws IOException {
        ByteArrayOutputStream event = new ByteArrayOutputStream();
        event.writeBytes(begin);
        event.write('\n');
        in.mark(MOST_BYTES);
        try {
            long lines = 0;
            while (!value.isComplete()) {
                byte[] next = restOfLine(MOST_BYTES - event.size());
                if (next == null) {
                    in.reset();
                    return null;
                }
                event.writeBytes(next);
                value.add(next);
                lines++;
            }
            more = lines;
            return event.toByteArray();
        } catch (JsonProcessingException e) {
            in.reset();
            return null;
        }
    }

    /** Returns a line with its end; null at the end, or if it is longer than that. */
    private byte[] restOfLine(int most) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int b;
        while (bytes.size() < most && (b = in.read()) >= 0) {
            bytes.write(b);
            if (b == '\n') {
                return bytes.toByteArray();
            }
        }
        return bytes.size() == 0 || bytes.size() >= most ? null : bytes.toByteArray();
    }

    private static void refuseTooLong(ByteArrayOutputStream bytes) throws IOException {
        if (bytes.size() > MOST_BYTES) {
            throw new IOException("an event of more than 10 MiB");
        }
    }

    private static boolean isBlank(ByteArrayOutputStream bytes) {
        return bytes.size() < 64 && bytes.toString(StandardCharsets.ISO_8859_1).isBlank();
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

    /** Whether lines are one JSON value, or the beginning of one. */
    private static final class Value {

        private final JsonParser parser;
        private int depth;
        private boolean complete;

        Value(JsonParser parser) {
            this.parser = parser;
        }

        /**
         * Adds a line.
         *
         * @throws JsonProcessingException if no line can make it a value any more
         */
        void add(byte[] line) throws IOException {
            feed(line);
            feed(new byte[] {'\n'});
        }

        private void feed(byte[] bytes) throws IOException {
            ((ByteArrayFeeder) parser.getNonBlockingInputFeeder()).feedInput(bytes, 0, bytes.length);
            for (JsonToken token = parser.nextToken(); token != JsonToken.NOT_AVAILABLE; token = parser.nextToken()) {
                if (complete) {
                    throw new JsonParseException(parser, "expected one value");
                }
                depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
                complete = depth == 0;
            }
        }

        boolean isComplete() {
            return complete;
        }
    }

    /** Says that there is more until it ends, as a gzip stream of several members that come through a pipe needs. */
    private static final class Waiting extends BufferedInputStream {

        Waiting(InputStream in) {
            super(in, BUFFER);
        }

        @Override
        public synchronized int available() throws IOException {
            mark(1);
            if (read() < 0) {
                return 0;
            }
            reset();
            return Math.max(1, super.available());
        }
    }
}
