package io.camelsegment.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.camelsegment.kinesis.SegmentKinesisComponent;
import org.apache.camel.ResolveEndpointFailedException;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which ARNs the endpoints take in place of a stream's name, and what they say to the others. */
class StreamArnTest {

    private static final String KINESIS = "segment-kinesis:arn:aws:kinesis:eu-west-1:123456789012:stream/events";
    private static final String FIREHOSE =
            "segment-firehose:arn:aws:firehose:eu-west-1:123456789012:deliverystream/lake";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "arn:aws:kinesis:eu-west-1:123456789012:stream/events",
                "arn:aws-cn:kinesis:cn-northwest-1:123456789012:stream/a.b_c-d",
                "arn:aws-us-gov:kinesis:us-gov-west-1:123456789012:stream/events",
                "arn:aws-us-gov:firehose:us-gov-east-1:123456789012:deliverystream/lake",
                "arn:aws-iso-b:firehose:us-isob-east-1:123456789012:deliverystream/lake"
            })
    void ofAnyPartitionIsReadAsItIsWritten(String arn) {
        assertThat(StreamArn.find(arn)).get().hasToString(arn);
        assertThat(StreamArn.find(arn).get().isOfPartition()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {KINESIS, FIREHOSE, KINESIS + "?region=eu-west-1", FIREHOSE + "?region=eu-west-1"})
    void setsTheRegion(String uri) throws Exception {
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            AwsSinkEndpoint<?> endpoint = context.getEndpoint(uri, AwsSinkEndpoint.class);

            assertThat(endpoint.getConfiguration().getRegion()).isEqualTo("eu-west-1");
            assertThat(endpoint.getServiceUrl()).isEqualTo("eu-west-1");
        }
    }

    @Test
    void setsTheRegionAlsoWhereTheComponentHasAnother() throws Exception {
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            context.getPropertiesComponent()
                    .addInitialProperty("stream", "arn:aws-cn:kinesis:cn-north-1:123456789012:stream/events");
            context.getComponent("segment-kinesis", SegmentKinesisComponent.class)
                    .getConfiguration()
                    .setRegion("eu-central-1");

            assertThat(context.getEndpoint("segment-kinesis:{{stream}}", AwsSinkEndpoint.class)
                            .getConfiguration()
                            .getRegion())
                    .isEqualTo("cn-north-1");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                KINESIS + "?region=us-west-2 | region must be that of the ARN in streamName, eu-west-1, was us-west-2;"
                        + " remove region or correct the ARN",
                FIREHOSE + "?region=us-west-2 | region must be that of the ARN in streamName, eu-west-1, was us-west-2",
                "segment-kinesis:arn:aws:kinesis:cn-north-1:123456789012:stream/events"
                        + " | the region cn-north-1 is not in the partition aws; correct one of them",
                "segment-kinesis:arn:aws-cn:kinesis:us-gov-west-1:123456789012:stream/events"
                        + " | the region us-gov-west-1 is not in the partition aws-cn",
                "segment-firehose:arn:aws-us-gov:firehose:us-east-1:123456789012:deliverystream/lake"
                        + " | the region us-east-1 is not in the partition aws-us-gov",
                KINESIS + "?roleAddress=arn:aws-cn:iam::123456789012:role/r&secretId=ws"
                        + " | roleAddress must be of the partition of the ARN in streamName, aws, was",
                FIREHOSE + "?roleAddress=arn:aws:iam::210987654321:role/r&secretId=ws"
                        + " | the stream is of 123456789012 and the role is arn:aws:iam::210987654321:role/r; give a"
                        + " role of the stream's account",
                "segment-firehose:arn:aws:kinesis:eu-west-1:123456789012:stream/events"
                        + " | arn:aws:firehose:us-west-2:123456789012:deliverystream/events in segment-firehose, was"
                        + " arn:aws:kinesis:eu-west-1:123456789012:stream/events",
                "segment-kinesis:arn:aws:firehose:eu-west-1:123456789012:deliverystream/lake"
                        + " | arn:aws:kinesis:us-west-2:123456789012:stream/events in segment-kinesis, was",
                "segment-kinesis:arn:aws:kinesis:eu-west-1:123456789012:stream/events/consumer/c:1"
                        + " | streamName must be a name or an ARN of the form",
                "segment-kinesis:arn:aws:kinesis:eu-west-1:12345:stream/events"
                        + " | streamName must be a name or an ARN of the form",
                "segment-kinesis:arn:aws:kinesis:123456789012:stream/events"
                        + " | streamName must be a name or an ARN of the form"
            })
    void isRefusedWithTheMend(String uri, String message) throws Exception {
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            assertThatThrownBy(() -> context.getEndpoint(uri))
                    .isInstanceOf(ResolveEndpointFailedException.class)
                    .hasMessageContaining(message);
        }
    }

    @Test
    void ofAFirehoseStreamMayHaveAsManyCharactersInItsNameAsTheName() throws Exception {
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            String start = "segment-firehose:arn:aws:firehose:eu-west-1:123456789012:deliverystream/";
            assertThat(context.getEndpoint(start + "l".repeat(64))).isNotNull();
            assertThatThrownBy(() -> context.getEndpoint(start + "l".repeat(65)))
                    .hasMessageContaining("streamName must match");
        }
    }
}
