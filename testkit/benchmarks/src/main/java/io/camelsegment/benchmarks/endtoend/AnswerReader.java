package io.camelsegment.benchmarks.endtoend;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds the end of HTTP/1.1 answers that come one after the other and have a Content-Length. Not thread-safe. */
final class AnswerReader {

    private static final Pattern LENGTH = Pattern.compile("\r\ncontent-length: *(\\d+)");
    private static final int STATUS = "HTTP/1.1 ".length();

    private byte[] head = new byte[0];
    private int status;
    private int missing;

    /** Takes what has come; returns the status once the answer is whole, 0 before. */
    int read(byte[] bytes) {
        if (status == 0) {
            String text = new String(head, ISO_8859_1) + new String(bytes, ISO_8859_1);
            int end = text.indexOf("\r\n\r\n");
            if (end < 0) {
                head = text.getBytes(ISO_8859_1);
                return 0;
            }
            Matcher length = LENGTH.matcher(text.substring(0, end).toLowerCase(Locale.ROOT));
            if (!length.find()) {
                throw new IllegalStateException(
                        "expected an answer with Content-Length, but was " + text.substring(0, end));
            }
            head = new byte[0];
            status = Integer.parseInt(text.substring(STATUS, STATUS + 3));
            missing = Integer.parseInt(length.group(1)) - (text.length() - end - 4);
        } else {
            missing -= bytes.length;
        }
        if (missing > 0) {
            return 0;
        }
        int whole = status;
        status = 0;
        return whole;
    }
}
