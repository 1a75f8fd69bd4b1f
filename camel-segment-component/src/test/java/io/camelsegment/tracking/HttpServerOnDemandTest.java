package io.camelsegment.tracking;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.camelsegment.testing.RawHttp;
import java.net.URI;
import org.apache.camel.CamelContext;
import org.apache.camel.Component;
import org.apache.camel.RuntimeCamelException;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.platform.http.PlatformHttpComponent;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServer;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServerConfiguration;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.impl.engine.DefaultComponentResolver;
import org.apache.camel.spi.ComponentResolver;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The Camel CLI has no HTTP server until somebody asks for the component {@code platform-http}; its server asks for
 * that component again when it starts.
 */
class HttpServerOnDemandTest {

    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void receivesWhenTheServerIsSetUpByTheFirstQuestionForIt() throws Exception {
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            OnDemand resolver = new OnDemand();
            context.getCamelContextExtension().addContextPlugin(ComponentResolver.class, resolver);
            context.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("segment:web?writeKey=WEB").routeId("web").process(exchange -> {});
                }
            });

            context.start();

            URI server =
                    URI.create("http://127.0.0.1:" + resolver.server.getServer().actualPort());
            String event = "{\"writeKey\":\"WEB\",\"userId\":\"u\",\"event\":\"E\"}";
            RawHttp.Answer answer = RawHttp.exchange(
                    server,
                    "POST /v1/track HTTP/1.1\nHost: localhost\nContent-Length: " + event.length(),
                    event.getBytes(UTF_8));
            assertThat(answer.status()).isEqualTo(200);
        }
    }

    private static final class OnDemand extends DefaultComponentResolver {

        private VertxPlatformHttpServer server;

        @Override
        public Component resolveComponent(String name, CamelContext context) {
            if (name.equals("platform-http") && server == null) {
                VertxPlatformHttpServerConfiguration configuration = new VertxPlatformHttpServerConfiguration();
                configuration.setBindHost("127.0.0.1");
                configuration.setBindPort(0);
                server = new AskingServer(configuration);
                try {
                    context.addService(server, true, true);
                } catch (Exception e) {
                    throw new RuntimeCamelException(e);
                }
            }
            return super.resolveComponent(name, context);
        }
    }

    private static final class AskingServer extends VertxPlatformHttpServer {

        AskingServer(VertxPlatformHttpServerConfiguration configuration) {
            super(configuration);
        }

        @Override
        protected void doStart() throws Exception {
            super.doStart();
            getCamelContext().getComponent("platform-http", PlatformHttpComponent.class);
        }
    }
}
