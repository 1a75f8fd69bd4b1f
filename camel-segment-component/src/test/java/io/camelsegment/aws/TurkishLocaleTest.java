package io.camelsegment.aws;

import static org.assertj.core.api.Assertions.assertThat;

import io.camelsegment.localaws.LocalAws;
import io.camelsegment.localaws.LocalAwsExtension;
import io.camelsegment.testing.OwnJvm;
import java.util.Locale;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

/** Where the lower case of I is not i. */
@ExtendWith(LocalAwsExtension.class)
@OwnJvm("the locale")
class TurkishLocaleTest {

    private final Locale before = Locale.getDefault();

    @BeforeEach
    void set() {
        Locale.setDefault(new Locale("tr", "TR"));
    }

    @AfterEach
    void reset() {
        Locale.setDefault(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"segment-kinesis", "segment-firehose"})
    void aSinkTakesAllItsOptionsAndDelivers(String scheme, LocalAws aws) throws Exception {
        aws.reset();
        aws.createStream("events", 1);
        aws.createDeliveryStream("events");
        aws.createRole("segment", "a-secret-id");
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            SegmentCredentials credentials = new SegmentCredentials();
            credentials.setEndpointOverride(aws.endpoint());
            credentials.setBaseCredentials(
                    StaticCredentialsProvider.create(AwsBasicCredentials.create("AKID", "SECRET")));
            context.getRegistry().bind(SegmentCredentials.BEAN, credentials);
            context.start();

            Exchange sent = context.createProducerTemplate()
                    .send(
                            scheme + ":events?secretId=a-secret-id&batchWhenIdle=false&maxInFlightRequests=2"
                                    + "&lingerTime=10ms&deliveryTimeout=20s&roleAddress="
                                    + aws.role("segment").arn() + "&uriEndpointOverride=" + aws.endpoint(),
                            exchange -> exchange.getIn().setBody("{}"));

            assertThat(sent.getException()).isNull();
        }
    }

    @Test
    void theTrackingApiTakesItsOptions() throws Exception {
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            context.start();

            assertThat(context.getEndpoint(
                            "segment:web?writeKey=K&contextIp=always&anonymizeIp=true&gzip=true&invalidUri=mock:dead"))
                    .isNotNull();
        }
    }
}
