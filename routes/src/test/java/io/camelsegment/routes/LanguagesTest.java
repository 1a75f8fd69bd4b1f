package io.camelsegment.routes;

import static org.apache.camel.builder.Builder.body;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.camelsegment.localaws.KinesisRecord;
import io.camelsegment.localaws.LocalAws;
import io.camelsegment.localaws.LocalAwsExtension;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.camel.ValidationException;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.model.ProcessorDefinition;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the languages and components of Camel make of an event is an event at a sink, with its ids and consent of now.
 */
@ExtendWith(LocalAwsExtension.class)
class LanguagesTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Only the second allows Amazon Kinesis after a change, and only the first before. */
    private static final String[] EVENTS = {event(0, true, false), event(1, false, true)};

    private LocalAws aws;

    @BeforeEach
    void start(LocalAws localAws) {
        aws = localAws;
        aws.reset();
        aws.createStream("events", 2);
    }

    private static String event(int number, boolean before, boolean after) {
        String event = "{\"type\":\"identify\",\"userId\":\"%s-%d\",\"messageId\":\"%s-m%d\","
                + "\"integrations\":{\"Amazon Kinesis\":%b},\"traits\":{\"n\":9007199254740993%s}}";
        String inner = event.formatted("new", number, "new", number, after, "");
        return event.formatted("old", number, "old", number, before, ",\"consent\":" + after + ",\"inner\":" + inner);
    }

    /** A way to give an event other ids and another consent. */
    private interface Way extends UnaryOperator<ProcessorDefinition<?>> {}

    private static Named<Way> way(String name, Way way) {
        return Named.of(name, way);
    }

    private static Stream<Named<Way>> ways() {
        return Stream.of(
                way("a member by JSONPath", route -> route.setBody().jsonpath("$.traits.inner")),
                way("transform by JSONPath", route -> route.transform().jsonpath("$.traits.inner")),
                way("a member by jq", route -> route.setBody().jq(".traits.inner")),
                way(
                        "a change by jq",
                        route -> route.transform()
                                .jq(
                                        """
                                .userId |= sub("old"; "new") | .messageId |= sub("old"; "new")
                                | .integrations["Amazon Kinesis"] = .traits.consent""")),
                way("text by jq", route -> route.setBody().jq(".traits.inner | tojson")),
                way(
                        "an event by Groovy",
                        route -> route.setBody()
                                .groovy(
                                        """
                                body.with('userId', body.userId().replace('old', 'new'))
                                    .with('messageId', body.messageId().replace('old', 'new'))
                                    .with('integrations', ['Amazon Kinesis': body.trait('consent')])""")),
                way(
                        "a map by Groovy",
                        route -> route.convertBodyTo(Map.class)
                                .transform()
                                .groovy(
                                        """
                                body + [userId: body.userId.replace('old', 'new'),
                                        messageId: "${body.messageId.replace('old', 'new')}",
                                        integrations: ['Amazon Kinesis': body.traits.consent]]""")),
                way(
                        "a GString by Groovy",
                        route -> route.setBody()
                                .groovy(
                                        """
                                def user = body.userId().replace('old', 'new')
                                def id = body.messageId().replace('old', 'new')
                                $/{"type":"identify","userId":"$user","messageId":"$id",
                                "integrations":{"Amazon Kinesis":${body.trait('consent')}},
                                "traits":{"n":${body.trait('n')}}}/$""")));
    }

    @ParameterizedTest
    @MethodSource("ways")
    void aResultIsDeliveredAsItIsNow(Way way) throws Exception {
        assertChanged("event", route -> way.apply(route).to(kinesis()));
    }

    @ParameterizedTest
    @MethodSource("ways")
    void aResultIsDeliveredAsItIsNowBehindASplitOfARequest(Way way) throws Exception {
        assertChanged("request", route -> way.apply(route.split(body())).to(kinesis()));
    }

    @ParameterizedTest
    @MethodSource("ways")
    void aMappingKnowsAResult(Way way) throws Exception {
        assertChanged("event", route -> way.apply(route)
                .to("segment-mapping:events?row.*=events&sink=RAW(" + kinesis().replace(":events", ":{stream}") + ")"));
    }

    @Test
    void aMappingKnowsTheEventsInAListOfARequest() throws Exception {
        String list = "body.collect { it.without('integrations') }";

        int status = send("request", route -> route.setBody()
                .groovy(list)
                .process(Transforms.set("userId", "v"))
                .to("segment-mapping:events?row.identify=events&sink=RAW("
                        + kinesis().replace(":events", ":{stream}") + ")"));

        assertThat(status).isEqualTo(200);
        assertThat(aws.stream("events").records())
                .extracting(KinesisRecord::partitionKey)
                .containsExactly("v");
    }

    private static Stream<Named<Way>> waysToTheFirstEvent() {
        return Stream.of(
                way("JSONPath", route -> route.setBody().jsonpath("$")),
                way("transform by JSONPath", route -> route.transform().jsonpath("$")),
                way("a map", route -> route.setBody()
                        .groovy("[type: 'page', userId: 'v', messageId: body.toList()[0].messageId()]")),
                way("text", route -> route.setBody().groovy("new String(body.toList()[0].json())")));
    }

    /** The others would be lost. */
    @ParameterizedTest
    @MethodSource("waysToTheFirstEvent")
    void oneOfTheEventsOfARequestIsNotTakenForAll(Way way) throws Exception {
        int status = send("request", route -> way.apply(route).to(kinesis() + "&integrationName="));

        assertThat(status).isEqualTo(200);
        assertThat(aws.stream("events").records()).isEmpty();
    }

    private void assertChanged(String exchange, UnaryOperator<ProcessorDefinition<?>> route) throws Exception {
        assertThat(send(exchange, route)).isEqualTo(200);

        List<KinesisRecord> records = aws.stream("events").records();
        assertThat(records).extracting(KinesisRecord::partitionKey).containsExactly("new-1");
        JsonNode event = JSON.readTree(records.get(0).text());
        assertThat(event.path("userId").asText()).isEqualTo("new-1");
        assertThat(event.path("messageId").asText()).isEqualTo("new-m1");
        assertThat(event.at("/traits/n").asText()).isEqualTo("9007199254740993");
    }

    private int send(String exchange, UnaryOperator<ProcessorDefinition<?>> route) throws Exception {
        try (Collector collector = new Collector()) {
            collector.context().addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    onException(ValidationException.class).handled(true).to(kinesis() + "&integrationName=");
                    var unused = route.apply(from("segment:web?writeKey=WEB&exchange=" + exchange));
                }
            });
            return collector.send(EVENTS);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"event", "request"})
    void theValidatorOfCamelTakesEvents(String exchange, @TempDir Path directory) throws Exception {
        Path schema = directory.resolve("schema.json");
        Files.writeString(
                schema,
                """
                {"type": "object", "properties": {"traits": {"properties": {"consent": {"const": true}}}}}""");
        assertThat(send(exchange, route -> (exchange.equals("event") ? route : route.split(body()))
                        .to("json-validator:file:" + schema)
                        .setHeader("CamelAwsKinesisPartitionKey")
                        .constant("valid")
                        .to(kinesis() + "&integrationName=")))
                .isEqualTo(200);

        assertThat(aws.stream("events").records())
                .extracting(KinesisRecord::partitionKey, record -> record.text().replaceAll(",\"timestamp\".*", "}"))
                .containsExactlyInAnyOrder(tuple("old-0", EVENTS[0]), tuple("valid", EVENTS[1]));
    }

    private String kinesis() {
        return "segment-kinesis:events?overrideEndpoint=true&uriEndpointOverride=" + aws.endpoint()
                + "&accessKey=AKIDTEST&secretKey=SECRETTEST";
    }
}
