package io.camelsegment.routes;

import static io.camelsegment.routes.Transforms.change;
import static io.camelsegment.routes.Transforms.drop;
import static io.camelsegment.routes.Transforms.hash;
import static io.camelsegment.routes.Transforms.mask;
import static io.camelsegment.routes.Transforms.set;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.camelsegment.localaws.KinesisRecord;
import io.camelsegment.localaws.LocalAws;
import io.camelsegment.localaws.LocalAwsExtension;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.Processor;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.model.MulticastDefinition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.Yaml;

/** No step lets an event pass that its sender keeps from a destination, unless it says so. */
@ExtendWith(LocalAwsExtension.class)
class ConsentOfStepsTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final String[] EVENTS = {
        event("no", "{\"All\":false,\"x\":{\"token\":\"t\"}}"),
        event("never", "{\"All\":true,\"Amazon Kinesis\":false}"),
        event("yes", "{\"x\":1}"),
        event("all", "{\"All\":true}"),
        event("named", "{\"All\":false,\"Amazon Kinesis\":true}")
    };

    private final LocalAws aws;

    ConsentOfStepsTest(LocalAws aws) {
        this.aws = aws;
        aws.reset();
    }

    private static String event(String id, String integrations) {
        return "{\"type\":\"identify\",\"userId\":\"u\",\"messageId\":\"" + id + "\",\"integrations\":" + integrations
                + "}";
    }

    private static Map<String, Processor> steps() {
        Map<String, Processor> steps = new LinkedHashMap<>();
        steps.put("mask-all", mask("integrations.All"));
        steps.put("mask-name", mask("integrations.Amazon Kinesis"));
        steps.put("mask-both", yaml("mask: [integrations.All, integrations.Amazon Kinesis]"));
        steps.put("mask-whole", mask("integrations"));
        steps.put("hash-all", hash("integrations.All"));
        steps.put("hash-whole", yaml("hash: { path: integrations, salt: s }"));
        steps.put(
                "hash-both",
                hash("integrations.Amazon Kinesis", "integrations.All").salt("s"));
        Hash bean = new Hash(); // as the Kamelet makes it
        bean.setPaths("integrations.All, integrations.Amazon Kinesis");
        steps.put("hash-bean", bean);
        steps.put("drop-whole", drop("integrations"));
        steps.put("keep-other", yaml("keep: integrations.x"));
        steps.put("text-of-all", change("mine", event -> event.withMapped("integrations.All", value -> "yes")));
        steps.put("set-options", yaml("set: { integrations.x: { a: 1 } }"));
        return steps;
    }

    private static EventTransform yaml(String step) {
        return TransformSteps.of(new Yaml().load(step));
    }

    @ParameterizedTest
    @ValueSource(strings = {"event", "request"})
    void remains(String exchange) throws Exception {
        Map<String, Processor> steps = steps();
        Map<String, List<String>> delivered = send(exchange, steps);

        for (String step : steps.keySet()) {
            assertThat(delivered.get(step)).as(step).containsExactlyInAnyOrder("yes", "all", "named");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"event", "request"})
    void endsOnlyWhereAStepSaysSo(String exchange) throws Exception {
        Map<String, Processor> steps = new LinkedHashMap<>();
        steps.put("all", yaml("set: { integrations.All: true }"));
        steps.put("name", set("integrations.Amazon Kinesis", Map.of("region", "r")));
        steps.put("text", set("integrations.Amazon Kinesis", "True"));
        steps.put("other", yaml("set: { integrations: { All: true } }"));
        steps.put("none", yaml("set: { integrations: { all: 'false', 'Amazon Kinesis': \"false\" } }"));
        steps.put("drop-name", drop("integrations.Amazon Kinesis"));
        steps.put("drop-all", drop("integrations.All"));
        Map<String, List<String>> delivered = send(exchange, steps);

        assertThat(delivered.get("all")).containsExactlyInAnyOrder("no", "yes", "all", "named");
        assertThat(delivered.get("name")).containsExactlyInAnyOrder("no", "never", "yes", "all", "named");
        assertThat(delivered.get("text")).containsExactlyInAnyOrder("no", "never", "yes", "all", "named");
        assertThat(delivered.get("other")).containsExactlyInAnyOrder("no", "yes", "all", "named");
        assertThat(delivered.get("none")).isEmpty();
        assertThat(delivered.get("drop-name")).containsExactlyInAnyOrder("yes", "all");
        assertThat(delivered.get("drop-all")).containsExactlyInAnyOrder("yes", "all", "named");
    }

    /** Returns the ids of the events that are in the stream behind each step. */
    private Map<String, List<String>> send(String exchange, Map<String, Processor> steps) throws Exception {
        steps.keySet().forEach(step -> aws.createStream(step, 1));
        try (Collector collector = new Collector()) {
            collector.context().addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    MulticastDefinition all = from("segment:web?writeKey=WEB&exchange=" + exchange)
                            .multicast()
                            .stopOnException();
                    steps.forEach((name, step) -> {
                        all.to("direct:" + name);
                        from("direct:" + name).process(step).to("segment-kinesis:" + name + connection());
                    });
                }
            });
            assertThat(collector.send(EVENTS)).isEqualTo(200);
        }
        Map<String, List<String>> delivered = new LinkedHashMap<>();
        for (String step : steps.keySet()) {
            List<String> ids = new ArrayList<>();
            for (KinesisRecord record : aws.stream(step).records()) {
                ids.add(JSON.readTree(record.text()).get("messageId").asText());
            }
            delivered.put(step, ids);
        }
        return delivered;
    }

    private String connection() {
        return "?lingerTime=1ms&overrideEndpoint=true&uriEndpointOverride=" + aws.endpoint()
                + "&accessKey=AKIDTEST&secretKey=SECRETTEST";
    }
}
