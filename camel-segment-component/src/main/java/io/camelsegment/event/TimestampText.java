package io.camelsegment.event;

import static java.nio.charset.StandardCharsets.US_ASCII;

/**
 * Writes times in Segment's own form, as JSON strings such as {@code "2020-01-02T03:04:05.123Z"}, quotes included. It
 * is quickest for times of one day, as those of a batch are. Not thread-safe.
 */
final class TimestampText {
    private static final byte[] EPOCH = "\"1970-01-01T00:00:00.000Z\"".getBytes(US_ASCII);

    static final int BYTES = EPOCH.length;

    private static final int SECOND = 1_000;
    private static final int DAY = 24 * 60 * 60 * SECOND;

    private final byte[] json = EPOCH.clone();
    /** The day that is written, counted from the epoch. */
    private long day;

    /** Returns the text of a time that is {@linkplain Timestamps#inRange in range}; the next call overwrites it. */
    byte[] of(long millis) {
        long wanted = Math.floorDiv(millis, DAY);
        if (wanted != day) {
            day = wanted;
            writeDate();
        }
        writeTime((int) (millis - day * DAY));
        return json;
    }

    private void writeDate() {
        // Howard Hinnant's civil_from_days: years begin in March, so that the leap day is the last of its year.
        long shifted = day + 719_468;
        long era = Math.floorDiv(shifted, 146_097L);
        int dayOfEra = (int) (shifted - era * 146_097);
        int yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
        int dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
        int marchMonth = (5 * dayOfYear + 2) / 153;
        int dayOfMonth = dayOfYear - (153 * marchMonth + 2) / 5 + 1;
        int month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
        int year = (int) (yearOfEra + era * 400) + (month <= 2 ? 1 : 0);
        twoDigits(year / 100, 1);
        twoDigits(year % 100, 3);
        twoDigits(month, 6);
        twoDigits(dayOfMonth, 9);
    }

    private void writeTime(int millisOfDay) {
        int secondOfDay = millisOfDay / SECOND;
        int minuteOfDay = secondOfDay / 60;
        int hour = minuteOfDay / 60;
        int millis = millisOfDay - secondOfDay * SECOND;
        twoDigits(hour, 12);
        twoDigits(minuteOfDay - hour * 60, 15);
        twoDigits(secondOfDay - minuteOfDay * 60, 18);
        twoDigits(millis / 10, 21);
        json[23] = (byte) ('0' + millis % 10);
    }

    private void twoDigits(int value, int at) {
        int tens = value / 10;
        json[at] = (byte) ('0' + tens);
        json[at + 1] = (byte) ('0' + value - tens * 10);
    }
}
