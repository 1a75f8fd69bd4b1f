package io.camelsegment.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RequestKindTest {

    @Test
    void readsAnyKindOfBody() throws Exception {
        assertThat(Requests.any("{\"batch\":[{},{}]}").size()).isEqualTo(2);
        assertThat(Requests.any("[{},{},{}]").size()).isEqualTo(3);
        assertThat(Requests.any("{\"type\":\"track\"}").size()).isEqualTo(1);
        assertThat(Requests.any("{\"type\":\"track\",\"batch\":7}").size()).isEqualTo(1);
    }

    @Test
    void leavesAnEventsOwnBatchAlone() throws Exception {
        String event =
                "{\"type\":\"track\",\"event\":\"e\",\"userId\":\"u\",\"messageId\":\"m\",\"batch\":[1],\"batch\":[2]}";
        assertThat(Requests.json(Requests.normalize(Requests.event(event, EventType.TRACK))))
                .contains("\"batch\":[1],\"batch\":[2]");
        assertThat(Requests.json(Requests.normalize(Requests.batch("{\"batch\":[" + event + "]}"))))
                .contains("\"batch\":[1],\"batch\":[2]");
    }

    @Test
    void countsTheLastOfSeveralBatches() throws Exception {
        EventBatch batch = Requests.batch("{\"batch\":[{},{},{}],\"b\\u0061tch\":[{\"a\":1}]}");
        assertThat(batch.size()).isEqualTo(1);
        assertThat(new String(batch.originalBytes(0), UTF_8)).isEqualTo("{\"a\":1}");
    }

    @Test
    void findsWriteKeysWhereverTheyStand() throws Exception {
        EventBatch batch = Requests.batch(
                "{\"batch\":[{\"writeKey\":\"item\"},{},{\"writeKey\":5},7],\"writeKey\":\"envel\\u006fpe\"}");
        assertThat(batch.writeKey()).isEqualTo("envelope");
        assertThat(batch.writeKey(0)).isEqualTo("item");
        assertThat(batch.writeKey(1)).isNull();
        assertThat(batch.writeKey(2)).isNull();
        assertThat(batch.writeKey(3)).isNull();

        EventBatch event = Requests.event("{\"writeKey\":\"own\"}", EventType.TRACK);
        assertThat(event.writeKey()).isEqualTo("own");
        assertThat(event.writeKey(0)).isEqualTo("own");

        assertThat(Requests.event("{\"writeKey\":\"\"}", EventType.TRACK).writeKey())
                .isNull();
        assertThat(Requests.any("[{\"writeKey\":\"own\"}]").writeKey()).isNull();
    }

    @Test
    void givesBackTheOriginalBytes() throws Exception {
        EventBatch batch = Requests.batch("{\"batch\":[ {\"a\" : 1 } ,[ ],\"x\"]}");
        assertThat(new String(batch.originalBytes(0), UTF_8)).isEqualTo("{\"a\" : 1 }");
        assertThat(new String(batch.originalBytes(1), UTF_8)).isEqualTo("[ ]");
        assertThat(new String(batch.originalBytes(2), UTF_8)).isEqualTo("\"x\"");
    }
}
