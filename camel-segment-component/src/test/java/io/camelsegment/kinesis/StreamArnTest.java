package io.camelsegment.kinesis;

import static org.assertj.core.api.Assertions.assertThat;

import io.camelsegment.aws.SegmentCredentials;
import io.camelsegment.delivery.StreamParkedException;
import io.camelsegment.localaws.KinesisRecord;
import io.camelsegment.localaws.KinesisStream;
import io.camelsegment.localaws.LocalAws;
import io.camelsegment.localaws.LocalAwsExtension;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.apache.camel.Exchange;
import org.apache.camel.builder.ExchangeBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;

/** A stream that is given by its ARN: every call has it, so the stream may be of another account. */
@Execution(ExecutionMode.CONCURRENT)
class StreamArnTest {

    /** The stand-in's streams are of another account. */
    private static final String ROLE = "arn:aws:iam::123456789012:role/segment";

    @RegisterExtension
    final LocalAwsExtension ofEachTest = new LocalAwsExtension();

    private final DefaultCamelContext context = new DefaultCamelContext();
    private LocalAws aws;
    private KinesisStream stream;

    @BeforeEach
    void start(LocalAws localAws) throws Exception {
        aws = localAws;
        stream = aws.region("eu-west-1").createStream("events", 2);
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

    private String uri(String arn, String options) {
        return "segment-kinesis:" + arn + "?uriEndpointOverride=" + aws.endpoint() + "&secretId=a-secret&roleAddress="
                + ROLE + options;
    }

    private Exchange send(String uri, Object body) {
        Exchange exchange = ExchangeBuilder.anExchange(context)
                .withBody(body)
                .withHeader(SegmentKinesisConstants.PARTITION_KEY, "u1")
                .build();
        return context.createProducerTemplate().send(uri, exchange);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "&packing=KPL"})
    void ofAnotherAccountGetsBatches(String options) {
        aws.createRole(ROLE, "a-secret")
                .allow("kinesis:PutRecords", stream.arn())
                .allow("kinesis:ListShards", stream.arn());

        Exchange sent = send(uri(stream.arn(), options), "{\"n\":1}");

        assertThat(sent.getException()).isNull();
        assertThat(sent.getMessage().getHeader(SegmentKinesisConstants.SHARD_ID))
                .isNotNull();
        assertThat(stream.records()).extracting(KinesisRecord::text).containsExactly("{\"n\":1}");
    }

    @Test
    void ofAnotherAccountGetsSinglePutsAndIsAskedForItsLimit() {
        stream.maxRecordSizeInKiB(3 * 1024);
        aws.createRole(ROLE, "a-secret")
                .allow("kinesis:PutRecord", stream.arn())
                .allow("kinesis:DescribeStreamSummary", stream.arn());

        Exchange sent = send(uri(stream.arn(), ""), new byte[2 << 20]);

        assertThat(sent.getException()).isNull();
        assertThat(stream.records()).extracting(record -> record.data().length).containsExactly(2 << 20);
        assertThat(aws.calls().of("PutRecord").calls()).isEqualTo(1);
    }

    @Test
    void isNotTheStreamOfThatNameInTheAccountOfTheRole() {
        aws.createRole(ROLE, "a-secret");
        String other = stream.arn().replace("000000000000", "123456789012");

        assertThat(send(uri(other, ""), "{}").getException())
                .isInstanceOf(StreamParkedException.class)
                .hasMessageContaining("Kinesis stream " + other)
                .hasMessageContaining("ResourceNotFoundException");
        assertThat(stream.records()).isEmpty();
    }

    @Test
    void hasMetersOfItsOwn() {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        context.getRegistry().bind("meters", registry);
        aws.createRole(ROLE, "a-secret");

        send(uri(stream.arn(), ""), "{}");
        send(uri("events", "&region=eu-west-1"), "{}");

        assertThat(registry.get("segment.records.delivered")
                        .tags("stream", stream.arn(), "region", "eu-west-1")
                        .functionCounter()
                        .count())
                .isEqualTo(1);
    }

    @Test
    void isTriedAgainAsAnyOther() {
        aws.createRole(ROLE, "a-secret");
        aws.faults().on("PutRecords").times(1).fail("InternalFailure");

        assertThat(send(uri(stream.arn(), ""), "{}").getException()).isNull();

        assertThat(aws.calls().of("PutRecords").calls()).isEqualTo(2);
    }
}
