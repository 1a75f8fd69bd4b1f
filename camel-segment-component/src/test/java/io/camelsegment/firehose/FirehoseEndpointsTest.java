package io.camelsegment.firehose;

import static org.assertj.core.api.Assertions.assertThat;

import io.camelsegment.aws.client.ServiceEndpoint;
import io.camelsegment.testing.OwnJvm;
import io.camelsegment.testing.SdkEndpoints;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.firehose.FirehoseAsyncClient;
import software.amazon.awssdk.services.firehose.FirehoseAsyncClientBuilder;
import software.amazon.awssdk.services.firehose.model.PutRecordBatchRequest;

/** Records go where the client of the AWS SDK would send them. */
@OwnJvm("sets a system property that every AWS client reads")
class FirehoseEndpointsTest {

    static List<String> regions() {
        return Region.regions().stream().map(Region::id).toList();
    }

    @ParameterizedTest
    @MethodSource("regions")
    void areThoseOfTheSdkInEveryRegion(String region) {
        for (int i = 0; i < 4; i++) {
            boolean fips = (i & 1) > 0;
            boolean dualStack = (i & 2) > 0;
            assertThat(SdkEndpoints.found(
                            () -> FirehoseEndpoints.of(new ServiceEndpoint.Settings(region, fips, dualStack, null))))
                    .as("fips=%s dualStack=%s", fips, dualStack)
                    .isEqualTo(
                            sdk(FirehoseAsyncClient.builder().fipsEnabled(fips).dualstackEnabled(dualStack), region));
        }
    }

    @Test
    void areOverriddenAsTheSdkDoes() {
        URI uri = URI.create("https://proxy.example/firehose");
        assertThat(SdkEndpoints.found(
                        () -> FirehoseEndpoints.of(ServiceEndpoint.Settings.read("firehose", "eu-west-1", uri))))
                .isEqualTo(sdk(FirehoseAsyncClient.builder().endpointOverride(uri), "eu-west-1"));
    }

    @Test
    void followTheSettingsOfTheSdk() {
        System.setProperty("aws.endpointUrlFirehose", "https://vpce.example");
        try {
            assertThat(SdkEndpoints.found(
                            () -> FirehoseEndpoints.of(ServiceEndpoint.Settings.read("firehose", "eu-west-1", null))))
                    .isEqualTo(sdk(FirehoseAsyncClient.builder(), "eu-west-1"));
        } finally {
            System.clearProperty("aws.endpointUrlFirehose");
        }
    }

    private static Object sdk(FirehoseAsyncClientBuilder builder, String region) {
        return SdkEndpoints.<FirehoseAsyncClientBuilder, FirehoseAsyncClient>called(
                builder,
                region,
                client -> client.putRecordBatch(PutRecordBatchRequest.builder()
                        .deliveryStreamName("events")
                        .records(List.of())
                        .build()));
    }
}
