package io.camelsegment.benchmarks.endtoend;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.camelsegment.benchmarks.Bodies;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Base64;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/**
 * HTTP requests that differ only in eight hexadecimal digits of all their ids, so each event has its own messageId and
 * each request its own users. A request costs a copy and a few stores, a compressed one also a checksum. Not
 * thread-safe.
 *
 * <p>In a compressed body the digits are in uncompressed blocks to which no other block refers, so they may change; the
 * rest is compressed as usual.
 */
final class RequestTemplate {

    private static final int DIGITS = 8;
    private static final String MARKS = "\1".repeat(DIGITS);
    private static final byte[] HEX = "0123456789abcdef".getBytes(US_ASCII);
    private static final byte[] GZIP_HEADER = {31, (byte) 139, 8, 0, 0, 0, 0, 0, 0, 0};
    /** Head of a Deflate block: not the last, uncompressed, the length and its complement. */
    private static final byte[] STORED_BLOCK = {0, DIGITS, 0, (byte) ~DIGITS, (byte) 0xFF};

    private static final int TRAILER = 8;

    private final int events;
    private final byte[] plain;
    private final int[] plainIds;
    private final byte[] request;
    private final int[] requestIds;
    private final boolean gzip;

    private RequestTemplate(Bodies body, String text, String writeKey) {
        events = body.events();
        gzip = body == Bodies.MOBILE;
        plain = text.getBytes(UTF_8);
        plainIds = positionsOfMarks(plain);
        byte[] content = gzip ? gzip() : plain;
        byte[] head = head(body, writeKey, content.length);
        request = Arrays.copyOf(head, head.length + content.length);
        System.arraycopy(content, 0, request, head.length, content.length);
        requestIds = positionsOfMarks(request);
        if (requestIds.length != plainIds.length) {
            throw new IllegalStateException("expected " + plainIds.length + " ids in the request, but were "
                    + requestIds.length + ": a compressed byte looks like one");
        }
    }

    /**
     * Creates a template.
     *
     * @param writeKey sent as Basic authentication; null to send none, as browsers do, which have it in the body
     * @param names    number of different event names; 0 to keep the body's name
     * @param first    number of the first event's name
     */
    static RequestTemplate of(Bodies body, String writeKey, int names, int first) {
        String text = body.text()
                .replaceAll("(\"(?:messageId|anonymousId)\":\")[^\"]{" + DIGITS + "}", "$1" + MARKS)
                .replace("\"userId\":\"user_", "\"userId\":\"user_" + MARKS);
        if (names > 0) {
            StringBuilder named = new StringBuilder();
            String[] parts = text.split("Order Completed", -1);
            for (int i = 0; i < parts.length; i++) {
                named.append(i == 0 ? "" : eventName((first + i - 1) % names)).append(parts[i]);
            }
            text = named.toString();
        }
        return new RequestTemplate(body, text, writeKey);
    }

    static String eventName(int number) {
        return "Order %05d".formatted(number);
    }

    int events() {
        return events;
    }

    /** Returns the request, head and body, with this number in its ids. */
    byte[] request(long number) {
        byte[] numbered = request.clone();
        set(numbered, requestIds, number);
        if (gzip) {
            set(plain, plainIds, number);
            CRC32 crc = new CRC32();
            crc.update(plain);
            littleEndian(numbered, numbered.length - TRAILER, (int) crc.getValue());
        }
        return numbered;
    }

    private static void set(byte[] bytes, int[] positions, long number) {
        for (int position : positions) {
            for (int digit = 0; digit < DIGITS; digit++) {
                bytes[position + digit] = HEX[(int) (number >>> (4 * (DIGITS - 1 - digit))) & 0xF];
            }
        }
    }

    private static byte[] head(Bodies body, String writeKey, int length) {
        String path =
                switch (body) {
                    case BROWSER -> "/v1/p";
                    case SERVER -> "/v1/batch";
                    case MOBILE -> "/v1/b";
                };
        return ("POST " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: bench\r\nContent-Type: "
                        + (body == Bodies.BROWSER ? "text/plain" : "application/json")
                        + (body == Bodies.MOBILE ? "\r\nContent-Encoding: gzip" : "")
                        + (writeKey == null
                                ? ""
                                : "\r\nAuthorization: Basic "
                                        + Base64.getEncoder().encodeToString((writeKey + ":").getBytes(UTF_8)))
                        + "\r\nContent-Length: " + length + "\r\n\r\n")
                .getBytes(US_ASCII);
    }

    private static int[] positionsOfMarks(byte[] bytes) {
        int[] positions = new int[bytes.length / DIGITS];
        int found = 0;
        int run = 0;
        for (int i = 0; i < bytes.length; i++) {
            run = bytes[i] == 1 ? run + 1 : 0;
            if (run == DIGITS) {
                positions[found++] = i + 1 - DIGITS;
                run = 0;
            }
        }
        return Arrays.copyOf(positions, found);
    }

    private byte[] gzip() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(GZIP_HEADER);
        int from = 0;
        for (int id : plainIds) {
            deflate(from, id, false, out);
            out.writeBytes(STORED_BLOCK);
            out.write(plain, id, DIGITS);
            from = id + DIGITS;
        }
        deflate(from, plain.length, true, out);
        byte[] trailer = new byte[TRAILER];
        littleEndian(trailer, TRAILER / 2, plain.length);
        out.writeBytes(trailer);
        return out.toByteArray();
    }

    /** Deflates a part with everything before it as dictionary, with marks that no text contains for the ids. */
    private void deflate(int from, int to, boolean last, ByteArrayOutputStream out) {
        Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
        try {
            deflater.setDictionary(plain, 0, from);
            deflater.setInput(plain, from, to - from);
            if (last) {
                deflater.finish();
            }
            byte[] buffer = new byte[1 << 16];
            int length = deflater.deflate(buffer, 0, buffer.length, last ? Deflater.NO_FLUSH : Deflater.SYNC_FLUSH);
            out.write(buffer, 0, length);
        } finally {
            deflater.end();
        }
    }

    private static void littleEndian(byte[] bytes, int at, int value) {
        for (int i = 0; i < Integer.BYTES; i++) {
            bytes[at + i] = (byte) (value >>> (8 * i));
        }
    }
}
