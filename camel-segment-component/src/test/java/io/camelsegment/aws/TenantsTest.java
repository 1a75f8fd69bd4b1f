package io.camelsegment.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.camelsegment.delivery.StreamParkedException;
import io.camelsegment.localaws.Call;
import io.camelsegment.localaws.LocalAws;
import io.camelsegment.localaws.LocalAwsExtension;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.ExchangeBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.impl.engine.ExplicitCamelContextNameStrategy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

/**
 * Destinations with different roles and secret IDs, side by side in one application: none ever uses another's
 * credentials.
 */
@ExtendWith(LocalAwsExtension.class)
class TenantsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private DefaultCamelContext context;
    private ProducerTemplate template;
    private LocalAws aws;

    @BeforeEach
    void start(LocalAws localAws) {
        aws = localAws;
        aws.reset();
        for (String stream : List.of("one", "two", "three")) {
            aws.createStream(stream, 1);
        }
        context = context("tenants");
        template = context.createProducerTemplate();
    }

    private DefaultCamelContext context(String name) {
        SegmentCredentials credentials = new SegmentCredentials();
        credentials.setEndpointOverride(aws.endpoint());
        credentials.setBaseCredentials(
                StaticCredentialsProvider.create(AwsBasicCredentials.create("AKIDBASE", "BASESECRET")));
        DefaultCamelContext made = new DefaultCamelContext();
        made.setNameStrategy(new ExplicitCamelContextNameStrategy(name));
        made.getRegistry().bind(SegmentCredentials.BEAN, credentials);
        made.start();
        return made;
    }

    @AfterEach
    void stop() {
        context.stop();
    }

    private String uri(String stream, String role, String secretId) {
        return "segment-kinesis:" + stream + "?uriEndpointOverride=" + aws.endpoint() + "&roleAddress="
                + aws.role(role).arn() + "&secretId=" + secretId;
    }

    private static void route(DefaultCamelContext context, String id, String uri) throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:" + id).routeId(id).errorHandler(noErrorHandler()).to(uri);
            }
        });
    }

    private static void remove(DefaultCamelContext context, String id) throws Exception {
        context.getRouteController().stopRoute(id);
        context.removeRoute(id);
    }

    private Exception send(String id) {
        Exchange exchange = ExchangeBuilder.anExchange(context).withBody("{}").build();
        return template.send("direct:" + id, exchange).getException();
    }

    private void delivers(String id) {
        assertThat(send(id)).isNull();
    }

    /** Returns who put records into the stream, without what all ARNs of sessions have. */
    private Set<String> senders(String stream) {
        Set<String> senders = new TreeSet<>();
        for (Call call : aws.calls().recent()) {
            if (call.action().startsWith("kinesis:Put") && stream.equals(call.resource())) {
                senders.add(call.principal().replaceFirst("arn:aws:sts::\\d+:assumed-role/", ""));
            }
        }
        return senders;
    }

    @Test
    void twoRoles() throws Exception {
        aws.createRole("role-one", "secret-one");
        aws.createRole("role-two", "secret-two");
        route(context, "one", uri("one", "role-one", "secret-one"));
        route(context, "two", uri("two", "role-two", "secret-two"));

        delivers("one");
        delivers("two");
        delivers("one");

        assertThat(senders("one")).containsExactly("role-one/tenants@one");
        assertThat(senders("two")).containsExactly("role-two/tenants@two");
    }

    @Test
    void oneRoleWithTwoSecretIds() throws Exception {
        aws.createRole("shared", "secret-one", "secret-two");
        route(context, "one", uri("one", "shared", "secret-one"));
        route(context, "two", uri("two", "shared", "secret-two"));

        delivers("one");
        delivers("two");

        assertThat(senders("one")).containsExactly("shared/tenants@one");
        assertThat(senders("two")).containsExactly("shared/tenants@two");
        assertThat(aws.calls().of("AssumeRole").calls()).isEqualTo(2);
    }

    @Test
    void streamsWithTheSameRoleAndSecretIdShareASession() throws Exception {
        aws.createRole("role-one", "secret-one");
        route(context, "one", uri("one", "role-one", "secret-one"));
        route(context, "two", uri("two", "role-one", "secret-one"));

        delivers("one");
        delivers("two");

        assertThat(senders("one")).containsExactly("role-one/tenants@one,two").isEqualTo(senders("two"));
        assertThat(aws.calls().of("AssumeRole").calls()).isEqualTo(1);
    }

    @Test
    void aDestinationThatIsReplacedWithAWrongSecretIdAndBack() throws Exception {
        aws.createRole("role-one", "secret-one");
        aws.createRole("role-two", "secret-two");
        route(context, "one", uri("one", "role-one", "secret-one"));
        route(context, "two", uri("two", "role-two", "secret-two"));
        delivers("one");
        delivers("two");

        remove(context, "one");
        route(context, "one", uri("one", "role-one", "secret-two"));
        assertThat(send("one")).isInstanceOf(StreamParkedException.class);
        delivers("two");
        assertThat(aws.stream("one").recordCount()).isEqualTo(1);

        remove(context, "one");
        route(context, "one", uri("one", "role-one", "secret-one"));
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(send("one")).isNull());
        delivers("two");

        assertThat(aws.stream("one").recordCount()).isEqualTo(2);
        assertThat(aws.stream("two").recordCount()).isEqualTo(3);
        assertThat(senders("one")).containsExactly("role-one/tenants@one");
        assertThat(senders("two")).containsExactly("role-two/tenants@two");
    }

    @Test
    void theSameStreamForTwoTenants() throws Exception {
        aws.createRole("role-one", "secret-one")
                .allow("kinesis:PutRecords", aws.stream("three").arn());
        aws.createRole("role-two", "secret-two").deny("kinesis:*");
        route(context, "one", uri("three", "role-one", "secret-one"));
        route(context, "two", uri("three", "role-two", "secret-two"));

        delivers("one");
        assertThat(send("two")).isInstanceOf(StreamParkedException.class);
        delivers("one");

        assertThat(aws.stream("three").recordCount()).isEqualTo(2);
    }

    @Test
    void theSameStreamAndRoleWithASecretIdThatIsWrong() throws Exception {
        aws.createRole("role-one", "secret-one");
        route(context, "one", uri("three", "role-one", "secret-one"));
        route(context, "two", uri("three", "role-one", "secret-two"));

        delivers("one");
        assertThat(send("two")).isInstanceOf(StreamParkedException.class);
        remove(context, "two");
        delivers("one");

        assertThat(aws.stream("three").recordCount()).isEqualTo(2);
    }

    @Test
    void twoContexts() throws Exception {
        aws.createRole("shared", "secret-one", "secret-two");
        DefaultCamelContext other = context("others");
        try {
            route(context, "one", uri("one", "shared", "secret-one"));
            route(other, "two", uri("two", "shared", "secret-two"));

            delivers("one");
            assertThat(other.createProducerTemplate()
                            .send("direct:two", exchange -> exchange.getIn().setBody("{}"))
                            .getException())
                    .isNull();
        } finally {
            other.stop();
        }
        delivers("one");

        assertThat(senders("one")).containsExactly("shared/tenants@one");
        assertThat(senders("two")).containsExactly("shared/others@two");
    }
}
