package io.camelsegment.aws.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.camelsegment.testing.Certificate;
import io.camelsegment.testing.ConnectProxy;
import io.camelsegment.testing.OwnJvm;
import io.camelsegment.testing.ScriptedServer;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;

@OwnJvm("sets the trust store of the JVM")
@Timeout(60)
class TlsAndProxyTest {

    private static final Vertx VERTX = Vertx.vertx();
    private static final AwsCredentialsIdentity IDENTITY = AwsCredentialsIdentity.create("AKID", "a-secret-key");

    @TempDir
    private static Path folder;

    private static Certificate certificate;

    private ScriptedServer plain;
    private ScriptedServer encrypted;

    @BeforeAll
    static void makeCertificate() throws Exception {
        certificate = Certificate.make(folder);
    }

    @BeforeEach
    void start() throws Exception {
        plain = new ScriptedServer(TlsAndProxyTest::echo);
        encrypted = new ScriptedServer(certificate.listen(), TlsAndProxyTest::echo);
    }

    @AfterEach
    void stop() throws IOException {
        plain.close();
        encrypted.close();
        System.clearProperty("javax.net.ssl.trustStore");
        System.clearProperty("javax.net.ssl.trustStorePassword");
    }

    @AfterAll
    static void stopVertx() {
        VERTX.close();
    }

    private static void echo(ScriptedServer.Connection connection, int number) throws IOException {
        while (true) {
            byte[] body = connection.read().body();
            connection.answer(number + " " + body.length + " " + Arrays.hashCode(body));
        }
    }

    private static void trustTheCertificate() {
        System.setProperty("javax.net.ssl.trustStore", certificate.keyStore().toString());
        System.setProperty("javax.net.ssl.trustStorePassword", Certificate.PASSWORD);
    }

    /** Makes some calls, one of them large, on one connection. */
    private static void call(boolean trustAll, String host, int port, boolean isTls, Proxy proxy) throws Exception {
        try (ServiceClient client = new ServiceClient(VERTX, trustAll)) {
            ServiceAction action = client.action(
                    new ServiceEndpoint(host, port, isTls, "/", "us-west-2", "kinesis"), proxy, "A.B", "text/plain");
            for (int length : new int[] {1, 5_000_000, 0, 100_000}) {
                byte[] body = new byte[length];
                Arrays.fill(body, (byte) 'x');
                ServiceCall call = action.call(IDENTITY, new ServiceRequest() {
                    @Override
                    public int mostBytes() {
                        return length;
                    }

                    @Override
                    public void write(Payload payload) {
                        payload.put(body);
                    }
                });
                assertThat(UTF_8.decode(call.get(30, TimeUnit.SECONDS)).toString())
                        .isEqualTo("1 " + length + " " + Arrays.hashCode(body));
            }
        }
    }

    @Test
    void theTrustStoreOfTheJvmDecides() throws Exception {
        trustTheCertificate();
        call(false, "localhost", encrypted.port(), true, null);
    }

    @Test
    void anUnknownCertificateIsRefusedUnlessAllAreTrusted() throws Exception {
        assertThatThrownBy(() -> call(false, "localhost", encrypted.port(), true, null))
                .hasCauseInstanceOf(ConnectionException.class)
                .hasMessageContaining("cannot set up TLS with localhost:" + encrypted.port() + ": ")
                .hasMessageContaining("unable to find valid certification path");
        encrypted.close();
        encrypted = new ScriptedServer(certificate.listen(), TlsAndProxyTest::echo);
        call(true, "localhost", encrypted.port(), true, null);
    }

    @Test
    void aCertificateOfAnotherHostIsRefused() {
        trustTheCertificate();
        assertThatThrownBy(() -> call(false, "127.0.0.1", encrypted.port(), true, null))
                .hasCauseInstanceOf(ConnectionException.class)
                .hasMessageContaining("127.0.0.1:" + encrypted.port())
                .hasMessageContaining("No subject alternative names");
    }

    @Test
    void aServerWithoutTlsIsNamed() {
        assertThatThrownBy(() -> call(true, "localhost", plain.port(), true, null))
                .hasCauseInstanceOf(ConnectionException.class)
                .hasMessageContaining("cannot set up TLS with localhost:" + plain.port());
    }

    @ParameterizedTest
    @CsvSource({"false, false", "false, true", "true, false", "true, true"})
    void aProxyOpensATunnel(boolean isProxyTls, boolean isTls) throws Exception {
        trustTheCertificate();
        URI destination = URI.create("http://127.0.0.1:" + (isTls ? encrypted.port() : plain.port()));
        ServerSocket socket =
                isProxyTls ? certificate.listen() : new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        try (ConnectProxy proxy = new ConnectProxy(destination, socket)) {
            call(false, "localhost", 4567, isTls, new Proxy(isProxyTls, "localhost", proxy.port(), "me", "a-password"));

            assertThat(proxy.targets()).containsExactly("localhost:4567");
            assertThat(proxy.heads())
                    .singleElement()
                    .asString()
                    .contains("Host: localhost:4567\r\n")
                    .contains("Proxy-Authorization: Basic "
                            + Base64.getEncoder().encodeToString("me:a-password".getBytes(UTF_8)) + "\r\n")
                    .doesNotContain("AKID");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"407 Proxy Authentication Required", "403 Forbidden"})
    void aProxyThatRefusesIsNamedWithoutThePassword(String status) throws Exception {
        try (ScriptedServer proxy = new ScriptedServer((connection, number) -> {
            connection.head();
            connection.write("HTTP/1.1 " + status + "\nContent-Length: 3\n\nno!");
            connection.awaitEnd();
        })) {
            assertThatThrownBy(() -> call(
                            false,
                            "kinesis.example",
                            443,
                            true,
                            new Proxy(false, "127.0.0.1", proxy.port(), "me", "tr0ub4dor")))
                    .hasCauseInstanceOf(ConnectionException.class)
                    .hasMessageContaining("cannot open a tunnel to kinesis.example:443 through the proxy"
                            + " 127.0.0.1:" + proxy.port() + ": it answered " + status.substring(0, 3))
                    .hasMessageNotContainingAny("tr0ub4dor");
        }
    }
}
