package io.camelsegment.routes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.camelsegment.BatchFailure;
import io.camelsegment.SegmentBatch;
import io.camelsegment.SegmentConverter;
import io.camelsegment.TransformException;
import io.camelsegment.event.SegmentEvent;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.Yaml;

/** Steps as settings and YAML write them. */
class TransformStepsTest {

    private final DefaultCamelContext camel = new DefaultCamelContext();
    private final List<Object> passed = new ArrayList<>();
    private final List<String> dead = new ArrayList<>();

    @AfterEach
    void stop() {
        camel.stop();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "drop: properties.a                                |"
                        + " \"properties\":{\"b\":1.10},\"traits\":{\"e\":\"x\"}",
                "drop: [properties, traits.e]                      | \"traits\":{}",
                "keep: [properties.b, traits.x]                    | \"properties\":{\"b\":1.10},\"traits\":{}",
                "mask: traits.e                                    |"
                        + " \"properties\":{\"a\":1,\"b\":1.10},\"traits\":{\"e\":\"***\"}",
                "set: { properties.a: 2, properties.c: [true] }    |"
                        + " \"properties\":{\"a\":2,\"b\":1.10,\"c\":[true]},\"traits\":{\"e\":\"x\"}",
                "hash: traits.e                                    |"
                        + " \"properties\":{\"a\":1,\"b\":1.10},\"traits\":{\"e\":\"2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881\"}",
                "hash: { path: [traits.e], salt: k }               |"
                        + " \"properties\":{\"a\":1,\"b\":1.10},\"traits\":{\"e\":\"c38edc8815c8489f64738978f44008f8596345545f0baa68ef6fcf5c53e57189\"}",
                "sample: 1                                         |"
                        + " \"properties\":{\"a\":1,\"b\":1.10},\"traits\":{\"e\":\"x\"}",
                "sample: { share: 1.0, by: userId }                |"
                        + " \"properties\":{\"a\":1,\"b\":1.10},\"traits\":{\"e\":\"x\"}",
                "allow: [Order*, page]                             |"
                        + " \"properties\":{\"a\":1,\"b\":1.10},\"traits\":{\"e\":\"x\"}",
                "block: page                                       |"
                        + " \"properties\":{\"a\":1,\"b\":1.10},\"traits\":{\"e\":\"x\"}",
                "through: direct:clean                             |"
                        + " \"properties\":{\"b\":1.10},\"traits\":{\"e\":\"x\"}",
                "direct:clean                                      |"
                        + " \"properties\":{\"b\":1.10},\"traits\":{\"e\":\"x\"}",
                "kamelet:clean                                     |"
                        + " \"properties\":{\"b\":1.10},\"traits\":{\"e\":\"x\"}",
            })
    void readsAStep(String yaml, String members) throws Exception {
        start(yaml);

        send(event());

        assertThat(new String(((SegmentEvent) passed.get(0)).json(), UTF_8))
                .isEqualTo("{\"type\":\"track\",\"event\":\"Order\",\"userId\":\"u\",\"messageId\":\"m\"," + members
                        + "}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a{{b}}c", "{{b}}", "{{b:}}", "a{{c"})
    void takesASaltAsTheTextThatItIs(String salt) throws Exception {
        start("hash: { path: traits.e, salt: '" + salt + "' }");

        send(event());

        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(salt.getBytes(UTF_8), "HmacSHA256"));
        assertThat(((SegmentEvent) passed.get(0)).trait("e"))
                .isEqualTo(HexFormat.of().formatHex(mac.doFinal("x".getBytes(UTF_8))));
    }

    @Test
    void renames() throws Exception {
        start("rename: { Order: Order Placed, Other: x }");

        send(event());

        assertThat(((SegmentEvent) passed.get(0)).event()).isEqualTo("Order Placed");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "dorp: a              | expected one of drop, keep, mask, hash, set, rename, sample, allow, block,"
                        + " validate, through, but was \"dorp\": did you mean drop?",
                "Drop: a              | expected one of drop, keep, mask, hash, set, rename, sample, allow, block,"
                        + " validate, through, but was \"Drop\": did you mean drop?",
                "encrypt: a           | expected one of drop, keep, mask, hash, set, rename, sample, allow, block,"
                        + " validate, through, but was \"encrypt\"",
                "drop                 | expected one of drop, keep, mask, hash, set, rename, sample, allow, block,"
                        + " validate, through with what it is given, such as \"drop: properties.password\", or the URI of"
                        + " a route",
                "drop:                | drop: expected text or a list of texts, but was nothing",
                "drop: a..b           | drop: expected names with dots between them, such as traits.address.city, and a"
                        + " backslash only before a dot or a backslash of a name, but was \"a..b\"",
                "keep: properties     | keep: expected members of an object, such as properties.plan, but was"
                        + " \"properties\"",
                "hash: { paths: a }   | hash: expected path, salt, country-code, but was \"paths\":"
                        + " did you mean path?",
                "hash: { path: a, slat: s3cret } | hash: expected path, salt, country-code, but was \"slat\":"
                        + " did you mean salt?",
                "hash: { path: a, salt: { x: s3cret } } | hash: expected text or a list of texts, but was a map",
                "mask: { path: a }    | mask: expected text or a list of texts, but was a map",
                "allow: [[a]]         | allow: expected text or a list of texts, but was a list",
                "sample: 5%           | sample: expected a share from 0 to 1, such as 0.1, but was \"5%\"",
                "hash: { path: a, salt: ~ } | hash: expected text or a list of texts, but was nothing",
                "sample: { share: 0.1, by: } | sample: expected text or a list of texts, but was nothing",
                "set: properties.a    | set: expected entries such as { properties.plan: pro }, but was"
                        + " \"properties.a\"",
                "sample: ten          | sample: expected a share from 0 to 1, such as 0.1, but was \"ten\"",
                "sample: 10           | sample: expected a share from 0 to 1, such as 0.1, but was 10.0",
            })
    void tellsWhatWasExpected(String yaml, String message) {
        Object step = new Yaml().load(yaml);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> TransformSteps.of(step))
                .withMessage(message);
    }

    @Test
    void whatARouteGivesBackMustBeAnEventAndTheReasonIsTold() throws Exception {
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:broken").setBody(constant("{\"type\":\"track\",\"event\":\"s3cret\"}"));
            }
        });
        start("direct:broken");

        assertThat(send(event()).getException())
                .isInstanceOf(TransformException.class)
                .hasMessage("through needs an event back, or JSON that is one, but expected userId or anonymousId but"
                        + " was neither at $");
    }

    @Test
    void eachEventOfABatchGoesThroughTheRouteAndFailsThereAlone() throws Exception {
        start("direct:clean");
        SegmentBatch batch = new SegmentBatch(List.of(
                event(),
                event().with("event", "stop"),
                event().with("event", "fail"),
                event().with("event", "handled"),
                event().with("event", "io")));

        Exchange exchange = send(batch);
        assertThat(exchange.getException())
                .isInstanceOf(TransformException.class)
                .hasMessage("through direct:clean: it threw java.lang.IllegalStateException");
        assertThat(BatchFailure.undelivered(exchange)).containsExactly(batch.get(2));

        // The source routes the others again, without what failed.
        Exchange second = send(batch.minus(BatchFailure.undelivered(exchange)));
        assertThat(second.getException()).isInstanceOf(IOException.class);
        assertThat(BatchFailure.undelivered(second)).containsExactly(batch.get(4));

        Exchange third = send(batch.filter(event -> !List.of("fail", "io").contains(event.event())));
        assertThat(third.getException()).isNull();
        assertThat(((SegmentBatch) passed.get(0)).toList())
                .extracting(SegmentEvent::event)
                .containsExactly("Order");
        assertThat(dead).containsOnly("handled");
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 429, 500, 503})
    void aServiceThatIsBusyOrBrokenHasTheSenderRepeatTheEvent(int status) throws Exception {
        camel.addRoutes(answering(status));
        start("direct:service");

        assertThat(send(event()).getException()).isInstanceOf(HttpOperationFailedException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {302, 400, 404, 422})
    void aServiceThatRefusesAnEventHasItRefused(int status) throws Exception {
        camel.addRoutes(answering(status));
        start("direct:service");

        assertThat(send(event()).getException())
                .isInstanceOf(TransformException.class)
                .hasMessage("through direct:service: it threw " + HttpOperationFailedException.class.getName());
    }

    private static RouteBuilder answering(int status) {
        return new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:service")
                        .errorHandler(noErrorHandler())
                        .throwException(new HttpOperationFailedException(
                                "http://s3cret", status, "s3cret", null, Map.of(), "s3cret"));
            }
        };
    }

    @ParameterizedTest
    @ValueSource(strings = {"stopRoute", "suspendRoute", "removed"})
    void aRouteThatDoesNotRunHasTheSenderRepeatTheEvent(String how) throws Exception {
        start("direct:clean?block=false");
        String route = camel.getRoutes().stream()
                .filter(one -> one.getEndpoint().getEndpointUri().contains("clean"))
                .findFirst()
                .orElseThrow()
                .getRouteId();
        if (how.equals("suspendRoute")) {
            camel.getRouteController().suspendRoute(route);
        } else {
            camel.getRouteController().stopRoute(route);
        }
        if (how.equals("removed")) {
            camel.removeRoute(route);
        }

        assertThat(send(event()).getException())
                .isNotNull()
                .isNotInstanceOf(TransformException.class)
                .extracting(failure -> failure.getClass().getSimpleName())
                .asString()
                .matches("DirectConsumerNotAvailableException|RejectedExecutionException");
    }

    @Test
    void aMistakeInTheRouteIsNamedWithItsCauses() throws Exception {
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:typo").errorHandler(noErrorHandler()).setBody(simple("${body.witout('properties')}"));
            }
        });
        start("direct:typo");

        assertThat(send(event()).getException())
                .isInstanceOf(TransformException.class)
                .hasMessageStartingWith("through direct:typo: it threw ")
                .hasMessageContaining("MethodNotFoundException");
    }

    @ParameterizedTest
    @CsvSource({"allow: Order, allow", "block: Other, block"})
    void aStepIsNamedAsTheSetting(String yaml, String name) {
        assertThat(TransformSteps.of(new Yaml().load(yaml))).hasToString(name);
    }

    @Test
    void aRouteMayMakeAMap() throws Exception {
        start("direct:map");

        send(new SegmentBatch(List.of(event(), event().with("integrations.All", false))));

        List<SegmentEvent> events = ((SegmentBatch) passed.get(0)).toList();
        assertThat(events).extracting(event -> event.property("a")).containsExactly("changed", "changed");
        assertThat(events)
                .extracting(event -> event.isEnabledFor("Amazon Kinesis"))
                .containsExactly(true, false);
        assertThat(events).extracting(event -> event.property("b").toString()).containsExactly("1.10", "1.10");
    }

    private void start(String yaml) throws Exception {
        EventTransform step = TransformSteps.of(new Yaml().load(yaml));
        assertThat(TransformSteps.mayBlock(step)).isEqualTo(yaml.contains("direct:") || yaml.contains("kamelet:"));
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                from("direct:in")
                        .process(step)
                        .process(exchange -> passed.add(exchange.getMessage().getBody()));
                from("direct:clean")
                        .errorHandler(defaultErrorHandler())
                        .onException(UnsupportedOperationException.class)
                        .handled(true)
                        .process(exchange -> dead.add(exchange.getMessage()
                                .getBody(SegmentEvent.class)
                                .event()))
                        .end()
                        .choice()
                        .when(simple("${body.event} == 'stop'"))
                        .stop()
                        .when(simple("${body.event} == 'fail'"))
                        .throwException(new IllegalStateException("s3cret"))
                        .when(simple("${body.event} == 'handled'"))
                        .throwException(new UnsupportedOperationException("s3cret"))
                        .when(simple("${body.event} == 'io'"))
                        .throwException(new IOException("s3cret"))
                        .end()
                        .setBody(simple("${body.without('properties.a')}"));
                routeTemplate("clean").from("kamelet:source").to("direct:clean");
                from("direct:map").convertBodyTo(Map.class).process(exchange -> {
                    @SuppressWarnings("unchecked")
                    Map<String, Object> properties = (Map<String, Object>)
                            exchange.getMessage().getBody(Map.class).get("properties");
                    properties.put("a", "changed");
                });
            }
        });
        camel.start();
    }

    private Exchange send(Object body) {
        Exchange exchange = new DefaultExchange(camel);
        exchange.getMessage().setBody(body);
        return camel.createProducerTemplate().send("direct:in", exchange);
    }

    private static SegmentEvent event() throws Exception {
        byte[] json = ("{\"type\":\"track\",\"event\":\"Order\",\"userId\":\"u\",\"messageId\":\"m\","
                        + "\"properties\":{\"a\":1,\"b\":1.10},\"traits\":{\"e\":\"x\"}}")
                .getBytes(UTF_8);
        return SegmentConverter.toEvent(json, null).withJson(json);
    }
}
