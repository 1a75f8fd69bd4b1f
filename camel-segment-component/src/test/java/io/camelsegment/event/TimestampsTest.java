package io.camelsegment.event;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimestampsTest {
    private static final DateTimeFormatter SPEC =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            textBlock =
                    """
        # what the SDKs write
        "2020-01-02T03:04:05.678Z"                | 2020-01-02T03:04:05.678Z
        "2020-01-02T03:04:05.123+00:00"           | 2020-01-02T03:04:05.123Z
        "2020-01-02T03:04:05.123456+00:00"        | 2020-01-02T03:04:05.123Z
        "2020-01-02T03:04:05.1234567Z"            | 2020-01-02T03:04:05.123Z
        "2020-01-02T03:04:05.999999999+01:00"     | 2020-01-02T02:04:05.999Z
        "2020-01-02T03:04:05-08:00"               | 2020-01-02T11:04:05.000Z
        "2020-01-02T03:04:05+05:45"               | 2020-01-01T21:19:05.000Z
        "2020-01-02T03:04:05.1234567\\u002B02:00" | 2020-01-02T01:04:05.123Z
        # other ISO 8601
        "2020-01-02T03:04:05Z"                    | 2020-01-02T03:04:05.000Z
        "2020-01-02T03:04:05.5Z"                  | 2020-01-02T03:04:05.500Z
        "2020-01-02T03:04:05,25Z"                 | 2020-01-02T03:04:05.250Z
        "2020-01-02T03:04:05"                     | 2020-01-02T03:04:05.000Z
        "2020-01-02 03:04:05"                     | 2020-01-02T03:04:05.000Z
        "2020-01-02t03:04:05z"                    | 2020-01-02T03:04:05.000Z
        "2020-01-02T03:04"                        | 2020-01-02T03:04:00.000Z
        "2020-01-02T03:04+0130"                   | 2020-01-02T01:34:00.000Z
        "2020-01-02T03:04:05+02"                  | 2020-01-02T01:04:05.000Z
        "20200102T030405Z"                        | 2020-01-02T03:04:05.000Z
        "20200102"                                | 2020-01-02T00:00:00.000Z
        "2020-01-02"                              | 2020-01-02T00:00:00.000Z
        "2020-02"                                 | 2020-02-01T00:00:00.000Z
        "2020"                                    | 2020-01-01T00:00:00.000Z
        "2016-12-31T23:59:60Z"                    | 2017-01-01T00:00:00.000Z
        "2020-02-29T00:00:00Z"                    | 2020-02-29T00:00:00.000Z
        "2000-02-29T00:00:00Z"                    | 2000-02-29T00:00:00.000Z
        "0000-01-01T00:00:00Z"                    | 0000-01-01T00:00:00.000Z
        "9999-12-31T23:59:59.999Z"                | 9999-12-31T23:59:59.999Z
        # seconds and milliseconds
        0                                         | 1970-01-01T00:00:00.000Z
        -0                                        | 1970-01-01T00:00:00.000Z
        -1                                        | 1969-12-31T23:59:59.000Z
        1577934245                                | 2020-01-02T03:04:05.000Z
        1577934245.678                            | 2020-01-02T03:04:05.678Z
        1577934245.6789                           | 2020-01-02T03:04:05.678Z
        -1.5                                      | 1969-12-31T23:59:58.500Z
        1577934245678                             | 2020-01-02T03:04:05.678Z
        1577934245678.9                           | 2020-01-02T03:04:05.678Z
        1.577934245678E9                          | 2020-01-02T03:04:05.678Z
        1.577934245678e12                         | 2020-01-02T03:04:05.678Z
        31557599999                               | 2970-01-07T23:59:59.000Z
        31557600000                               | 1971-01-01T06:00:00.000Z
        "1577934245"                              | 2020-01-02T03:04:05.000Z
        "1577934245.678"                          | 2020-01-02T03:04:05.678Z
        "1577934245678"                           | 2020-01-02T03:04:05.678Z
        """)
    void reads(String json, String expected) {
        assertThat(write(read(json))).isEqualTo('"' + expected + '"');
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"\"",
                "\"soon\"",
                "\" 2020-01-02\"",
                "\"2020-01-02 \"",
                "\"2020-\"",
                "\"2020-1-2\"",
                "\"2020-13-01\"",
                "\"2020-00-01\"",
                "\"2020-01-00\"",
                "\"2020-04-31\"",
                "\"2021-02-29\"",
                "\"1900-02-29\"",
                "\"2020-01-02T\"",
                "\"2020-01-02T24:00:00Z\"",
                "\"2020-01-02T03\"",
                "\"2020-01-02T03:60Z\"",
                "\"2020-01-02T03:04:61Z\"",
                "\"2020-01-02T03:04:05.Z\"",
                "\"2020-01-02T03:04:05+24:00\"",
                "\"2020-01-02T03:04:05+01:60\"",
                "\"2020-01-02T03:04:05+1\"",
                "\"2020-01-02T03:04:05 UTC\"",
                "\"2020-01-02T03:04:05Zx\"",
                "\"0000-01-01T00:00:00+01:00\"",
                "\"9999-12-31T23:59:59-01:00\"",
                "\"20200102030405\"",
                "\"12345678\"",
                "\"-1577934245\"",
                "\"1577934245e3\"",
                "\"1577934245.e3\"",
                "\"\u0661\u0662\u0663\u0664\"",
                "253402300800000",
                "-62167219200001",
                "99999999999999999999999999",
                "1e400",
                "1.0000000000000000000000000000000000000000001e9"
            })
    void refusesWithoutAnException(String json) {
        assertThat(read(json)).isEqualTo(Timestamps.UNREADABLE);
    }

    @Property
    void agreesWithJavaTime(
            @ForAll @LongRange(min = -62_167_219_200_000L, max = 253_402_300_799_999L) long millis,
            @ForAll @IntRange(min = -18 * 60, max = 18 * 60) int offsetMinutes) {
        String written = write(millis);
        assertThat(written).isEqualTo('"' + SPEC.format(Instant.ofEpochMilli(millis)) + '"');
        assertThat(read(written)).isEqualTo(millis);

        ZoneOffset offset = ZoneOffset.ofTotalSeconds(offsetMinutes * 60);
        var local = Instant.ofEpochMilli(millis).atOffset(offset);
        if (local.getYear() >= 0 && local.getYear() <= 9999) {
            assertThat(read('"' + DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(local) + '"'))
                    .isEqualTo(millis);
        }
    }

    @Property
    void readsTheUsualFormAsTheOthers(
            @ForAll @IntRange(max = 22) int place, @ForAll @IntRange(min = -128, max = 127) int other) {
        byte[] json = "\"2024-02-29T23:59:59.999Z\"".getBytes(UTF_8);
        json[1 + place] = (byte) other;
        byte[] otherForm = new String(json, ISO_8859_1).replace("Z\"", "0Z\"").getBytes(ISO_8859_1);
        assertThat(Timestamps.read(json, 0, json.length)).isEqualTo(Timestamps.read(otherForm, 0, otherForm.length));
    }

    private static long read(String json) {
        byte[] bytes = ("[" + json + "]").getBytes(UTF_8);
        return Timestamps.read(bytes, 1, bytes.length - 1);
    }

    private static String write(long millis) {
        assertThat(millis).isNotEqualTo(Timestamps.UNREADABLE);
        return new String(TimestampText.of(millis), UTF_8);
    }
}
