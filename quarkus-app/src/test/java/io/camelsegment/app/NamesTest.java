package io.camelsegment.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.camelsegment.localaws.LocalAws;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Any text may name a source, a destination and a row of a mapping in YAML. */
class NamesTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "order-completed_v2.final",
                "UPPER lower",
                "Question [3]",
                "Say \"Hi\"",
                "a\\b",
                "it's 100% {x} (y) <z>?",
                "a/b&c=d#e+f:g@h,i;j|k",
                "#bean:x $simple{y} {{z}}",
                "Caf\u00e9",
                "Cafe\u0301",
                "\u65e5\u672c\u8a9e \ud83d\ude00",
                "RAW(x)",
                "-1",
                "12.50",
                "On",
                "null",
                "*x*",
            })
    void aNameMayHoldAnySign(String name) throws JsonProcessingException {
        String quoted = JSON.writeValueAsString(name);
        String row = JSON.writeValueAsString(name.replace("*", "\\*")); // else it would be a pattern
        try (LocalAws aws = LocalAws.start()) {
            aws.createDeliveryStream("row");
            aws.createStream("all", 1);
            String yaml =
                    """
                    segment:
                      aws: { endpoint-override: "%1$s" }
                      sources:
                        %2$s: { write-key: KEY }
                      destinations:
                        %2$s: { type: firehose, sources: [%2$s], map: { %3$s: row } }
                        other: { type: kinesis, stream-name: all, required: false }
                    """
                            .formatted(aws.endpoint(), quoted, row);

            try (RunningSettings running = new RunningSettings(yaml, Map.of())) {
                Api api = new Api(running.uri());

                assertThat(api.post("/v1/track", "KEY", event("  " + name + "\t"))
                                .statusCode())
                        .isEqualTo(200);
                assertThat(api.post("/v1/track", "KEY", event(name + "x")).statusCode())
                        .isEqualTo(200);
            }

            assertThat(aws.deliveryStream("row").records()).hasSize(1);
            assertThat(new String(aws.deliveryStream("row").content(), StandardCharsets.UTF_8))
                    .contains(JSON.writeValueAsString("  " + name + "\t"));
        }
    }

    @Test
    void aDestinationMayHaveAQuestionMarkInsideItsName() throws JsonProcessingException {
        try (LocalAws aws = LocalAws.start()) {
            aws.createStream("all", 1);
            String yaml =
                    """
                    segment:
                      aws: { endpoint-override: "%s" }
                      sources:
                        web: { write-key: KEY }
                      destinations:
                        "a?b=c&d": { type: kinesis, stream-name: all }
                    """
                            .formatted(aws.endpoint());

            try (RunningSettings running = new RunningSettings(yaml, Map.of())) {
                assertThat(new Api(running.uri())
                                .post("/v1/track", "KEY", event("x"))
                                .statusCode())
                        .isEqualTo(200);
            }

            assertThat(aws.stream("all").records()).hasSize(1);
        }
    }

    private static String event(String name) throws JsonProcessingException {
        return "{\"userId\":\"u\",\"event\":" + JSON.writeValueAsString(name) + "}";
    }
}
