package io.camelsegment.aws;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.scheme.AwsV4AuthScheme;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.AsyncSignRequest;
import software.amazon.awssdk.http.auth.spi.signer.AsyncSignedRequest;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.AwsSessionCredentialsIdentity;

@Timeout(30)
class BatchCallAuthSchemeTest {

    private static final Clock NOW = Clock.fixed(Instant.parse("2026-11-28T10:00:00Z"), ZoneOffset.UTC);

    private final AwsV4HttpSigner signer = new BatchCallAuthScheme().signer();
    private final AwsV4HttpSigner sdk = AwsV4HttpSigner.create();

    @ParameterizedTest
    @ValueSource(strings = {"http", "https"})
    void signsABatchAsTheSdkDoes(String protocol) throws Exception {
        ByteBuffer within = ByteBuffer.wrap("-- the body --".getBytes(UTF_8), 3, 8);
        AsyncSignedRequest signed = signed(signer, protocol, new BatchBody(within));
        AsyncSignedRequest bySdk = signed(sdk, protocol, AsyncRequestBody.fromBytes("the body".getBytes(UTF_8)));

        Map<String, List<String>> headers = signed.request().headers();
        assertThat(headers).isEqualTo(bySdk.request().headers());
        assertThat(headers).containsKeys("Authorization", "X-Amz-Security-Token", "X-Amz-Date", "x-amz-content-sha256");
        assertThat(signed.request().getUri()).isEqualTo(bySdk.request().getUri());
        assertThat(text(signed)).isEqualTo("the body");
    }

    @Test
    void canSendABodyTwice() throws Exception {
        BatchBody body = new BatchBody(ByteBuffer.wrap("the body".getBytes(UTF_8)));
        assertThat(body.contentLength()).hasValue(8L);
        assertThat(text(signed(signer, "https", body))).isEqualTo("the body");
        assertThat(text(signed(signer, "https", body))).isEqualTo("the body");
    }

    @Test
    void leavesOtherBodiesToTheSdk() throws Exception {
        AsyncRequestBody body = AsyncRequestBody.fromString("another");
        AsyncSignedRequest signed = signed(signer, "https", body);
        assertThat(signed.request().headers())
                .isEqualTo(signed(sdk, "https", body).request().headers());
        assertThat(text(signed)).isEqualTo("another");
    }

    @Test
    void failsInTheFutureAndNotBefore() {
        AsyncSignRequest<AwsCredentialsIdentity> withoutRegion = AsyncSignRequest.builder(credentials())
                .request(request("https"))
                .payload(new BatchBody(ByteBuffer.wrap(new byte[1])))
                .build();
        assertThat(signer.signAsync(withoutRegion))
                .failsWithin(Duration.ofSeconds(5))
                .withThrowableOfType(ExecutionException.class)
                .withMessageContaining("RegionName");
    }

    @Test
    void isTheSchemeOfTheSdk() {
        assertThat(new BatchCallAuthScheme().schemeId())
                .isEqualTo(AwsV4AuthScheme.create().schemeId());
    }

    private static AsyncSignedRequest signed(AwsV4HttpSigner by, String protocol, AsyncRequestBody body)
            throws Exception {
        return by.signAsync(AsyncSignRequest.builder(credentials())
                        .request(request(protocol))
                        .payload(body)
                        .putProperty(AwsV4HttpSigner.REGION_NAME, "eu-west-1")
                        .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, "kinesis")
                        .putProperty(AwsV4HttpSigner.SIGNING_CLOCK, NOW)
                        .build())
                .get();
    }

    private static AwsCredentialsIdentity credentials() {
        return AwsSessionCredentialsIdentity.create("key", "secret", "token");
    }

    private static SdkHttpRequest request(String protocol) {
        return SdkHttpRequest.builder()
                .method(SdkHttpMethod.POST)
                .uri(URI.create(protocol + "://kinesis.eu-west-1.amazonaws.com/"))
                .putHeader("Content-Type", "application/x-amz-cbor-1.1")
                .putHeader("X-Amz-Target", "Kinesis_20131202.PutRecords")
                .build();
    }

    private static String text(AsyncSignedRequest signed) throws Exception {
        BatchCallInterceptorTest.Received received = new BatchCallInterceptorTest.Received();
        signed.payload().orElseThrow().subscribe(received);
        return new String(received.done.get(), UTF_8);
    }
}
