package io.camelsegment.event;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClientSideAddressTest {

    private static final NormalizeOptions OPTIONS = NormalizeOptions.DEFAULT.clientSideIp("192.0.2.1");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            nullValues = "-",
            textBlock =
                    """
        # the event's                                | the batch's                             | delivered
        -                                            | -                                       | -
        null                                         | -                                       | null
        {}                                           | -                                       | {}
        "text"                                       | {"direct":true}                         | "text"
        { "library" : {"name":"analytics-node"} }    | -                                       | { "library" : {"name":"analytics-node"} }
        {"library":{"name":"analytics.js"}}          | -                                       | {"library":{"name":"analytics.js"},"ip":"192.0.2.1"}
        {"library":{"v":{"name":1},"name":"analytics.js","w":[]}} | -                          | {"library":{"v":{"name":1},"name":"analytics.js","w":[]},"ip":"192.0.2.1"}
        {"library":{"name":"analytics\\u002ejs"}}    | -                                       | {"library":{"name":"analytics\\u002ejs"},"ip":"192.0.2.1"}
        {"library":{"name":"analytics.js"},"ip":"x"} | -                                       | {"library":{"name":"analytics.js"},"ip":"x"}
        {"ip":null,"library":{"name":"analytics.js"}} | -                                      | {"ip":null,"library":{"name":"analytics.js"}}
        {"library":{"name":"Analytics.js"}}          | -                                       | {"library":{"name":"Analytics.js"}}
        {"library":{"name":["analytics.js"]}}        | -                                       | {"library":{"name":["analytics.js"]}}
        {"library":{}}                               | -                                       | {"library":{}}
        {"library":"analytics.js"}                   | -                                       | {"library":"analytics.js"}
        {"page":{"library":{"name":"analytics.js"}}} | -                                       | {"page":{"library":{"name":"analytics.js"}}}
        {"direct":true}                              | -                                       | {"direct":true,"ip":"192.0.2.1"}
        {"direct":false}                             | -                                       | {"direct":false}
        {"direct":"true"}                            | -                                       | {"direct":"true"}
        {"direct":true,"direct":false}               | -                                       | {"direct":true,"direct":false}
        # after the merge with the batch's
        -                                            | {"library":{"name":"analytics-kotlin"}} | {"library":{"name":"analytics-kotlin"},"ip":"192.0.2.1"}
        -                                            | {"library":{"name":"analytics-java"}}   | {"library":{"name":"analytics-java"}}
        {"a":1}                                      | {"library":{"name":"analytics-kotlin"}} | {"a":1,"library":{"name":"analytics-kotlin"},"ip":"192.0.2.1"}
        {"a":1}                                      | {"direct":true}                         | {"a":1,"direct":true,"ip":"192.0.2.1"}
        {"library":{"name":"own"}}                   | {"library":{"name":"analytics.js"}}     | {"library":{"name":"own"}}
        {"library":{"name":"analytics-ios"}}         | {"ip":"x"}                              | {"library":{"name":"analytics-ios"},"ip":"x"}
        {"ip":"x"}                                   | {"library":{"name":"analytics.js"}}     | {"ip":"x","library":{"name":"analytics.js"}}
        """)
    void goesToEventsOfTheUsersOwnDevice(String own, String shared, String delivered) throws Exception {
        String body = "{\"batch\":[{\"type\":\"alias\",\"userId\":\"u\",\"messageId\":\"m\""
                + (own == null ? "" : ",\"context\":" + own) + "}]" + (shared == null ? "" : ",\"context\":" + shared)
                + "}";

        String json = Requests.json(Requests.normalize(Requests.batch(body), OPTIONS));

        String at = "\"2026-11-21T10:00:00.266Z\"";
        assertThat(json)
                .isEqualTo("{\"type\":\"alias\",\"userId\":\"u\",\"messageId\":\"m\""
                        + (delivered == null ? "" : ",\"context\":" + delivered) + ",\"timestamp\":" + at
                        + ",\"receivedAt\":" + at + "}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "analytics.js",
                "analytics-android",
                "analytics-ios",
                "analytics-kotlin",
                "analytics-swift",
                "analytics-react-native",
                "@segment/analytics-react-native"
            })
    void knowsTheLibrariesOfDevices(String name) throws Exception {
        assertThat(record(name)).contains("\"ip\":\"192.0.2.1\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "@segment/analytics-node",
                "analytics-node",
                "analytics-java",
                "analytics-python",
                "analytics-go",
                "analytics-ruby",
                "analytics-php",
                "Analytics.NET",
                "Analytics-CSharp",
                ""
            })
    void doesNotTakeAServerForAUser(String name) throws Exception {
        assertThat(record(name)).doesNotContain("\"ip\"");
    }

    private static String record(String library) throws Exception {
        return Requests.json(Requests.normalize(
                Requests.any("{\"type\":\"alias\",\"userId\":\"u\",\"context\":{\"library\":{\"name\":\"" + library
                        + "\"}}}"),
                OPTIONS));
    }
}
