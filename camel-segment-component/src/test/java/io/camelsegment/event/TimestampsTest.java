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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimestampsTest {
    private static final DateTimeFormatter SPEC =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    private final Timestamps timestamps = new Timestamps();

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
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            textBlock =
                    """
        # near ISO 8601
        2020-01-02T24:00:00Z                          | 2020-01-03T00:00:00.000Z
        2019-12-31 24:00+01:00                        | 2019-12-31T23:00:00.000Z
        20200102T2400Z                                | 2020-01-03T00:00:00.000Z
        2020-01-02T03:04:05+0100                      | 2020-01-02T02:04:05.000Z
        2020-01-02 03:04:05+0100                      | 2020-01-02T02:04:05.000Z
        2020-01-02t03:04:05.678+01                    | 2020-01-02T02:04:05.678Z
        2020-01-02T03:04:05.678 +01:00                | 2020-01-02T02:04:05.678Z
        2020-01-02T03:04:05 Z                         | 2020-01-02T03:04:05.000Z
        2022-1-5                                      | 2022-01-05T00:00:00.000Z
        2022-01-5                                     | 2022-01-05T00:00:00.000Z
        2022-1-5T3:04:05Z                             | 2022-01-05T03:04:05.000Z
        2022-1-5 3:4:5 UTC                            | 2022-01-05T03:04:05.000Z
        2022/1/5                                      | 2022-01-05T00:00:00.000Z
        2022/01/05 03:04:05 +0000                     | 2022-01-05T03:04:05.000Z
        +002015-09-03T14:15:00.000Z                   | 2015-09-03T14:15:00.000Z
        2015-09-03T14:15:00+02:00[Europe/Paris]       | 2015-09-03T12:15:00.000Z
        2015-09-03T14:15:00Z[UTC]                     | 2015-09-03T14:15:00.000Z
        # week dates and ordinal dates
        2015-W36-4                                    | 2015-09-03T00:00:00.000Z
        2015-W36                                      | 2015-08-31T00:00:00.000Z
        2015W364T141500Z                              | 2015-09-03T14:15:00.000Z
        2015-W36-4T14:15:00.5+02:00                   | 2015-09-03T12:15:00.500Z
        2020-W53-7                                    | 2021-01-03T00:00:00.000Z
        2015-246                                      | 2015-09-03T00:00:00.000Z
        2015246                                       | 2015-09-03T00:00:00.000Z
        2015-246T14:15:00Z                            | 2015-09-03T14:15:00.000Z
        2015246T1415Z                                 | 2015-09-03T14:15:00.000Z
        2020-366                                      | 2020-12-31T00:00:00.000Z
        # RFC 1123, RFC 2822, asctime
        Thu, 03 Sep 2015 14:15:00 GMT                 | 2015-09-03T14:15:00.000Z
        Thu, 3 Sep 2015 14:15 +0200                   | 2015-09-03T12:15:00.000Z
        03 Sep 2015 14:15:00 UT                       | 2015-09-03T14:15:00.000Z
        Thu, 03 Sep 2015 14:15:00 EST                 | 2015-09-03T19:15:00.000Z
        Thu, 03 Sep 2015 14:15:00 pdt                 | 2015-09-03T21:15:00.000Z
        Thu, 03 Sep 2015 14:15:00 -0700 (PDT)         | 2015-09-03T21:15:00.000Z
        Thu, 03 Sep 2015 24:00:00 GMT                 | 2015-09-04T00:00:00.000Z
        Thu Sep  3 14:15:00 UTC 2015                  | 2015-09-03T14:15:00.000Z
        Thu Sep 03 14:15:00 +0200 2015                | 2015-09-03T12:15:00.000Z
        Thu Sep 03 14:15:00 CEST 2015                 | 2015-09-03T12:15:00.000Z
        Thu Sep 03 14:15:00 GMT+02:00 2015            | 2015-09-03T12:15:00.000Z
        # JavaScript
        Thu Sep 03 2015 14:15:00 GMT+0100 (CET)       | 2015-09-03T13:15:00.000Z
        Thu Sep 03 2015 14:15:00 GMT-0700 (Pacific Daylight Time) | 2015-09-03T21:15:00.000Z
        Thu Sep 03 2015 14:15:00 GMT+0200 (heure d\u2019\u00e9t\u00e9) | 2015-09-03T12:15:00.000Z
        Thu Sep 03 2015 14:15:00 GMT+0530             | 2015-09-03T08:45:00.000Z
        Thu Sep 3 14:15:00 UTC+0100 2015              | 2015-09-03T13:15:00.000Z
        Thu Sep 03 2015                               | 2015-09-03T00:00:00.000Z
        # Go
        2015-09-03 14:15:00.999999999 +0200 CEST      | 2015-09-03T12:15:00.999Z
        2015-09-03 14:15:00.999999999 -0700 MST m=+0.0| 2015-09-03T21:15:00.999Z
        2015-09-03 14:15:00 +0000 UTC                 | 2015-09-03T14:15:00.000Z
        2015-09-03 14:15:00.12 +0000 UTC m=-12.000345 | 2015-09-03T14:15:00.120Z
        2015-09-03 14:15:00 -0300 -03                 | 2015-09-03T17:15:00.000Z
        2015-09-03 14:15:00 +0545 +0545 m=+0.000012   | 2015-09-03T08:30:00.000Z
        # Ruby
        2015-09-03 14:15:00 +0200                     | 2015-09-03T12:15:00.000Z
        2015-09-03 14:15:00 UTC                       | 2015-09-03T14:15:00.000Z
        2015-09-03 14:15:00.123456789 UTC             | 2015-09-03T14:15:00.123Z
        # people
        9/13/2015                                     | 2015-09-13T00:00:00.000Z
        9/13/2015 2:15:00 PM Z                        | 2015-09-13T14:15:00.000Z
        09/13/2015 12:15 AM UTC                       | 2015-09-13T00:15:00.000Z
        9/9/2015, 12:15:00 PM GMT                     | 2015-09-09T12:15:00.000Z
        9/13/2015 2:15:00\u202fPM +02:00              | 2015-09-13T12:15:00.000Z
        September 3, 2015, 2:15 PM GMT                | 2015-09-03T14:15:00.000Z
        Thursday, September 3, 2015 at 2:15:00 PM UTC | 2015-09-03T14:15:00.000Z
        Sept 3 2015                                   | 2015-09-03T00:00:00.000Z
        # white space around
        \\t2015-09-03T14:15:00Z\\n                   | 2015-09-03T14:15:00.000Z
        Thu,  03 Sep 2015\u00a014:15:00 GMT           | 2015-09-03T14:15:00.000Z
        """)
    void readsWhatSegmentsLibrariesAndLanguagesWrite(String text, String expected) {
        assertThat(write(read('"' + text + '"'))).isEqualTo('"' + expected + '"');
        assertThat(timestamps.isAmbiguous()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            textBlock =
                    """
        9/3/2015 2:15:00 PM             | 2015-09-03T14:15:00.000Z
        9/3/2015                        | 2015-09-03T00:00:00.000Z
        09/03/2015 14:15:00 +02:00      | 2015-09-03T12:15:00.000Z
        9/13/15                         | 2015-09-13T00:00:00.000Z
        Thursday, 03-Sep-15 14:15:00 GMT| 2015-09-03T14:15:00.000Z
        Thursday, 03-Sep-70 14:15:00 GMT| 1970-09-03T14:15:00.000Z
        03 Sep 15 14:15 MST             | 2015-09-03T21:15:00.000Z
        9/13/2015 2:15:00 PM            | 2015-09-13T14:15:00.000Z
        2015-09-03T14:15:00             | 2015-09-03T14:15:00.000Z
        20150903T1415                   | 2015-09-03T14:15:00.000Z
        2022-1-5 03:04                  | 2022-01-05T03:04:00.000Z
        Thu Sep  3 14:15:00 2015        | 2015-09-03T14:15:00.000Z
        Thu Sep 03 14:15:00 CST 2015    | 2015-09-03T20:15:00.000Z
        Thu Sep 03 14:15:00 IST 2015    | 2015-09-03T08:45:00.000Z
        2015-09-03 14:15 BST            | 2015-09-03T13:15:00.000Z
        """)
    void readsTextsThatCouldMeanAnotherTimeInOneWay(String text, String expected) {
        assertThat(write(read('"' + text + '"'))).isEqualTo('"' + expected + '"');
        assertThat(timestamps.isAmbiguous()).isTrue();
        assertThat(write(read("\"2015-09-03\""))).isEqualTo("\"2015-09-03T00:00:00.000Z\"");
        assertThat(timestamps.isAmbiguous()).as("the next text").isFalse();
    }

    @Test
    void readsNoTextOfAnyLength() {
        assertThat(read("\"2015-09-03 14:15:00 GMT (" + "x".repeat(100) + ")\""))
                .isEqualTo(1441289700000L);
        assertThat(read("\"2015-09-03 14:15:00 GMT (" + "x".repeat(100_000) + ")\""))
                .isEqualTo(Timestamps.UNREADABLE);
        assertThat(read('"' + "2015 ".repeat(50) + '"')).isEqualTo(Timestamps.UNREADABLE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"\"",
                "\"soon\"",
                "\"2020-\"",
                "\"2020-13-01\"",
                "\"2020-00-01\"",
                "\"2020-01-00\"",
                "\"2020-04-31\"",
                "\"2021-02-29\"",
                "\"1900-02-29\"",
                "\"2020-01-02T\"",
                "\"2020-01-02T03\"",
                "\"2020-01-02T03:60Z\"",
                "\"2020-01-02T03:04:61Z\"",
                "\"2020-01-02T03:04:05.Z\"",
                "\"2020-01-02T03:04:05+24:00\"",
                "\"2020-01-02T03:04:05+01:60\"",
                "\"2020-01-02T03:04:05+1\"",
                "\"2020-01-02T03:04:05Zx\"",
                "\"0000-01-01T00:00:00+01:00\"",
                "\"9999-12-31T23:59:59-01:00\"",
                "\"20200102030405\"",
                "\"2020-01-02T24:00:01Z\"",
                "\"2020-01-02T25:00:00Z\"",
                "\"2020-2-30\"",
                "\"2020-1-2x\"",
                "\"2020-1/2\"",
                "\"2021-W53-1\"",
                "\"2020-W00-1\"",
                "\"2020-W01-8\"",
                "\"2021-366\"",
                "\"2020-000\"",
                "\"2015-09-03 14:15:00 XYZ\"",
                "\"2015-09-03 14:15:00 (CEST)\"",
                "\"2015-09-03T14:15:00[Europe/Paris]\"",
                "\"2015-09-03 14:15:00 +2\"",
                "\"2015-09-03 14:15:00 +0260\"",
                "\"2015-09-03 14:15:00 +0200 CEST later\"",
                "\"Thu, 31 Sep 2015 14:15:00 GMT\"",
                "\"Day, 03 Sep 2015 14:15:00 GMT\"",
                "\"Thu, 03 Foo 2015 14:15:00 GMT\"",
                "\"Thu Sep 3 14:15:00\"",
                "\"Thu Sep 3 2015 14:15:00 2015\"",
                "\"9/3\"",
                "\"13/3/2015\"",
                "\"2/30/2015\"",
                "\"0/3/2015\"",
                "\"9/3/2015 13:15 PM\"",
                "\"9/3/2015 0:15 AM\"",
                "\"9/3/2015 2 PM\"",
                "\"99999999999/99999999999/99999999999\"",
                "\"+099999-09-03T14:15:00Z\"",
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
        assertThat(timestamps.isAmbiguous()).isFalse();
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
        byte[] otherForm =
                new String(json, ISO_8859_1).replace("Z\"", "+00:00\"").getBytes(ISO_8859_1);
        assertThat(timestamps.read(json, 0, json.length)).isEqualTo(timestamps.read(otherForm, 0, otherForm.length));
    }

    private long read(String json) {
        byte[] bytes = ("[" + json + "]").getBytes(UTF_8);
        return timestamps.read(bytes, 1, bytes.length - 1);
    }

    private static String write(long millis) {
        assertThat(millis).isNotEqualTo(Timestamps.UNREADABLE);
        return new String(TimestampText.of(millis), UTF_8);
    }
}
