package io.camelsegment.event;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.LocalDate;
import java.time.YearMonth;
import java.util.regex.Pattern;

/**
 * Reads the timestamps that Segment's SDKs send, as milliseconds since the epoch; finer digits are cut off. Unreadable
 * values give {@link #UNREADABLE} instead of an exception, because they are common. Not thread-safe: holds the state of
 * the current text.
 *
 * <p>These forms are read, for the years 0000 to 9999:
 *
 * <ul>
 *   <li>ISO 8601, such as {@code 2020-01-02T03:04:05.123456789+01:00}. {@code T} or a space separates date and time.
 *       The fraction follows a dot or a comma and has any number of digits. A time without {@code Z} or offset is UTC.
 *       Hyphens, colons, seconds and the time may be missing; a missing day or month means the first.
 *   <li>Numbers, and strings of nine to thirteen digits. Below 31 557 600 000 they are seconds, with any fraction, else
 *       milliseconds, as in Segment's facade.
 *   <li>Those of {@link LenientTime}.
 * </ul>
 */
final class Timestamps {

    static final long UNREADABLE = Long.MIN_VALUE;

    private static final long EARLIEST = -62_167_219_200_000L; // 0000-01-01T00:00:00.000Z
    private static final long LATEST = 253_402_300_799_999L; // 9999-12-31T23:59:59.999Z
    private static final long LEAST_MILLISECONDS = 31_557_600_000L;
    private static final long SECOND = 1_000;
    static final long MINUTE = 60 * SECOND;
    private static final long HOUR = 60 * MINUTE;
    private static final long DAY = 24 * HOUR;

    /** The longest text that is read with effort, in bytes of JSON; longer ones are no times, and would cost time. */
    private static final int MOST_BYTES = 256;

    private static final byte[] USUAL = "0000-00-00T00:00:00.000Z".getBytes(US_ASCII);

    /** No-break and thin spaces, which ICU writes before AM and PM, count as white space. */
    private static final Pattern WHITE_SPACE = Pattern.compile("[\\s\\u00a0\\u2009\\u202f]+");

    private byte[] text;
    private int end;
    private int p;
    private boolean ambiguous;

    /** Reads the JSON value {@code json[from, to)}, which must have been checked by {@link JsonScanner}. */
    long read(byte[] json, int from, int to) {
        ambiguous = false;
        if (json[from] != '"') {
            begin(json, from, to);
            return inRange(number(true));
        }
        long millis = to - from == TimestampText.BYTES ? inRange(usual(json, from + 1)) : UNREADABLE;
        if (millis != UNREADABLE) {
            return millis;
        }
        begin(json, from + 1, to - 1);
        millis = inRange(string());
        return millis == UNREADABLE ? unusual(json, from + 1, to - 1) : millis;
    }

    /**
     * Returns whether the text read last could be taken for another time: it has a time of day without a zone, a year
     * of two digits, a day and a month that could be swapped, or a zone's name that other zones have, too.
     */
    boolean isAmbiguous() {
        return ambiguous;
    }

    private void begin(byte[] text, int from, int end) {
        this.text = text;
        this.p = from;
        this.end = end;
    }

    private long unusual(byte[] json, int from, int to) {
        ambiguous = false;
        if (to - from > MOST_BYTES) {
            return UNREADABLE;
        }
        String plain = WHITE_SPACE
                .matcher(JsonText.decode(json, from, to)) // .NET writes the plus sign of an offset as an escape
                .replaceAll(" ")
                .strip();
        byte[] bytes = plain.getBytes(UTF_8);
        begin(bytes, 0, bytes.length);
        long millis = inRange(string());
        if (millis != UNREADABLE) {
            return millis;
        }
        LenientTime lenient = LenientTime.read(plain);
        millis = lenient == null ? UNREADABLE : inRange(lenient.millis());
        ambiguous = millis != UNREADABLE && lenient.ambiguous();
        return millis;
    }

    /** Returns the time, or {@link #UNREADABLE} when its year does not fit four digits. */
    static long inRange(long millis) {
        return millis >= EARLIEST && millis <= LATEST ? millis : UNREADABLE;
    }

    /**
     * Reads {@code 2020-01-02T03:04:05.123Z}, the form of nearly all SDKs; {@link #string} reads all others. Without
     * it parsing and normalising takes 2 to 8 % longer (JDK 17 and 25, 2026-11-30).
     */
    private static long usual(byte[] text, int p) {
        for (int i = 0; i < USUAL.length; i++) {
            byte b = text[p + i];
            if (USUAL[i] == '0' ? !isDigit(b) : b != USUAL[i]) {
                return UNREADABLE;
            }
        }
        return time(
                twoDigits(text, p) * 100 + twoDigits(text, p + 2),
                twoDigits(text, p + 5),
                twoDigits(text, p + 8),
                twoDigits(text, p + 11),
                twoDigits(text, p + 14),
                twoDigits(text, p + 17),
                twoDigits(text, p + 20) * 10 + text[p + 22] - '0');
    }

    private static int twoDigits(byte[] text, int p) {
        return (text[p] - '0') * 10 + text[p + 1] - '0';
    }

    private long string() {
        int digits = 0;
        while (p + digits < end && isDigit(text[p + digits])) {
            digits++;
        }
        boolean epoch = digits >= 9 && digits <= 13 && (p + digits == end || text[p + digits] == '.');
        return epoch ? number(false) : isoDateTime();
    }

    private long number(boolean mayHaveExponent) {
        int from = p;
        boolean negative = take('-');
        long whole = 0;
        while (p < end && isDigit(text[p])) {
            if (whole > LATEST) {
                return UNREADABLE;
            }
            whole = whole * 10 + (text[p++] - '0');
        }
        long millis = take('.') ? fraction() : 0;
        if (p < end) {
            return mayHaveExponent ? withExponent(from) : UNREADABLE;
        }
        long time = whole < LEAST_MILLISECONDS ? whole * SECOND + millis : whole;
        return negative ? -time : time;
    }

    /** Reads a number such as 1.6E9, Java's form of large doubles. */
    private long withExponent(int from) {
        if (end - from > 32) {
            return UNREADABLE; // no time has so many digits, and reading them takes long
        }
        double value = Double.parseDouble(new String(text, from, end - from, UTF_8));
        return Math.round(Math.abs(value) < LEAST_MILLISECONDS ? value * SECOND : value);
    }

    private long isoDateTime() {
        int year = number(4);
        boolean hyphens = take('-');
        int month = 1;
        int day = 1;
        if (p < end && isDigit(text[p])) {
            month = number(2);
            if (hyphens ? take('-') : (p < end && isDigit(text[p]))) {
                day = number(2);
            }
        } else if (hyphens) {
            return UNREADABLE;
        }
        if (p == end) {
            return time(year, month, day, 0, 0, 0, 0);
        }
        if (!take('T') && !take('t') && !take(' ')) {
            return UNREADABLE;
        }
        int hour = number(2);
        take(':');
        int minute = number(2);
        int second = 0;
        long millis = 0;
        if (take(':') || (p < end && isDigit(text[p]))) {
            second = number(2);
            if (take('.') || take(',')) {
                if (p == end || !isDigit(text[p])) {
                    return UNREADABLE;
                }
                millis = fraction();
            }
        }
        long time = time(year, month, day, hour, minute, second, millis);
        long offset = offset();
        return time == UNREADABLE || offset == UNREADABLE || p < end ? UNREADABLE : time - offset;
    }

    /** Returns a time of UTC in milliseconds; {@link #UNREADABLE} if there is no such day or time of day. */
    static long time(int year, int month, int day, int hour, int minute, int second, long millis) {
        boolean valid = year >= 0
                && month >= 1
                && month <= 12
                && day >= 1
                && day <= YearMonth.of(year, month).lengthOfMonth()
                && hour >= 0
                && (hour <= 23 || (hour == 24 && minute == 0 && second == 0 && millis == 0))
                && minute >= 0
                && minute <= 59
                && second >= 0
                && second <= 60; // a leap second
        return valid
                ? LocalDate.of(year, month, day).toEpochDay() * DAY
                        + hour * HOUR
                        + minute * MINUTE
                        + second * SECOND
                        + millis
                : UNREADABLE;
    }

    private long offset() {
        ambiguous = p == end;
        if (p == end || take('Z') || take('z')) {
            return 0;
        }
        boolean west = take('-');
        if (!west && !take('+')) {
            return UNREADABLE;
        }
        int hours = number(2);
        int minutes = take(':') || p < end ? number(2) : 0;
        if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) {
            return UNREADABLE;
        }
        long offset = hours * HOUR + minutes * MINUTE;
        return west ? -offset : offset;
    }

    /** Reads all digits that follow as a fraction of a second; returns whole milliseconds. */
    private long fraction() {
        long millis = 0;
        int scale = 100;
        while (p < end && isDigit(text[p])) {
            millis += (text[p++] - '0') * (long) scale;
            scale /= 10;
        }
        return millis;
    }

    /** Reads exactly this many digits; returns -1 when one is missing. */
    private int number(int digits) {
        if (end - p < digits) {
            return -1;
        }
        int value = 0;
        for (int i = 0; i < digits; i++) {
            if (!isDigit(text[p])) {
                return -1;
            }
            value = value * 10 + (text[p++] - '0');
        }
        return value;
    }

    private boolean take(char wanted) {
        boolean there = p < end && text[p] == wanted;
        if (there) {
            p++;
        }
        return there;
    }

    private static boolean isDigit(byte b) {
        return b >= '0' && b <= '9';
    }
}
