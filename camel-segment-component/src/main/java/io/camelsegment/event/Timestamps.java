package io.camelsegment.event;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * Reads the timestamps that Segment's SDKs send. Everything is in milliseconds since the epoch;
 * finer digits are cut off. What cannot be read gives {@link #UNREADABLE}: no exceptions, for anyone may send anything.
 *
 * <p>Read are, from the year 0000 to the year 9999:
 *
 * <ul>
 *   <li>ISO 8601: {@code 2020-01-02T03:04:05.123456789+01:00}, with any number of fraction digits after a dot or comma,
 *       {@code T} or a space between date and time, {@code Z} or an offset or neither, which means UTC; without
 *       seconds, without a time, without hyphens and colons; a date without day or month means the first;
 *   <li>numbers, and strings of nine to thirteen digits: below 31 557 600 000 they are seconds, with any fraction, else
 *       milliseconds, as Segment's facade has it.
 * </ul>
 */
final class Timestamps {

    static final long UNREADABLE = Long.MIN_VALUE;

    private static final long EARLIEST = -62_167_219_200_000L; // 0000-01-01T00:00:00.000Z
    private static final long LATEST = 253_402_300_799_999L; // 9999-12-31T23:59:59.999Z
    private static final long LEAST_MILLISECONDS = 31_557_600_000L;
    private static final long SECOND = 1_000;
    private static final long MINUTE = 60 * SECOND;
    private static final long HOUR = 60 * MINUTE;
    private static final long DAY = 24 * HOUR;

    private static final Form YEAR_MONTH = Form.of("0000-00-");
    private static final Form DAY_HOUR_MINUTE = Form.of("00T00:00");
    private static final Form SECOND_MILLIS = Form.of(":00.000Z");

    private final byte[] text;
    private final int end;
    private int p;

    private Timestamps(byte[] text, int from, int end) {
        this.text = text;
        this.p = from;
        this.end = end;
    }

    /** Reads the JSON value {@code json[from, to)}, checked before. */
    static long read(byte[] json, int from, int to) {
        if (json[from] != '"') {
            return inRange(new Timestamps(json, from, to).number(true));
        }
        long millis = to - from == TimestampText.BYTES ? inRange(usual(json, from + 1)) : UNREADABLE;
        if (millis != UNREADABLE) {
            return millis;
        }
        millis = inRange(new Timestamps(json, from + 1, to - 1).string());
        if (millis == UNREADABLE) {
            for (int i = from + 1; i < to - 1; i++) {
                if (json[i] == '\\') { // .NET writes the plus sign of an offset as an escape
                    byte[] decoded = JsonText.decode(json, from + 1, to - 1).getBytes(UTF_8);
                    return inRange(new Timestamps(decoded, 0, decoded.length).string());
                }
            }
        }
        return millis;
    }

    /** Returns the time, or {@link #UNREADABLE} when it cannot be written in four digits of year. */
    static long inRange(long millis) {
        return millis >= EARLIEST && millis <= LATEST ? millis : UNREADABLE;
    }

    /** Reads {@code 2020-01-02T03:04:05.123Z}, which nearly all SDKs write; leaves all else to {@link #string}. */
    private static long usual(byte[] text, int p) {
        long yearMonth = YEAR_MONTH.digits(text, p);
        long dayHourMinute = DAY_HOUR_MINUTE.digits(text, p + 8);
        long secondMillis = SECOND_MILLIS.digits(text, p + 16);
        if ((YEAR_MONTH.misfits(yearMonth)
                        | DAY_HOUR_MINUTE.misfits(dayHourMinute)
                        | SECOND_MILLIS.misfits(secondMillis))
                != 0) {
            return UNREADABLE;
        }
        return time(
                twoDigits(yearMonth, 0) * 100 + twoDigits(yearMonth, 2),
                twoDigits(yearMonth, 5),
                twoDigits(dayHourMinute, 0),
                twoDigits(dayHourMinute, 3),
                twoDigits(dayHourMinute, 6),
                twoDigits(secondMillis, 1),
                twoDigits(secondMillis, 4) * 10 + digit(secondMillis, 6));
    }

    private static int twoDigits(long digits, int place) {
        return digit(digits, place) * 10 + digit(digits, place + 1);
    }

    private static int digit(long digits, int place) {
        return (int) (digits >>> (place * 8)) & 0xf;
    }

    /**
     * Eight bytes of text, some of which are digits, as numbers of eight bytes.
     *
     * @param zeros     the text with a zero for each digit
     * @param toSixteen what to add to each byte, taken off its zero, so that only one that does not fit reaches sixteen
     */
    private record Form(long zeros, long toSixteen) {
        static Form of(String text) {
            byte[] zeros = text.getBytes(US_ASCII);
            byte[] toSixteen = new byte[zeros.length];
            for (int i = 0; i < zeros.length; i++) {
                toSixteen[i] = (byte) (zeros[i] == '0' ? 16 - 10 : 16 - 1);
            }
            return new Form(Bytes.eight(zeros, 0), Bytes.eight(toSixteen, 0));
        }

        /** Returns the values of the digits, and zeros for what else fits. */
        long digits(byte[] text, int p) {
            return Bytes.eight(text, p) ^ zeros;
        }

        /** Returns 0 when all bytes fit. */
        long misfits(long digits) {
            return (digits | (digits + toSixteen)) & 0xf0f0f0f0f0f0f0f0L;
        }
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

    /** Reads a number such as 1.6E9, which is how Java writes large doubles. */
    private long withExponent(int from) {
        if (end - from > 32) {
            return UNREADABLE; // so many digits are no time, and would take long to read
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

    private static long time(int year, int month, int day, int hour, int minute, int second, long millis) {
        boolean valid = year >= 0
                && month >= 1
                && month <= 12
                && day >= 1
                && day <= daysOf(month, year)
                && hour >= 0
                && hour <= 23
                && minute >= 0
                && minute <= 59
                && second >= 0
                && second <= 60; // a leap second
        return valid
                ? daysSinceEpoch(year, month, day) * DAY + hour * HOUR + minute * MINUTE + second * SECOND + millis
                : UNREADABLE;
    }

    private long offset() {
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

    /** Reads all digits that follow as a fraction of a second, in whole milliseconds. */
    private long fraction() {
        long millis = 0;
        int scale = 100;
        while (p < end && isDigit(text[p])) {
            millis += (text[p++] - '0') * (long) scale;
            scale /= 10;
        }
        return millis;
    }

    /** Reads exactly so many digits; -1 when they are not there. */
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

    private static int daysOf(int month, int year) {
        if (month == 2) {
            return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
        }
        return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
    }

    /** Howard Hinnant's days_from_civil. */
    private static long daysSinceEpoch(int year, int month, int day) {
        int marchYear = month <= 2 ? year - 1 : year;
        int era = Math.floorDiv(marchYear, 400);
        int yearOfEra = marchYear - era * 400;
        int dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
        int dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear;
        return era * 146_097L + dayOfEra - 719_468;
    }
}
