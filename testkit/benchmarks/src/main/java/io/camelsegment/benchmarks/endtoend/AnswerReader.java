package io.camelsegment.benchmarks.endtoend;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds the ends of consecutive HTTP/1.1 answers, with a Content-Length or in chunks. Not thread-safe. */
final class AnswerReader {

    private static final Pattern LENGTH = Pattern.compile("\r\ncontent-length: *(\\d+)");
    private static final String END_OF_HEAD = "\r\n\r\n";
    private static final String LAST_CHUNK = "0\r\n\r\n";
    private static final int STATUS = "HTTP/1.1 ".length();

    /** The part of an answer received so far. */
    private String text = "";

    /** Takes received bytes; returns the status once the answer is complete, 0 before. */
    int read(byte[] bytes) {
        text += new String(bytes, ISO_8859_1);
        int end = text.indexOf(END_OF_HEAD);
        if (end < 0 || !isWhole(text.substring(0, end).toLowerCase(Locale.ROOT), end + END_OF_HEAD.length())) {
            return 0;
        }
        int status = Integer.parseInt(text.substring(STATUS, STATUS + 3));
        text = "";
        return status;
    }

    private boolean isWhole(String head, int bodyAt) {
        Matcher length = LENGTH.matcher(head);
        return length.find()
                ? text.length() == bodyAt + Integer.parseInt(length.group(1))
                : text.length() > bodyAt && text.endsWith(LAST_CHUNK);
    }
}
