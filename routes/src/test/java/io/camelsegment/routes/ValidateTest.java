package io.camelsegment.routes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.camelsegment.BatchFailure;
import io.camelsegment.SegmentBatch;
import io.camelsegment.SegmentConstants;
import io.camelsegment.SegmentConverter;
import io.camelsegment.TransformException;
import io.camelsegment.event.SegmentEvent;
import io.camelsegment.routes.TrackingPlan.Violation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Events against the tracking plans of both of Segment's APIs. */
class ValidateTest {

    private static final String SCHEMA =
            """
            {"$schema":"http://json-schema.org/draft-07/schema#","type":"object","properties":{"properties":{
              "type":"object","required":["products"],"additionalProperties":false,
              "properties":{"products":{"type":"array"},"total":{"type":"number"},"coupon":{"type":["string","null"],
              "pattern":"^C"}}}}}
            """;

    private static final String TRAITS =
            """
            {"type":"object","properties":{"traits":{"type":"object","required":["email"]}}}
            """;

    private static final String PLAN =
            """
            {"id":"tp_1","name":"Shop","rules":[
              {"type":"TRACK","key":"Order Completed","version":1,"jsonSchema":%s},
              {"type":"IDENTIFY","version":1,"jsonSchema":%s},
              {"type":"COMMON","jsonSchema":{"type":"object","required":["context"]}}]}
            """
                    .formatted(SCHEMA, TRAITS);

    private static final String FORMER_PLAN =
            """
            {"name":"workspaces/w/tracking-plans/rs_1","display_name":"Shop","rules":{
              "events":[{"name":"Order Completed","version":1,"rules":%s}],
              "identify":%s,
              "global":{"type":"object","required":["context"]}}}
            """
                    .formatted(SCHEMA, TRAITS);

    private final DefaultCamelContext camel = new DefaultCamelContext();
    private final List<Object> passed = new ArrayList<>();
    private final List<SegmentEvent> violations = new ArrayList<>();

    @AfterEach
    void stop() {
        camel.stop();
    }

    @ParameterizedTest
    @ValueSource(strings = {PLAN_API, FORMER_API})
    void listsWhatThePlanDoesNotAllow(String api) throws Exception {
        TrackingPlan plan = TrackingPlan.of(api.equals(PLAN_API) ? PLAN : FORMER_PLAN);

        assertThat(plan.name()).isEqualTo("Shop");
        assertThat(plan.violations(order("\"products\":[],\"total\":1e400"))).isEmpty();
        assertThat(plan.violations(order("\"total\":\"s3cret\",\"coupon\":\"s3cret\",\"x\":1")))
                .containsExactly(
                        new Violation("properties.coupon", "Pattern", "properties.coupon does not fit pattern"),
                        new Violation("properties.products", "Required", "properties.products is required"),
                        new Violation("properties.total", "Type", "properties.total has the wrong type"),
                        new Violation(
                                "properties.x", "Unplanned Property", "properties.x is not in the tracking plan"));
        assertThat(plan.violations(order("\"products\":[]").with("event", "Order completed")))
                .containsExactly(new Violation("event", "Unplanned Event", "event is not in the tracking plan"));
        assertThat(plan.violations(event("{\"type\":\"identify\",\"userId\":\"u\",\"traits\":{}}")))
                .extracting(Violation::field)
                .containsExactly("context", "traits.email");
        assertThat(plan.violations(event("{\"type\":\"page\",\"userId\":\"u\",\"context\":{}}")))
                .isEmpty();
    }

    private static final String PLAN_API = "Public API";
    private static final String FORMER_API = "former API";

    @ParameterizedTest
    @ValueSource(strings = {"direct:violations", "kamelet:violations"})
    void sendsViolationsAsSegmentDoesAndLetsEventsPass(String uri) throws Exception {
        start(Transforms.validate(TrackingPlan.of(PLAN)).violations(uri));
        SegmentBatch batch = new SegmentBatch(List.of(order("\"total\":1"), order("\"products\":[]")));

        Exchange exchange = send(batch);

        assertThat(exchange.getException()).isNull();
        assertThat(((SegmentBatch) passed.get(0)).toList()).containsExactlyElementsOf(batch);
        assertThat(violations).hasSize(1);
        SegmentEvent violation = violations.get(0);
        assertThat(violation.event()).isEqualTo("Violation Generated");
        assertThat(violation.userId()).isEqualTo("schema-violations");
        assertThat(violation.get("properties"))
                .asInstanceOf(InstanceOfAssertFactories.map(String.class, Object.class))
                .containsEntry("eventMessageID", "m1")
                .containsEntry("eventName", "Order Completed")
                .containsEntry("eventType", "track")
                .containsEntry("sourceName", "web")
                .containsEntry("trackingPlanID", "tp_1")
                .containsEntry("trackingPlanName", "Shop")
                .containsEntry("violationDescription", "properties.products is required")
                .containsEntry("violationField", "properties.products")
                .containsEntry("violationType", "Required");
    }

    @Test
    void blocksWithTheListOfViolations() throws Exception {
        start(Transforms.validate(TrackingPlan.of(PLAN)).block());
        SegmentBatch batch = new SegmentBatch(List.of(order("\"total\":\"s3cret\""), order("\"products\":[]")));

        Exchange exchange = send(batch);

        assertThat(exchange.getException())
                .isInstanceOf(TransformException.class)
                .hasMessage("properties.products is required; properties.total has the wrong type");
        assertThat(((TransformException) exchange.getException()).code()).isEqualTo("tracking_plan_violation");
        assertThat(BatchFailure.undelivered(exchange)).containsExactly(batch.get(0));
    }

    @Test
    void aStepOfTheSettingsReadsAFile(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("plan.json"), PLAN);
        EventTransform plain = TransformSteps.of(Map.of("validate", file.toString()));
        EventTransform step = TransformSteps.of(
                Map.of("validate", Map.of("plan", file.toString(), "violations", "direct:violations", "block", true)));
        start(step);

        assertThat(send(order("\"total\":1")).getException()).isInstanceOf(TransformException.class);

        assertThat(violations).hasSize(1);
        assertThat(TransformSteps.mayBlock(step)).isTrue();
        assertThat(TransformSteps.mayBlock(plain)).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{              | expected a tracking plan, but it is no JSON",
                "{}             | expected a tracking plan, a JSON object with rules, but it has none",
                "{\"rules\":[{\"type\":\"TRACK\",\"jsonSchema\":{}}]} | expected the name of an event in each rule for track events, but one has none",
                "{\"rules\":[{\"type\":\"TRACK\",\"key\":\"A\"}]} | expected a JSON Schema in each rule, but one has none",
                "{\"rules\":[{\"type\":\"X\",\"jsonSchema\":{}}]} | expected TRACK, IDENTIFY, GROUP, PAGE, SCREEN, ALIAS or COMMON as the type of a rule, but was \"X\"",
            })
    void refusesWhatIsNoPlan(String json, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TrackingPlan.of(json))
                .withMessage(message);
    }

    @Test
    void refusesAFileThatIsNotThere() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TransformSteps.of(Map.of("validate", "no/such/plan.json")))
                .withMessage("validate: expected a file with a tracking plan, but no/such/plan.json cannot be read:"
                        + " NoSuchFileException");
    }

    private void start(EventTransform step) throws Exception {
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                from("direct:in")
                        .routeId("in")
                        .process(step)
                        .process(exchange -> passed.add(exchange.getMessage().getBody()));
                from("direct:violations")
                        .process(
                                exchange -> violations.add(exchange.getMessage().getBody(SegmentEvent.class)));
                routeTemplate("violations").from("kamelet:source").to("direct:violations");
            }
        });
        camel.start();
    }

    private Exchange send(Object body) {
        Exchange exchange = new DefaultExchange(camel);
        exchange.getMessage().setBody(body);
        exchange.getMessage().setHeader(SegmentConstants.SOURCE, "web");
        return camel.createProducerTemplate().send("direct:in", exchange);
    }

    private static SegmentEvent order(String properties) throws Exception {
        return event("{\"type\":\"track\",\"event\":\"Order Completed\",\"userId\":\"u\",\"messageId\":\"m1\","
                + "\"context\":{},\"properties\":{" + properties + "}}");
    }

    private static SegmentEvent event(String json) throws Exception {
        return SegmentConverter.toEvent(json.getBytes(UTF_8), null);
    }
}
