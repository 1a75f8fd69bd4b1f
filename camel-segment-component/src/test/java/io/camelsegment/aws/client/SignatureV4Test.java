package io.camelsegment.aws.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.SignRequest;
import software.amazon.awssdk.http.auth.spi.signer.SignedRequest;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.AwsSessionCredentialsIdentity;

class SignatureV4Test {

    private static final String NO_PAYLOAD =
            SignatureV4.hex(SignatureV4.sha256().digest());

    private final AwsV4HttpSigner sdk = AwsV4HttpSigner.create();

    /** One of each signer for all tries, so that its key of a day is used again, or not. */
    private final Map<String, RequestSigner> signers = new TreeMap<>();

    private Instant now;
    private final Clock clock = new Clock() {
        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneOffset getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(java.time.ZoneId zone) {
            throw new UnsupportedOperationException();
        }
    };

    @SuppressWarnings("ArrayRecordComponent") // not compared
    private record Request(ServiceEndpoint endpoint, Instant time, AwsCredentialsIdentity identity, byte[] body) {}

    @Provide
    Arbitrary<Request> requests() {
        Arbitrary<String> names = Arbitraries.strings()
                .withCharRange('a', 'z')
                .numeric()
                .ofMinLength(1)
                .ofMaxLength(20);
        Arbitrary<String> secrets = Arbitraries.strings()
                .alpha()
                .numeric()
                .withChars("+/=")
                .ofMinLength(1)
                .ofMaxLength(60);
        Arbitrary<String> paths = Arbitraries.oneOf(
                Arbitraries.of(
                        "/", "/kinesis/", "/a/b/", "/a%20b/", "/~x_-.1/", "/%C3%A4%2F/", "/a//b/", "/a/../b/", "/a+b/"),
                names.map(name -> "/" + name + "/"));
        Arbitrary<ServiceEndpoint> endpoints = Combinators.combine(
                        names, Arbitraries.of(80, 443, 4566), Arbitraries.of(true, false), paths, names)
                .as((host, port, isTls, path, region) ->
                        new ServiceEndpoint(host, port, isTls, path, region, "kinesis"));
        Arbitrary<AwsCredentialsIdentity> identities = Combinators.combine(names, secrets, secrets.injectNull(0.5))
                .as((key, secret, token) -> token == null
                        ? AwsCredentialsIdentity.create(key, secret)
                        : AwsSessionCredentialsIdentity.create(key, secret, token));
        Arbitrary<Instant> times =
                Arbitraries.longs().between(0, 4_102_444_800L).map(Instant::ofEpochSecond);
        return Combinators.combine(
                        endpoints,
                        times,
                        identities,
                        Arbitraries.bytes().array(byte[].class).ofMaxSize(300))
                .as(Request::new);
    }

    @Property(tries = 3_000)
    void signsEveryRequestAsTheSdkDoes(@ForAll("requests") Request request) {
        now = request.time();
        RequestSigner signer = signers.computeIfAbsent(
                request.endpoint()
                        + request.endpoint().path()
                        + request.endpoint().isTls()
                        + request.endpoint().signingRegion(),
                key -> new RequestSigner(request.endpoint(), "Kinesis_20131202.PutRecords", "application/x", clock));

        for (int i = 0; i < 2; i++) { // with the key that is made, then with the key that is kept
            assertThat(ours(signer, request)).isEqualTo(theirs(request));
        }
    }

    private static Map<String, String> ours(RequestSigner signer, Request request) {
        Payload payload = new Payload(UnpooledByteBufAllocator.DEFAULT, signer.headRoom(request.identity()), 10);
        IntStream.range(0, request.body().length / 2).forEach(i -> payload.put(request.body()[i]));
        payload.put(Arrays.copyOfRange(request.body(), request.body().length / 2, request.body().length));
        signer.sign(payload, request.identity());
        String message = payload.buffer().toString(StandardCharsets.ISO_8859_1);
        int end = message.indexOf("\r\n\r\n");
        assertThat(message.substring(end + 4).getBytes(StandardCharsets.ISO_8859_1))
                .isEqualTo(request.body());
        List<String> lines = message.substring(0, end).lines().toList();
        assertThat(lines.get(0)).isEqualTo("POST " + request.endpoint().path() + " HTTP/1.1");
        Map<String, String> headers = new TreeMap<>();
        for (String line : lines.subList(1, lines.size())) {
            headers.put(
                    line.substring(0, line.indexOf(':')).toLowerCase(Locale.ROOT),
                    line.substring(line.indexOf(':') + 2));
        }
        assertThat(headers.remove("user-agent")).startsWith("camel-segment");
        return headers;
    }

    private Map<String, String> theirs(Request request) {
        ServiceEndpoint endpoint = request.endpoint();
        SignedRequest signed = sdk.sign(SignRequest.builder(request.identity())
                .request(SdkHttpRequest.builder()
                        .method(SdkHttpMethod.POST)
                        .protocol(endpoint.isTls() ? "https" : "http")
                        .host(endpoint.host())
                        .port(endpoint.port())
                        .encodedPath(endpoint.path())
                        .putHeader("Content-Length", Integer.toString(request.body().length))
                        .putHeader("Content-Type", "application/x")
                        .putHeader("X-Amz-Target", "Kinesis_20131202.PutRecords")
                        .build())
                .payload(() -> new ByteArrayInputStream(request.body()))
                .putProperty(AwsV4HttpSigner.REGION_NAME, endpoint.signingRegion())
                .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, endpoint.signingName())
                .putProperty(AwsV4HttpSigner.SIGNING_CLOCK, Clock.fixed(request.time(), ZoneOffset.UTC))
                .build());
        Map<String, String> headers = new TreeMap<>();
        signed.request()
                .headers()
                .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), String.join(",", values)));
        return headers;
    }

    /**
     * The example of AWS's documentation: the key, and the request {@code ListUsers} to IAM.
     *
     * @see <a href="https://docs.aws.amazon.com/general/latest/gr/signature-v4-examples.html">Deriving a signing key</a>
     * @see <a href="https://docs.aws.amazon.com/general/latest/gr/sigv4_signing.html">Signing AWS API requests</a>
     */
    @Example
    void signsTheExampleOfTheDocumentation() {
        SignatureV4 signature = new SignatureV4("us-east-1", "iam");
        AwsCredentialsIdentity identity =
                AwsCredentialsIdentity.create("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");

        assertThat(HexFormat.of().formatHex(signature.signingKey("20150830", identity.secretAccessKey())))
                .isEqualTo("c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9");
        assertThat(signature.authorization(
                        SignatureV4.time(Instant.parse("2015-08-30T12:36:00Z")),
                        "GET",
                        "/",
                        "Action=ListUsers&Version=2010-05-08",
                        """
                        content-type:application/x-www-form-urlencoded; charset=utf-8
                        host:iam.amazonaws.com
                        x-amz-date:20150830T123600Z
                        """,
                        "content-type;host;x-amz-date",
                        NO_PAYLOAD,
                        identity))
                .isEqualTo("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request,"
                        + " SignedHeaders=content-type;host;x-amz-date,"
                        + " Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7");
    }

    /**
     * Vectors {@code get-vanilla}, {@code post-vanilla} and {@code post-x-www-form-urlencoded} of AWS's test suite.
     *
     * @see <a href="https://docs.aws.amazon.com/general/latest/gr/signature-v4-test-suite.html">Signature Version 4 test
     *     suite</a>
     */
    @Example
    void signsTheVectorsOfTheTestSuite() {
        String host = "host:example.amazonaws.com\nx-amz-date:20150830T123600Z\n";
        assertThat(vector("GET", host, "host;x-amz-date", ""))
                .endsWith("=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31");
        assertThat(vector("POST", host, "host;x-amz-date", ""))
                .endsWith("=5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b");
        assertThat(vector(
                        "POST",
                        "content-type:application/x-www-form-urlencoded\n" + host,
                        "content-type;host;x-amz-date",
                        "Param1=value1"))
                .endsWith("=ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a");
    }

    private static String vector(String method, String headers, String signedHeaders, String body) {
        return new SignatureV4("us-east-1", "service")
                .authorization(
                        "20150830T123600Z",
                        method,
                        "/",
                        "",
                        headers,
                        signedHeaders,
                        SignatureV4.hex(SignatureV4.sha256().digest(body.getBytes(UTF_8))),
                        AwsCredentialsIdentity.create("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"));
    }

    @Example
    void aHostIsNamedWithAPortThatIsNotTheUsualOne() {
        assertThat(new ServiceEndpoint("h", 443, true, "/", "r", "s").hostHeader())
                .isEqualTo("h");
        assertThat(new ServiceEndpoint("h", 80, false, "/", "r", "s").hostHeader())
                .isEqualTo("h");
        assertThat(new ServiceEndpoint("h", 443, false, "/", "r", "s").hostHeader())
                .isEqualTo("h:443");
        assertThat(URI.create("http://h:443").getPort()).isEqualTo(443);
    }
}
