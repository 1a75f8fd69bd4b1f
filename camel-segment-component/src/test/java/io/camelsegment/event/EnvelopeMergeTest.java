package io.camelsegment.event;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EnvelopeMergeTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            nullValues = "-",
            textBlock =
                    """
        # the event's     | the batch's             | address   | delivered
        -                 | -                       | -         | -
        {"a":1}           | -                       | -         | {"a":1}
        -                 | {"a":1}                 | -         | {"a":1}
        -                 | { "a" : 1 , "b":[2] }   | -         | { "a" : 1 , "b":[2] }
        null              | {"a":1}                 | -         | {"a":1}
        {}                | {"a":1}                 | -         | {"a":1}
        { }               | {"a":1,"b":2}           | -         | { "a":1,"b":2}
        {"a":1}           | {}                      | -         | {"a":1}
        {"a":1}           | {"a":2,"b":3}           | -         | {"a":1,"b":3}
        { "a":1 }         | { "b":3 , "a":2 }       | -         | { "a":1 ,"b":3}
        {"a":{"x":1}}     | {"a":{"y":2}}           | -         | {"a":{"x":1}}
        {"a":null}        | {"a":2}                 | -         | {"a":null}
        {"\\u0061":1}     | {"a":2}                 | -         | {"\\u0061":1}
        {"a":1}           | {"\\u0061":2}           | -         | {"a":1}
        {"a":1}           | {"b":2,"b":3}           | -         | {"a":1,"b":2,"b":3}
        "text"            | {"a":1}                 | 192.0.2.1 | "text"
        {"a":1}           | "text"                  | -         | {"a":1}
        {"a":1}           | null                    | -         | {"a":1}
        # the sender's address
        -                 | -                       | 192.0.2.1 | {"ip":"192.0.2.1"}
        null              | -                       | 192.0.2.1 | {"ip":"192.0.2.1"}
        {}                | -                       | 192.0.2.1 | {"ip":"192.0.2.1"}
        {"a":1}           | -                       | 192.0.2.1 | {"a":1,"ip":"192.0.2.1"}
        {"a":{"ip":1}}    | -                       | 192.0.2.1 | {"a":{"ip":1},"ip":"192.0.2.1"}
        {"ip":"0.0.0.0"}  | -                       | 192.0.2.1 | {"ip":"0.0.0.0"}
        {"ip":null}       | -                       | 192.0.2.1 | {"ip":null}
        {"\\u0069p":"x"}  | -                       | 192.0.2.1 | {"\\u0069p":"x"}
        {"a":1}           | {"ip":"x"}              | 192.0.2.1 | {"a":1,"ip":"x"}
        {"a":1}           | {"b":2}                 | 192.0.2.1 | {"a":1,"b":2,"ip":"192.0.2.1"}
        {"a":1}           | -                       | ::1%"\\   | {"a":1,"ip":"::1%\\"\\\\"}
        """)
    void addsWhatTheEventDoesNotHave(String own, String shared, String ip, String delivered) throws Exception {
        String body = "{\"batch\":[{\"type\":\"alias\",\"userId\":\"u\",\"messageId\":\"m\""
                + (own == null ? "" : ",\"context\":" + own) + "}]" + (shared == null ? "" : ",\"context\":" + shared)
                + "}";

        String json = Requests.json(Requests.normalize(Requests.batch(body), NormalizeOptions.DEFAULT.ip(ip)));

        String at = "\"2026-11-21T10:00:00.266Z\"";
        assertThat(json)
                .isEqualTo("{\"type\":\"alias\",\"userId\":\"u\",\"messageId\":\"m\""
                        + (delivered == null ? "" : ",\"context\":" + delivered) + ",\"timestamp\":" + at
                        + ",\"receivedAt\":" + at + "}");
    }
}
