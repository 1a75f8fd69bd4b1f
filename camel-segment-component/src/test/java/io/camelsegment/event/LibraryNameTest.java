package io.camelsegment.event;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LibraryNameTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            nullValues = "-",
            textBlock =
                    """
        # the event's context                                  | the batch's                 | name
        -                                                      | -                           | -
        {"library":{"name":"own","version":"1"}}               | -                           | own
        -                                                      | {"library":{"name":"all"}}  | all
        null                                                   | {"library":{"name":"all"}}  | all
        {}                                                     | {"library":{"name":"all"}}  | all
        {"ip":"192.0.2.1"}                                     | {"library":{"name":"all"}}  | all
        {"library":{"name":"own"}}                             | {"library":{"name":"all"}}  | own
        {"library":{"version":"1"}}                            | {"library":{"name":"all"}}  | -
        {"library":null}                                       | {"library":{"name":"all"}}  | -
        "text"                                                 | {"library":{"name":"all"}}  | -
        {"library":"own"}                                      | -                           | -
        {"library":{"name":7}}                                 | -                           | -
        {"library":{"name":{"name":"own"}}}                    | -                           | -
        {"a":{"library":{"name":"inner"}}}                     | -                           | -
        {"library":{"name":"own"},"library":{"name":"last"}}   | -                           | last
        {"library":{"name":"own","name":"last"}}               | -                           | last
        {"\\u006cibrary":{"n\\u0061me":"ow\\u006e"}}           | -                           | own
        """)
    void isThatOfTheRecord(String own, String shared, String name) throws Exception {
        EventBatch batch = Requests.batch("{\"batch\":[{\"type\":\"alias\",\"userId\":\"u\",\"messageId\":\"m\""
                + (own == null ? "" : ",\"context\":" + own) + "}]" + (shared == null ? "" : ",\"context\":" + shared)
                + "}");

        assertThat(batch.libraryName(0)).isEqualTo(name);
        Object delivered = Requests.normalize(batch).get("context.library.name");
        assertThat(delivered instanceof String text ? text : null).isEqualTo(name);
    }
}
