package io.camelsegment.firehose;

import static org.assertj.core.api.Assertions.assertThat;

import io.camelsegment.aws.SegmentCredentials;
import io.camelsegment.delivery.StreamParkedException;
import io.camelsegment.localaws.DeliveryStream;
import io.camelsegment.localaws.LocalAws;
import io.camelsegment.localaws.LocalAwsExtension;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;

/** A delivery stream that is given by its ARN: its name is used if it is of the caller's account. */
@Execution(ExecutionMode.CONCURRENT)
class StreamArnTest {

    private static final String KEYS = "&accessKey=AKIDTEST&secretKey=SECRETTEST";

    @RegisterExtension
    final LocalAwsExtension ofEachTest = new LocalAwsExtension();

    private final DefaultCamelContext context = new DefaultCamelContext();
    private LocalAws aws;
    private DeliveryStream stream;

    @BeforeEach
    void start(LocalAws localAws) throws Exception {
        aws = localAws;
        stream = aws.region("eu-west-1").createDeliveryStream("lake");
        SegmentCredentials credentials = new SegmentCredentials();
        credentials.setEndpointOverride(aws.endpoint());
        credentials.setBaseCredentials(() -> AwsBasicCredentials.create("AKIDBASE", "BASESECRET"));
        context.getRegistry().bind(SegmentCredentials.BEAN, credentials);
        context.start();
    }

    @AfterEach
    void stop() {
        context.stop();
    }

    private Exchange send(String arn, String options) {
        return context.createProducerTemplate()
                .send(
                        "segment-firehose:" + arn + "?uriEndpointOverride=" + aws.endpoint() + options,
                        exchange -> exchange.getIn().setBody("{}"));
    }

    @Test
    void ofTheAccountOfTheRoleNeedsNoFurtherCallOrPermission() {
        String role = aws.createRole("arn:aws:iam::000000000000:role/segment", "a-secret")
                .allow("firehose:PutRecordBatch", stream.arn())
                .arn();

        assertThat(send(stream.arn(), "&secretId=a-secret&roleAddress=" + role).getException())
                .isNull();

        assertThat(stream.recordCount()).isEqualTo(1);
        assertThat(aws.calls().of("DescribeDeliveryStream").calls()).isZero();
    }

    @Test
    void ofTheAccountOfTheKeysIsAskedForOnce() {
        assertThat(send(stream.arn(), KEYS).getException()).isNull();
        assertThat(send(stream.arn(), KEYS).getException()).isNull();

        assertThat(stream.recordCount()).isEqualTo(2);
        assertThat(aws.calls().of("DescribeDeliveryStream").calls()).isEqualTo(1);
    }

    @Test
    void ofAnotherAccountThanThatOfTheKeysGetsNothingAndTellsBoth() {
        String other = stream.arn().replace("000000000000", "123456789012");

        assertThat(send(other, KEYS).getException())
                .isInstanceOf(StreamParkedException.class)
                .hasMessageContaining("it is " + other + " and the caller's stream is " + stream.arn());
        assertThat(stream.recordCount()).isZero();
    }

    @Test
    void isDeliveredToByTheSinglePutAsWell() {
        aws.faults().on("PutRecordBatch").fail("AccessDeniedException");

        assertThat(send(stream.arn(), KEYS).getException()).isNull();

        assertThat(stream.recordCount()).isEqualTo(1);
    }

    @Test
    void whoseAccountMayNotBeAskedForGetsNothingAndNamesThePermission() {
        aws.faults().on("DescribeDeliveryStream").fail("AccessDeniedException");

        assertThat(send(stream.arn(), KEYS).getException())
                .isInstanceOf(StreamParkedException.class)
                .hasMessageContaining("allow firehose:DescribeDeliveryStream or give the stream's name");
        assertThat(stream.recordCount()).isZero();
    }

    @Test
    void isAskedForAgainAfterAPassingFailure() {
        aws.faults().on("DescribeDeliveryStream").times(1).fail("ServiceUnavailableException");

        assertThat(send(stream.arn(), KEYS).getException()).isNull();

        assertThat(stream.recordCount()).isEqualTo(1);
        assertThat(aws.calls().of("DescribeDeliveryStream").calls()).isEqualTo(2);
    }
}
