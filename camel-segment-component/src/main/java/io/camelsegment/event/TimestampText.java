package io.camelsegment.event;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.time.LocalDateTime;
import java.time.ZoneOffset;

/** Writes times in Segment's form, as JSON strings with quotes: {@code "2020-01-02T03:04:05.123Z"}. */
final class TimestampText {
    private static final byte[] EPOCH = "\"1970-01-01T00:00:00.000Z\"".getBytes(US_ASCII);

    static final int BYTES = EPOCH.length;

    private TimestampText() {}

    /** Returns the text of a time that is {@linkplain Timestamps#inRange in range}. */
    static byte[] of(long millis) {
        LocalDateTime time = LocalDateTime.ofEpochSecond(Math.floorDiv(millis, 1_000L), 0, ZoneOffset.UTC);
        int thousandths = (int) Math.floorMod(millis, 1_000L);
        byte[] json = EPOCH.clone();
        twoDigits(json, 1, time.getYear() / 100);
        twoDigits(json, 3, time.getYear() % 100);
        twoDigits(json, 6, time.getMonthValue());
        twoDigits(json, 9, time.getDayOfMonth());
        twoDigits(json, 12, time.getHour());
        twoDigits(json, 15, time.getMinute());
        twoDigits(json, 18, time.getSecond());
        twoDigits(json, 21, thousandths / 10);
        json[23] = (byte) ('0' + thousandths % 10);
        return json;
    }

    private static void twoDigits(byte[] json, int at, int value) {
        json[at] = (byte) ('0' + value / 10);
        json[at + 1] = (byte) ('0' + value % 10);
    }
}
