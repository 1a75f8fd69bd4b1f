package io.camelsegment;

import static org.assertj.core.api.Assertions.assertThat;

import io.camelsegment.aws.SegmentCredentials;
import io.camelsegment.localaws.LocalAws;
import io.camelsegment.localaws.LocalAwsExtension;
import io.camelsegment.testing.CapturedLog;
import io.camelsegment.testing.SegmentServer;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.management.JMException;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.console.DevConsole;
import org.apache.camel.console.DevConsole.MediaType;
import org.apache.camel.console.DevConsoleRegistry;
import org.apache.camel.health.HealthCheckHelper;
import org.apache.camel.impl.console.DefaultDevConsoleRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

/**
 * Looks for secrets in all that Camel tells of routes which have delivered, failed and refused: exceptions, dev
 * consoles, JMX, health.
 */
@ExtendWith(LocalAwsExtension.class)
class SecretsTest {

    private static final String ROLE = "arn:aws:iam::123456789012:role/segment";

    private static final String EVENT =
            "{\"userId\":\"us3r\",\"event\":\"Ev3nt\",\"properties\":{\"plan\":\"c0ntent\"}}";

    /** The registry's, so that no route is written with one. */
    private static final Map<String, String> KEPT = Map.of(
            "web", "wr1teKey",
            "hook", "hook-wr1teKey",
            "misled", "misled-wr1teKey",
            "keyed", "keyed-wr1teKey",
            "forward", "forward-wr1teKey",
            "shared", "sh4redSecret",
            "secretId", "s3cretId",
            "wrongSecretId", "wr0ngSecretId",
            "secretKey", "s3cretAccessKey",
            "token", "s3ssionToken");

    private final Map<String, String> secrets = new LinkedHashMap<>(Map.of(
            "a write key", "wr1teKey",
            "the shared secret", "sh4redSecret",
            "the secret ID", "s3cretId",
            "a wrong secret ID", "wr0ngSecretId",
            "the secret key", "s3cretAccessKey",
            "the session token", "s3ssionToken",
            "content", "c0ntent",
            "an event's name", "Ev3nt",
            "a user", "us3r"));

    private final Queue<String> exceptions = new ConcurrentLinkedQueue<>();
    private List<String> log;
    private SegmentServer server;
    private CamelContext context;

    @BeforeEach
    void deliverFailAndRefuse(LocalAws aws) throws Exception {
        aws.reset();
        aws.createStream("events", 1);
        aws.createDeliveryStream("lake");
        aws.createRole(ROLE, "s3cretId");
        log = CapturedLog.of(() -> {
            server = new SegmentServer();
            context = server.context();
            addRoutes(aws);
            assertThat(status("/v1/track", "wr1teKey", EVENT)).isEqualTo(200);
            assertThat(status("/v1/batch", "wr1teKey", "{\"batch\":[" + EVENT + ",{\"type\":\"c0ntent\"}]}"))
                    .isEqualTo(200);
            assertThat(status("/v1/track", "wr1teKey", "{\"c0ntent\"}")).isEqualTo(400);
            assertThat(status("/v1/track", "unknown-wr1teKey", EVENT)).isEqualTo(400);
            assertThat(status("/v1/track", "misled-wr1teKey", EVENT)).isIn(429, 503);
            assertThat(status("/v1/track", "keyed-wr1teKey", EVENT)).isIn(429, 503);
        });
        AwsSessionCredentials session = (AwsSessionCredentials)
                SegmentCredentials.of(context).provider(ROLE, "s3cretId", null).resolveCredentials();
        secrets.put("the role's session token", session.sessionToken());
        secrets.put("the role's secret key", session.secretAccessKey());
    }

    private void addRoutes(LocalAws aws) throws Exception {
        SegmentCredentials credentials = SegmentCredentials.of(context);
        credentials.setEndpointOverride(aws.endpoint());
        credentials.setBaseCredentials(
                StaticCredentialsProvider.create(AwsBasicCredentials.create("AKIDBASE", "b4seSecretKey")));
        KEPT.forEach(context.getRegistry()::bind);
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                String place = "uriEndpointOverride=" + aws.endpoint();
                String role = place + "&roleAddress=" + ROLE;
                onException(Exception.class).process(SecretsTest.this::keepException);
                from("segment:web?writeKey=#bean:web")
                        .routeId("web")
                        .to("segment-kinesis:events?secretId=#bean:secretId&" + role)
                        .to("segment-firehose:lake?secretId=#bean:secretId&" + role);
                from("segment:hook?webhook=true&writeKey=#bean:hook&sharedSecret=#bean:shared")
                        .to("segment-kinesis:events?secretId=#bean:secretId&" + role);
                from("segment:misled?writeKey=#bean:misled")
                        .to("segment-kinesis:events?secretId=#bean:wrongSecretId&" + role);
                from("segment:keyed?writeKey=#bean:keyed")
                        .to(
                                "segment-firehose:lake?accessKey=AKIDTEST&secretKey=#bean:secretKey&sessionToken=#bean:token&"
                                        + place);
                from("direct:forward").to("segment:forward?writeKey=#bean:forward&url=" + aws.endpoint());
            }
        });
    }

    private void keepException(Exchange exchange) {
        StringWriter text = new StringWriter();
        exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class).printStackTrace(new PrintWriter(text));
        exceptions.add(text.toString());
    }

    private int status(String path, String writeKey, String body) throws Exception {
        return server.post(path, writeKey, body).statusCode();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void exceptionsAndLogHoldNone() {
        assertThat(exceptions).hasSize(2);
        assertThat(log).isNotEmpty();
        assertHoldsNoSecret("exceptions", String.join("\n", exceptions));
        assertHoldsNoSecret("log", String.join("\n", log));
    }

    @Test
    void endpointsAndHealthHoldNone() {
        context.getEndpoints()
                .forEach(endpoint -> assertHoldsNoSecret(
                        "endpoint",
                        endpoint
                                + endpoint.getEndpointUri()
                                + endpoint.getEndpointBaseUri()
                                + endpoint.getEndpointKey()));
        HealthCheckHelper.invoke(context)
                .forEach(result ->
                        assertHoldsNoSecret("health", result.getCheck().getId() + result.getDetails()));
        assertHoldsNoSecret(
                "credentials",
                SegmentCredentials.of(context).toString()
                        + SegmentCredentials.of(context).provider(ROLE, "s3cretId", null));
    }

    @Test
    void devConsolesHoldNone() {
        DevConsoleRegistry consoles = new DefaultDevConsoleRegistry(context);
        consoles.loadDevConsoles(true);

        List<DevConsole> all = consoles.stream().toList();
        assertThat(all).extracting(DevConsole::getId).contains("endpoint", "route", "properties", "health");
        for (DevConsole console : all) {
            for (MediaType type : MediaType.values()) {
                if (console.supportMediaType(type)) {
                    assertHoldsNoSecret("dev console " + console.getId(), String.valueOf(console.call(type, Map.of())));
                }
            }
        }
    }

    @Test
    void jmxHoldsNone() throws JMException {
        MBeanServer server = ManagementFactory.getPlatformMBeanServer();
        ObjectName ofTheContext = new ObjectName("org.apache.camel:context=" + context.getManagementName() + ",*");
        List<ObjectName> beans = new ArrayList<>(server.queryNames(ofTheContext, null));
        assertThat(beans)
                .anySatisfy(bean -> assertThat(bean.getKeyProperty("type")).isEqualTo("endpoints"));
        for (ObjectName bean : beans) {
            assertHoldsNoSecret("JMX name", bean.toString());
            for (MBeanAttributeInfo attribute : server.getMBeanInfo(bean).getAttributes()) {
                assertHoldsNoSecret(
                        "JMX " + bean + " " + attribute.getName(),
                        String.valueOf(server.getAttribute(bean, attribute.getName())));
            }
        }
    }

    private void assertHoldsNoSecret(String where, String text) {
        secrets.forEach((what, secret) -> {
            int at = text.indexOf(secret);
            assertThat(at)
                    .as(
                            "%s in %s: %s",
                            what, where, at < 0 ? "" : text.substring(Math.max(0, at - 200), at + secret.length()))
                    .isNegative();
        });
    }
}
