package io.camelsegment.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.camelsegment.delivery.DeliveryException;
import io.camelsegment.delivery.StreamParkedException;
import io.camelsegment.localaws.Fault;
import io.camelsegment.localaws.LocalAws;
import io.camelsegment.localaws.LocalAwsExtension;
import io.camelsegment.localaws.Role;
import java.time.Duration;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.ExchangeBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

/** What becomes of events when AWS does not take the credentials, at both services. */
@Execution(ExecutionMode.CONCURRENT)
class CredentialsFailureTest {

    @RegisterExtension
    final LocalAwsExtension ofEachTest = new LocalAwsExtension();

    private static final String SECRET = "a-very-secret-id";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final DefaultCamelContext context = new DefaultCamelContext();
    private LocalAws aws;
    private ProducerTemplate template;
    private int senders;

    @BeforeEach
    void start(LocalAws localAws) {
        aws = localAws;
        aws.createStream("events", 2);
        aws.createDeliveryStream("events");
        SegmentCredentials credentials = new SegmentCredentials();
        credentials.setEndpointOverride(aws.endpoint());
        credentials.setBaseCredentials(
                StaticCredentialsProvider.create(AwsBasicCredentials.create("AKIDBASE", "BASESECRET")));
        context.getRegistry().bind(SegmentCredentials.BEAN, credentials);
        context.start();
        template = context.createProducerTemplate();
    }

    @AfterEach
    void stop() {
        context.stop();
    }

    private Exception send(String scheme, String role, String options) {
        Exchange exchange = ExchangeBuilder.anExchange(context).withBody("{}").build();
        return template.send(
                        scheme + ":events?uriEndpointOverride=" + aws.endpoint() + "&roleAddress=" + role + "&secretId="
                                + SECRET + options,
                        exchange)
                .getException();
    }

    private Exception send(String scheme, String role) {
        return send(scheme, role, "");
    }

    /** Sends by another sender to the same stream with the same credentials, so that no parked one is waited for. */
    private Exception sendElsewhere(String scheme, String role) {
        return send(scheme, role, "&lingerTime=" + ++senders + "ms");
    }

    private long stored(String scheme) {
        return scheme.equals("segment-kinesis")
                ? aws.stream("events").recordCount()
                : aws.deliveryStream("events").recordCount();
    }

    @ParameterizedTest
    @CsvSource({
        "segment-kinesis,  PutRecords,     ExpiredTokenException",
        "segment-kinesis,  PutRecords,     ExpiredToken",
        "segment-firehose, PutRecordBatch, ExpiredTokenException",
        "segment-firehose, PutRecordBatch, ExpiredToken"
    })
    void sendsARecordAgainWithFreshCredentials(String scheme, String action, String errorCode) {
        String role = aws.createRole("segment", SECRET).arn();
        assertThat(send(scheme, role)).isNull();
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(300)).until(() -> {
            Fault expired = aws.faults().on(action).times(1).fail(errorCode);
            assertThat(send(scheme, role)).isNull();
            assertThat(expired.hits()).isEqualTo(1);
            return aws.calls().of("AssumeRole").calls() == 2;
        });

        assertThat(stored(scheme))
                .as("each event once, by the calls that did not fail")
                .isEqualTo(
                        aws.calls().of(action).calls() - aws.calls().of(action).failedCalls());
    }

    @ParameterizedTest
    @ValueSource(strings = {"segment-kinesis", "segment-firehose"})
    void takesUpDeliveryWhenTheRoleWasDeletedAndMadeAnew(String scheme) {
        Role role = aws.createRole("segment", SECRET).allow("kinesis:*").allow("firehose:*");
        assertThat(send(scheme, role.arn())).isNull();

        aws.deleteRole(role);
        assertThat(send(scheme, role.arn())).isInstanceOf(StreamParkedException.class);
        aws.createRole("segment", SECRET).allow("kinesis:*").allow("firehose:*");

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(sendElsewhere(scheme, role.arn()))
                .isNull());
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(send(scheme, role.arn())).isNull());
        assertThat(stored(scheme)).isEqualTo(3);
    }

    @ParameterizedTest
    @CsvSource({
        "segment-kinesis,  PutRecords,     UnrecognizedClientException",
        "segment-firehose, PutRecordBatch, InvalidClientTokenId"
    })
    void parksWhileTheKeysAreUnknownAndTriesOthers(String scheme, String action, String errorCode) {
        String role = aws.createRole("segment", SECRET).arn();
        Fault unknown = aws.faults().on(action).fail(errorCode);

        assertThat(send(scheme, role))
                .isInstanceOf(StreamParkedException.class)
                .hasMessageContaining(errorCode)
                .hasMessageContaining("the access key or its role was deleted, or belongs to another partition");

        await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(sendElsewhere(scheme, role)).isNotNull();
            assertThat(aws.calls().of("AssumeRole").calls()).isGreaterThanOrEqualTo(2);
        });
        unknown.remove();
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(send(scheme, role)).isNull());
    }

    @ParameterizedTest
    @ValueSource(strings = {"segment-kinesis", "segment-firehose"})
    void parksWhenTheStreamIsInAnotherRegion(String scheme) {
        String role = aws.createRole("segment", SECRET).arn();

        assertThat(send(scheme, role, "&region=eu-west-1"))
                .isInstanceOf(StreamParkedException.class)
                .hasMessageContaining("ResourceNotFoundException")
                .hasMessageContaining("check the stream's name, the region, and the account of the credentials");
        assertThat(stored(scheme)).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"segment-kinesis", "segment-firehose"})
    void parksWhenTheRoleIsOfAnotherPartition(String scheme) {
        String role = aws.createRole("arn:aws-cn:iam::123456789012:role/segment", SECRET)
                .arn();

        assertThat(send(scheme, role))
                .isInstanceOf(StreamParkedException.class)
                .hasMessageContaining("cannot assume role arn:aws-cn:iam::123456789012:role/segment");
    }

    @ParameterizedTest
    @CsvSource({
        "us-west-2,        aws",
        "ap-southeast-5,   aws",
        "mx-central-1,     aws",
        "cn-northwest-1,   aws-cn",
        "us-gov-west-1,    aws-us-gov",
        "us-iso-east-1,    aws-iso",
        "us-isob-east-1,   aws-iso-b",
        "eu-isoe-west-1,   aws-iso-e",
        "us-isof-south-1,  aws-iso-f",
        "eusc-de-east-1,   aws-eusc"
    })
    void deliversInAllPartitions(String region, String partition) {
        String role = "arn:" + partition + ":iam::123456789012:role/path/to/segment";
        aws.createRole(role, SECRET);
        aws.region(region).createStream("events-there", 1);
        Exchange exchange = ExchangeBuilder.anExchange(context).withBody("{}").build();

        template.send(
                "segment-kinesis:events-there?uriEndpointOverride=" + aws.endpoint() + "&region=" + region
                        + "&roleAddress=" + role + "&secretId=" + SECRET,
                exchange);

        assertThat(exchange.getException()).isNull();
        assertThat(aws.region(region).stream("events-there").recordCount()).isEqualTo(1);
    }

    @Test
    void repeatsNothingThatAwsSaysOfASignature() {
        String role = aws.createRole("segment", SECRET).arn();
        aws.faults()
                .on("PutRecords")
                .fail(
                        403,
                        "InvalidSignatureException",
                        "The Canonical String for this request should have been 'x-amz-security-token:THE-TOKEN'");

        assertThat(send("segment-kinesis", role, "&deliveryTimeout=1s"))
                .isInstanceOf(DeliveryException.class)
                .hasMessageContaining("the signature does not match; check the secret key and this machine's clock")
                .hasMessageNotContaining("THE-TOKEN");
    }

    @Test
    void repeatsNothingThatStsSaysOfASignature() {
        String role = aws.createRole("segment", SECRET).arn();
        aws.faults()
                .on("AssumeRole")
                .fail(403, "SignatureDoesNotMatch", "should have been 'x-amz-security-token:THE-TOKEN'");

        assertThat(send("segment-kinesis", role))
                .isInstanceOf(StreamParkedException.class)
                .hasMessageContaining("AWS does not know the credentials used to assume the role")
                .hasMessageNotContaining("THE-TOKEN");
    }
}
