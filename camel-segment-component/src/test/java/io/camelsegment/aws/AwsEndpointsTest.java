package io.camelsegment.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.camelsegment.testing.OwnJvm;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

/**
 * Which hosts the clients of all three services turn to: a proxy on the loopback interface notes them and lets none
 * through.
 */
@OwnJvm("sets the proxies of the JVM, and system properties that every AWS client reads")
class AwsEndpointsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String SOON_GIVEN_UP = "deliveryTimeout=200ms&requestTimeout=100ms&lingerTime=0s";
    private static final String ROLE = "&roleAddress=arn:aws:iam::123456789012:role/r&secretId=a-secret";

    private final ProxySelector before = ProxySelector.getDefault();
    private final Set<String> hosts = new ConcurrentSkipListSet<>();
    private ServerSocket proxy;
    private Thread acceptor;

    @BeforeEach
    void start() throws IOException {
        proxy = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        acceptor = new Thread(this::refuseAll, "proxy");
        acceptor.setDaemon(true);
        acceptor.start();
        ProxySelector.setDefault(new ProxySelector() {
            @Override
            public List<Proxy> select(URI uri) {
                return List.of(new Proxy(
                        Proxy.Type.HTTP, new InetSocketAddress(proxy.getInetAddress(), proxy.getLocalPort())));
            }

            @Override
            public void connectFailed(URI uri, SocketAddress address, IOException failure) {
                // The client reports it.
            }
        });
    }

    @AfterEach
    void stop() throws Exception {
        ProxySelector.setDefault(before);
        proxy.close();
        acceptor.join(10_000);
    }

    private void refuseAll() {
        while (true) {
            try (Socket socket = proxy.accept()) {
                BufferedReader request =
                        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
                String line = request.readLine();
                if (line != null && line.startsWith("CONNECT ")) {
                    hosts.add(line.split("[ :]", -1)[1]);
                }
                socket.getOutputStream()
                        .write("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                                .getBytes(StandardCharsets.ISO_8859_1));
            } catch (IOException closed) {
                if (proxy.isClosed()) {
                    return;
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'', us-west-2, kinesis.us-west-2.amazonaws.com, firehose.us-west-2.amazonaws.com, sts.us-west-2.amazonaws.com",
        "aws.useFipsEndpoint, us-east-1, kinesis-fips.us-east-1.amazonaws.com, firehose-fips.us-east-1.amazonaws.com,"
                + " sts-fips.us-east-1.amazonaws.com",
        "aws.useDualstackEndpoint, eu-west-1, kinesis.eu-west-1.api.aws, firehose.eu-west-1.api.aws,"
                + " sts.eu-west-1.api.aws",
        "'', cn-north-1, kinesis.cn-north-1.amazonaws.com.cn, firehose.cn-north-1.amazonaws.com.cn,"
                + " sts.cn-north-1.amazonaws.com.cn",
        "'', us-iso-east-1, kinesis.us-iso-east-1.c2s.ic.gov, firehose.us-iso-east-1.c2s.ic.gov,"
                + " sts.us-iso-east-1.c2s.ic.gov"
    })
    void followTheRegionAndTheSettingsOfTheSdk(
            String setting, String region, String kinesis, String firehose, String sts) throws Exception {
        if (!setting.isEmpty()) {
            System.setProperty(setting, "true");
        }
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            SegmentCredentials credentials = new SegmentCredentials();
            credentials.setBaseCredentials(
                    StaticCredentialsProvider.create(AwsBasicCredentials.create("AKIDBASE", "BASESECRET")));
            context.getRegistry().bind(SegmentCredentials.BEAN, credentials);
            context.start();
            String options = ":events?" + SOON_GIVEN_UP + "&region=" + region
                    + "&proxyProtocol=HTTP&proxyHost=127.0.0.1&proxyPort=" + proxy.getLocalPort();
            await().atMost(PATIENCE).untilAsserted(() -> {
                assertThat(send(context, "segment-kinesis" + options)).isNotNull();
                assertThat(send(context, "segment-firehose" + options)).isNotNull();
                assertThat(send(context, "segment-kinesis" + options + ROLE)).isNotNull();
                assertThat(hosts).contains(kinesis, firehose, sts);
            });
        } finally {
            if (!setting.isEmpty()) {
                System.clearProperty(setting);
            }
        }

        assertThat(hosts)
                .filteredOn(host -> host.contains("." + region + ".")) // STS may still be tried by the test before
                .containsExactlyInAnyOrder(kinesis, firehose, sts);
    }

    @ParameterizedTest
    @CsvSource({
        "'', aws, eu-west-1, 123456789012.data-kinesis.eu-west-1.amazonaws.com,"
                + " 123456789012.control-kinesis.eu-west-1.amazonaws.com",
        "aws.useFipsEndpoint, aws-us-gov, us-gov-west-1, 123456789012.data-kinesis-fips.us-gov-west-1.amazonaws.com,"
                + " 123456789012.control-kinesis-fips.us-gov-west-1.amazonaws.com",
        "'', aws-cn, cn-north-1, 123456789012.data-kinesis.cn-north-1.amazonaws.com.cn,"
                + " 123456789012.control-kinesis.cn-north-1.amazonaws.com.cn",
        "'', aws-iso, us-iso-east-1, kinesis.us-iso-east-1.c2s.ic.gov, kinesis.us-iso-east-1.c2s.ic.gov"
    })
    void areOfTheAccountOfAnArn(String setting, String partition, String region, String data, String control)
            throws Exception {
        if (!setting.isEmpty()) {
            System.setProperty(setting, "true");
        }
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            context.start();
            String uri = "segment-kinesis:arn:" + partition + ":kinesis:" + region + ":123456789012:stream/events?"
                    + SOON_GIVEN_UP + "&packing=KPL&accessKey=A&secretKey=S"
                    + "&proxyProtocol=HTTP&proxyHost=127.0.0.1&proxyPort=" + proxy.getLocalPort();
            await().atMost(PATIENCE).untilAsserted(() -> {
                assertThat(send(context, uri)).isNotNull();
                assertThat(hosts).contains(data, control);
            });
        } finally {
            if (!setting.isEmpty()) {
                System.clearProperty(setting);
            }
        }

        assertThat(hosts)
                .filteredOn(host -> host.contains("kinesis") && host.contains("." + region + "."))
                .containsOnly(data, control);
    }

    @ParameterizedTest
    @CsvSource({
        "aws.useFipsEndpoint, FIPS and custom endpoint are not supported",
        "aws.useDualstackEndpoint, Dualstack and custom endpoint are not supported"
    })
    void areNotOverriddenTogetherWithTheSettingsOfTheSdk(String setting, String message) throws Exception {
        System.setProperty(setting, "true");
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            context.start();

            String uri = "segment-kinesis:events?" + SOON_GIVEN_UP
                    + "&accessKey=A&secretKey=S&uriEndpointOverride=http://127.0.0.1:" + proxy.getLocalPort();
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(send(context, uri)).hasMessageContaining(message));
        } finally {
            System.clearProperty(setting);
        }
    }

    private static Exception send(DefaultCamelContext context, String uri) {
        return context.createProducerTemplate()
                .send(uri, exchange -> exchange.getIn().setBody("{}"))
                .getException();
    }
}
