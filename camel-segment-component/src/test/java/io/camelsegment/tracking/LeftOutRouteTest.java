package io.camelsegment.tracking;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.camelsegment.testing.SegmentServer;
import java.time.Duration;
import java.util.Properties;
import org.apache.camel.CamelContext;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Senders wait for the source of a route that its {@code precondition} leaves out. */
class LeftOutRouteTest {

    private static final String EVENT = "{\"userId\":\"u\",\"event\":\"E\"}";
    private static final String URI = "segment:left?writeKey={{key}},OLD&webhook=true";

    enum Form {
        JAVA {
            @Override
            void add(CamelContext context, String precondition) throws Exception {
                context.addRoutes(leftOut("left", URI, precondition));
            }
        },
        JAVA_WITHOUT_ID {
            @Override
            void add(CamelContext context, String precondition) throws Exception {
                context.addRoutes(new RouteBuilder() {
                    @Override
                    public void configure() {
                        from(URI).precondition(precondition).process(exchange -> {});
                    }
                });
            }
        },
        AN_ENDPOINT {
            @Override
            void add(CamelContext context, String precondition) throws Exception {
                context.addRoutes(new RouteBuilder() {
                    @Override
                    public void configure() {
                        from(endpoint(URI))
                                .routeId("left")
                                .precondition(precondition)
                                .process(exchange -> {});
                    }
                });
            }
        },
        A_WHOLE_PLACEHOLDER {
            @Override
            void add(CamelContext context, String precondition) throws Exception {
                context.addRoutes(leftOut("left", "{{uri}}", precondition));
            }
        },
        BESIDE_ONE_THAT_CANNOT_BE_READ {
            @Override
            void add(CamelContext context, String precondition) throws Exception {
                context.addRoutes(leftOut("missing", "segment:missing?writeKey={{missing}}", "false"));
                context.addRoutes(leftOut("typo", "segment:typo?writeKey=TYPO&wbhook=true", "false"));
                context.addRoutes(leftOut("kafka", "kafka:{{missing}}", "false"));
                context.addRoutes(leftOut("left", URI, precondition));
            }
        },
        YAML {
            @Override
            void add(CamelContext context, String precondition) throws Exception {
                String yaml =
                        """
                        - route:
                            id: left
                            precondition: "%s"
                            from:
                              uri: segment:left
                              parameters:
                                writeKey: "{{key}},OLD"
                                webhook: true
                              steps:
                                - setBody:
                                    constant: done
                        """
                                .formatted(precondition);
                PluginHelper.getRoutesLoader(context)
                        .updateRoutes(ResourceHelper.fromBytes("left.camel.yaml", yaml.getBytes(UTF_8)));
            }
        };

        abstract void add(CamelContext context, String precondition) throws Exception;
    }

    private static final RoutesBuilder OTHER = new RouteBuilder() {
        @Override
        public void configure() {
            from("segment:web?writeKey=WEB").process(exchange -> {});
        }
    };

    private static RoutesBuilder leftOut(String id, String uri, String precondition) {
        return new RouteBuilder() {
            @Override
            public void configure() {
                from(uri).routeId(id).precondition(precondition).process(exchange -> {});
            }
        };
    }

    static RoutesBuilder in(Form form, String precondition) {
        return new RouteBuilder() {
            @Override
            public void configure() throws Exception {
                Properties properties = new Properties();
                properties.setProperty("key", "LEFT");
                properties.setProperty("uri", URI);
                properties.setProperty("enabled", "false");
                getContext().getPropertiesComponent().setInitialProperties(properties);
                form.add(getContext(), precondition);
            }
        };
    }

    static void assertStatus(SegmentServer server, int status) throws Exception {
        for (String key : new String[] {"LEFT", "OLD"}) {
            assertThat(server.post("/v1/track", key, EVENT).statusCode())
                    .as(key)
                    .isEqualTo(status);
        }
        assertThat(server.post("/v1/webhook/left", null, "{\"type\":\"page\",\"userId\":\"u\"}")
                        .statusCode())
                .as("webhook")
                .isEqualTo(status);
    }

    @ParameterizedTest
    @EnumSource
    void answers503(Form form) throws Exception {
        try (SegmentServer server = new SegmentServer(OTHER, in(form, "{{enabled}}"))) {
            assertStatus(server, 503);
            assertThat(server.post("/v1/track", "WEB", EVENT).statusCode()).isEqualTo(200);
            assertThat(server.post("/v1/track", "NONE", EVENT).statusCode()).isEqualTo(400);
        }
    }

    @ParameterizedTest
    @EnumSource
    void answers503WhenItIsAddedLater(Form form) throws Exception {
        try (SegmentServer server = new SegmentServer(OTHER)) {
            server.context().addRoutes(in(form, "${sysenv.NO_SUCH_VARIABLE} == 'on'"));

            assertStatus(server, 503);
        }
    }

    @ParameterizedTest
    @EnumSource(names = "JAVA_WITHOUT_ID", mode = EnumSource.Mode.EXCLUDE)
    void isLikeOthersOnceTheRouteIsLetIn(Form form) throws Exception {
        try (SegmentServer server = new SegmentServer(OTHER, in(form, "false"))) {
            server.context().addRoutes(in(form, "true"));
            assertStatus(server, 200);

            server.context().getComponent("segment", SegmentComponent.class).setRemovedSourceMemory(Duration.ZERO);
            server.context().getRouteController().stopRoute("left");
            server.context().removeRoute("left");
            assertThat(server.post("/v1/track", "LEFT", EVENT).statusCode()).isEqualTo(400);
        }
    }

    @Test
    void isUnknownAfterItsRemovalAlthoughItsPreconditionHoldsNoMore() throws Exception {
        Properties properties = new Properties();
        properties.setProperty("enabled", "true");
        try (SegmentServer server = new SegmentServer(OTHER)) {
            server.context().getPropertiesComponent().setInitialProperties(properties);
            server.context().getComponent("segment", SegmentComponent.class).setRemovedSourceMemory(Duration.ZERO);
            server.context().addRoutes(leftOut("left", "segment:left?writeKey=LEFT", "{{enabled}}"));
            assertThat(server.post("/v1/track", "LEFT", EVENT).statusCode()).isEqualTo(200);

            properties.setProperty("enabled", "false");
            server.context().getRouteController().stopRoute("left");
            server.context().removeRoute("left");

            assertThat(server.post("/v1/track", "LEFT", EVENT).statusCode()).isEqualTo(400);
        }
    }

    @ParameterizedTest
    @EnumSource
    void takesNothingFromARouteThatIsLetIn(Form form) throws Exception {
        RoutesBuilder letIn = new RouteBuilder() {
            @Override
            public void configure() {
                from("segment:left?writeKey=LEFT,OLD&webhook=true")
                        .precondition("true")
                        .process(exchange -> {});
            }
        };
        try (SegmentServer server = new SegmentServer(letIn, in(form, "false"))) {
            assertStatus(server, 200);
        }
    }
}
