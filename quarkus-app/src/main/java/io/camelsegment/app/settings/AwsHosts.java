package io.camelsegment.app.settings;

import java.util.stream.Stream;
import software.amazon.awssdk.regions.EndpointTag;
import software.amazon.awssdk.regions.PartitionEndpointKey;
import software.amazon.awssdk.regions.PartitionMetadata;
import software.amazon.awssdk.regions.Region;

/** Tells AWS's own hosts from LocalStack-like servers. */
public final class AwsHosts {

    private static final PartitionEndpointKey DUAL_STACK =
            PartitionEndpointKey.builder().tags(EndpointTag.DUALSTACK).build();

    private AwsHosts() {}

    /** Returns whether the host is AWS's, in any partition, also of a dual-stack endpoint. */
    public static boolean isAws(String host) {
        return Region.regions().stream()
                .map(PartitionMetadata::of)
                .flatMap(partition -> Stream.of(partition.dnsSuffix(), partition.dnsSuffix(DUAL_STACK)))
                .anyMatch(suffix -> host.equals(suffix) || host.endsWith("." + suffix));
    }
}
