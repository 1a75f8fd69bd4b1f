package io.camelsegment.event;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * {@code timestamp = receivedAt - (sentAt - originalTimestamp)}, and all the ways in which a part of it may be missing.
 */
class ClockSkewTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            nullValues = "-",
            textBlock =
                    """
        # timestamp               | item's sentAt             | batch's sentAt            | expected                 | unreadable
        "2026-11-21T09:59:59.152Z"| "2026-11-21T09:59:59.169Z"| -                         | 2026-11-21T10:00:00.249Z | false
        "2026-11-21T09:59:59.152Z"| -                         | "2026-11-21T09:59:59.169Z"| 2026-11-21T10:00:00.249Z | false
        "2026-11-21T09:59:59.152Z"| null                      | "2026-11-21T09:59:59.169Z"| 2026-11-21T10:00:00.249Z | false
        "2026-11-21T09:59:59.152Z"| ""                        | 1795255199.169            | 2026-11-21T10:00:00.249Z | false
        "2026-11-21T09:59:59.152Z"| "2026-11-21T09:59:59.169Z"| "2001-01-01"              | 2026-11-21T10:00:00.249Z | false
        # a clock that is a day ahead, and an event that is yet to come
        "2026-11-22T09:59:59.152Z"| "2026-11-22T09:59:59.169Z"| -                         | 2026-11-21T10:00:00.249Z | false
        "2026-11-21T12:00:00Z"    | "2026-11-21T10:00:00Z"    | -                         | 2026-11-21T12:00:00.266Z | false
        # something is missing
        "2026-11-21T09:59:59.152Z"| -                         | -                         | 2026-11-21T09:59:59.152Z | false
        -                         | "2026-11-21T09:59:59.169Z"| -                         | 2026-11-21T10:00:00.266Z | false
        null                      | "2026-11-21T09:59:59.169Z"| -                         | 2026-11-21T10:00:00.266Z | false
        ""                        | "2026-11-21T09:59:59.169Z"| -                         | 2026-11-21T10:00:00.266Z | false
        -                         | -                         | -                         | 2026-11-21T10:00:00.266Z | false
        # something cannot be read
        "soon"                    | "2026-11-21T09:59:59.169Z"| -                         | 2026-11-21T10:00:00.266Z | true
        true                      | -                         | -                         | 2026-11-21T10:00:00.266Z | true
        {"a":1}                   | -                         | -                         | 2026-11-21T10:00:00.266Z | true
        "2026-11-21T09:59:59.152Z"| "soon"                    | -                         | 2026-11-21T09:59:59.152Z | true
        "2026-11-21T09:59:59.152Z"| [1]                       | "2026-11-21T09:59:59.169Z"| 2026-11-21T09:59:59.152Z | true
        "2026-11-21T09:59:59.152Z"| -                         | "soon"                    | 2026-11-21T09:59:59.152Z | true
        "2026-11-21T09:59:59.152Z"| -                         | {}                        | 2026-11-21T09:59:59.152Z | false
        # the corrected time would have a year of five digits, or be before the year 0
        "9999-12-31T00:00:00Z"    | "2020-01-01T00:00:00Z"    | -                         | 2026-11-21T10:00:00.266Z | true
        "0001-01-01T00:00:00Z"    | "2999-01-01T00:00:00Z"    | -                         | 2026-11-21T10:00:00.266Z | true
        """)
    void correctsTheTimestamp(String timestamp, String sentAt, String batchSentAt, String expected, boolean unreadable)
            throws Exception {
        String body = "{\"batch\":[{\"type\":\"alias\",\"userId\":\"u\",\"messageId\":\"m\""
                + (timestamp == null ? "" : ",\"timestamp\":" + timestamp)
                + (sentAt == null ? "" : ",\"sentAt\":" + sentAt)
                + "}]"
                + (batchSentAt == null ? "" : ",\"sentAt\":" + batchSentAt)
                + "}";

        SegmentEvent event = Requests.normalize(Requests.batch(body));

        assertThat(event.timestamp()).isEqualTo(expected);
        assertThat(event.hasUnreadableTime()).isEqualTo(unreadable);
        String json = Requests.json(event);
        assertThat(json).containsOnlyOnce("\"timestamp\":\"" + expected + "\"");
        boolean present = timestamp != null && !timestamp.equals("null") && !timestamp.equals("\"\"");
        if (present) {
            assertThat(json).containsOnlyOnce("\"originalTimestamp\":" + timestamp);
        } else {
            assertThat(json).doesNotContain("originalTimestamp");
        }
    }
}
