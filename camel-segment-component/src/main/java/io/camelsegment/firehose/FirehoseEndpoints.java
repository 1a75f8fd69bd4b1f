package io.camelsegment.firehose;

import io.camelsegment.aws.client.ServiceEndpoint;
import software.amazon.awssdk.services.firehose.endpoints.FirehoseEndpointParams;
import software.amazon.awssdk.services.firehose.endpoints.FirehoseEndpointProvider;

/** Finds the endpoint of a region, by the rules of the AWS SDK. */
final class FirehoseEndpoints {

    /** The service's name in settings and signatures. */
    static final String SERVICE = "firehose";

    private FirehoseEndpoints() {}

    /**
     * Returns the endpoint.
     *
     * @throws software.amazon.awssdk.core.exception.SdkClientException if there is none
     */
    static ServiceEndpoint of(ServiceEndpoint.Settings settings) {
        FirehoseEndpointParams parameters = FirehoseEndpointParams.builder()
                .region(settings.sdkRegion())
                .useFips(settings.useFips())
                .useDualStack(settings.useDualStack())
                .endpoint(settings.override())
                .build();
        return ServiceEndpoint.of(
                FirehoseEndpointProvider.defaultProvider().resolveEndpoint(parameters), settings, SERVICE);
    }
}
