package io.camelsegment.aws;

import static org.assertj.core.api.Assertions.assertThat;

import io.camelsegment.localaws.LocalAws;
import io.camelsegment.localaws.LocalAwsExtension;
import io.camelsegment.testing.ConnectProxy;
import io.camelsegment.testing.OwnJvm;
import java.net.URI;
import org.apache.camel.Exchange;
import org.apache.camel.builder.ExchangeBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

/** AWS where only a proxy leads out: its names are not even known here. */
@ExtendWith(LocalAwsExtension.class)
@OwnJvm("the system properties of the proxy")
class ProxyTest {

    private static final String SECRET = "a-secret-id";

    private LocalAws aws;

    @BeforeEach
    void start(LocalAws localAws) {
        aws = localAws;
        aws.reset();
        aws.createStream("events", 1);
        aws.createDeliveryStream("events");
        aws.createRole("base", SECRET);
        aws.createRole("segment", SECRET);
    }

    @ParameterizedTest
    @ValueSource(strings = {"kinesis", "firehose"})
    void aSinkAndTheStsOfItsRoleAreReachedThroughIt(String service) throws Exception {
        try (ConnectProxy proxy = new ConnectProxy(aws.endpoint());
                DefaultCamelContext context = new DefaultCamelContext()) {
            credentials(context);
            context.start();

            Exchange sent = send(context, service, proxy);

            assertThat(sent.getException()).isNull();
            assertThat(proxy.targets()).containsExactlyInAnyOrder("sts.invalid:80", service + ".invalid:80");
            assertThat(aws.calls().of("AssumeRole").calls()).isEqualTo(1);
        }
    }

    @Test
    void soAreBothRolesOfAChain() throws Exception {
        try (ConnectProxy proxy = new ConnectProxy(aws.endpoint());
                DefaultCamelContext context = new DefaultCamelContext()) {
            SegmentCredentials credentials = credentials(context);
            credentials.setBaseRoleAddress(aws.role("base").arn());
            credentials.setBaseSecretId(SECRET);
            context.start();

            Exchange sent = send(context, "kinesis", proxy);

            assertThat(sent.getException()).isNull();
            assertThat(proxy.targets()).contains("sts.invalid:80", "kinesis.invalid:80");
            assertThat(aws.calls().of("AssumeRole").calls()).isEqualTo(2);
        }
    }

    @Test
    void sinksOfOneRoleMayHaveProxiesOfTheirOwn() throws Exception {
        try (ConnectProxy one = new ConnectProxy(aws.endpoint());
                ConnectProxy other = new ConnectProxy(aws.endpoint());
                DefaultCamelContext context = new DefaultCamelContext()) {
            credentials(context);
            context.start();

            assertThat(send(context, "kinesis", one).getException()).isNull();
            assertThat(send(context, "firehose", other).getException()).isNull();

            assertThat(one.targets()).containsExactlyInAnyOrder("sts.invalid:80", "kinesis.invalid:80");
            assertThat(other.targets()).containsExactlyInAnyOrder("sts.invalid:80", "firehose.invalid:80");
        }
    }

    @Test
    void aHostWithoutProxyIsReachedDirectly() throws Exception {
        System.setProperty("http.nonProxyHosts", "*.example|" + aws.endpoint().getHost());
        try (ConnectProxy proxy = new ConnectProxy(aws.endpoint());
                DefaultCamelContext context = new DefaultCamelContext()) {
            credentials(context).setStsEndpointOverride(aws.endpoint());
            context.start();

            Exchange sent = send(context, "kinesis", proxy);

            assertThat(sent.getException()).isNull();
            assertThat(proxy.targets()).containsExactly("kinesis.invalid:80");
        } finally {
            System.clearProperty("http.nonProxyHosts");
        }
    }

    private static SegmentCredentials credentials(DefaultCamelContext context) {
        SegmentCredentials credentials = new SegmentCredentials();
        credentials.setBaseCredentials(StaticCredentialsProvider.create(AwsBasicCredentials.create("AKID", "SECRET")));
        credentials.setStsEndpointOverride(URI.create("http://sts.invalid"));
        context.getRegistry().bind(SegmentCredentials.BEAN, credentials);
        return credentials;
    }

    private Exchange send(DefaultCamelContext context, String service, ConnectProxy proxy) {
        String uri = "segment-" + service + ":events?uriEndpointOverride=http://" + service + ".invalid&roleAddress="
                + aws.role("segment").arn() + "&secretId=" + SECRET + "&proxyProtocol=HTTP&proxyHost=127.0.0.1"
                + "&proxyPort=" + proxy.port();
        Exchange exchange = ExchangeBuilder.anExchange(context).withBody("{}").build();
        return context.createProducerTemplate().send(uri, exchange);
    }
}
