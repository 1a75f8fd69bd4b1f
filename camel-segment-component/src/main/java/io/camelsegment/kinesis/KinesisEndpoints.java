package io.camelsegment.kinesis;

import io.camelsegment.aws.StreamArn;
import io.camelsegment.aws.client.ServiceEndpoint;
import software.amazon.awssdk.services.kinesis.endpoints.KinesisEndpointParams;
import software.amazon.awssdk.services.kinesis.endpoints.KinesisEndpointProvider;

/** Finds the endpoint that takes the records of a stream, by the rules of the AWS SDK. */
final class KinesisEndpoints {

    /** The service's name in settings and signatures. */
    static final String SERVICE = "kinesis";

    private KinesisEndpoints() {}

    /**
     * Returns the endpoint of PutRecords.
     *
     * @param stream the stream's name or its ARN
     * @throws software.amazon.awssdk.core.exception.SdkClientException if there is none
     */
    static ServiceEndpoint data(ServiceEndpoint.Settings settings, String stream) {
        KinesisEndpointParams parameters = KinesisEndpointParams.builder()
                .region(settings.sdkRegion())
                .useFips(settings.useFips())
                .useDualStack(settings.useDualStack())
                .endpoint(settings.override())
                .streamArn(StreamArn.isArn(stream) ? stream : null)
                .operationType("data")
                .build();
        return ServiceEndpoint.of(
                KinesisEndpointProvider.defaultProvider().resolveEndpoint(parameters), settings, SERVICE);
    }
}
