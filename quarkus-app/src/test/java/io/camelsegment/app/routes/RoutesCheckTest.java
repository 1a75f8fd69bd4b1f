package io.camelsegment.app.routes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RoutesCheckTest {

    @Test
    void looksAtTheEndpointsOfAllStepsButThoseThatDependOnTheEvent() throws Exception {
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            context.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("direct:a").routeId("a").to("nowhere:a");
                    from("direct:b").routeId("b").choice().when(body()).wireTap("nowhere:b");
                    from("direct:c").routeId("c").toD("nowhere:c");
                    from("direct:d").routeId("d").toD("nowhere:${header.d}").to("log:d");
                }
            });
            RoutesCheck check = new RoutesCheck(context);

            check.check(List.of(), List.of(), Map.of());

            assertThat(check.mistakes())
                    .extracting(mistake -> mistake.replaceAll(":.*", ""))
                    .containsExactly("route a", "route b", "route c");
            assertThat(check.routes()).containsExactly("a", "b", "c", "d");
        }
    }

    @Test
    void looksAtRoutesOfTemplatesWithTheirParameters() throws Exception {
        RoutesCheck check = check(new RouteBuilder() {
            @Override
            public void configure() {
                routeTemplate("forward")
                        .templateParameter("from")
                        .templateParameter("to", "log:forwarded")
                        .from("direct:{{from}}")
                        .to("{{to}}");
                templatedRoute("forward").routeId("good").parameter("from", "a");
                templatedRoute("forward").routeId("bad").parameter("from", "b").parameter("to", "nowhere:b");
            }
        });

        assertThat(check.mistakes())
                .containsExactly("route bad: expected endpoints and options that Camel knows, but there is no component"
                        + " nowhere: correct it");
        assertThat(check.routes()).containsExactly("good", "bad");
    }

    /** Beans are not looked at; each route of the template would get its own. */
    @Test
    void makesNoBeansOfTemplates() throws Exception {
        AtomicInteger made = new AtomicInteger();
        RoutesCheck check = check(new RouteBuilder() {
            @Override
            public void configure() {
                routeTemplate("counted")
                        .templateBean("mine", Object.class, context -> made.incrementAndGet())
                        .from("direct:counted")
                        .to("bean:{{mine}}");
                templatedRoute("counted").routeId("one");
            }
        });

        assertThat(check.mistakes()).isEmpty();
        assertThat(check.routes()).containsExactly("one");
        assertThat(made).hasValue(0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"false", "{{enabled:false}}", "${camelId} == 'other'"})
    void aRouteThatIsLeftOutMayLackWhatItNeeds(String precondition) throws Exception {
        RoutesCheck check = check(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:left").routeId("left").precondition(precondition).to("nowhere:{{missing}}");
                from("direct:in").routeId("in").precondition("true").to("nowhere:in");
            }
        });

        assertThat(check.mistakes()).singleElement().asString().startsWith("route in: ");
        assertThat(check.routes()).containsExactly("in");
    }

    @Test
    void theParametersOfATemplateDecideWhetherItsRouteIsLeftOut() throws Exception {
        RoutesCheck check = check(new RouteBuilder() {
            @Override
            public void configure() {
                routeTemplate("optional")
                        .templateParameter("on")
                        .templateParameter("to")
                        .from("direct:optional")
                        .precondition("{{on}}")
                        .to("{{to}}");
                templatedRoute("optional")
                        .routeId("off")
                        .parameter("on", "false")
                        .parameter("to", "nowhere:off");
                templatedRoute("optional").routeId("on").parameter("on", "true").parameter("to", "log:on");
            }
        });

        assertThat(check.mistakes()).isEmpty();
        assertThat(check.routes()).containsExactly("on");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{{missing}}", "${nosuch.function}"})
    void aPreconditionThatCannotBeReadIsAMistake(String precondition) throws Exception {
        RoutesCheck check = check(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:a").routeId("a").precondition(precondition).to("log:a");
            }
        });

        assertThat(check.mistakes())
                .singleElement()
                .asString()
                .startsWith("route a: expected a precondition that Camel can read, but ");
    }

    private static RoutesCheck check(RouteBuilder routes) throws Exception {
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            RoutesCheck check = new RoutesCheck(context);
            check.check(List.of(), List.of(), Map.of(), routes);
            return check;
        }
    }
}
