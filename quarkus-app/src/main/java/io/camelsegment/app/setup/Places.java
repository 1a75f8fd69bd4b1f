package io.camelsegment.app.setup;

import static io.camelsegment.app.setup.Check.Step.REGION;

import io.camelsegment.app.routes.AwsAccess;
import io.camelsegment.app.settings.AwsHosts;
import io.camelsegment.aws.AwsNames;
import java.net.URI;
import java.util.Arrays;
import software.amazon.awssdk.regions.PartitionMetadata;
import software.amazon.awssdk.regions.Region;

/** Whether region, role, credentials and endpoint are of one partition, and the endpoint is the region's. */
final class Places {

    private Places() {}

    static Check examine(AwsAccess aws, BaseIdentity base) {
        String partition = PartitionMetadata.of(Region.of(aws.region())).id();
        String ofRole = partition(aws.roleAddress(), partition);
        if (!ofRole.equals(partition)) {
            return Check.fail(
                    REGION,
                    "the role is of partition " + ofRole + ", but region " + aws.region() + " is of " + partition,
                    "set region to one of the role's partition, or role-address to a role of " + partition);
        }
        String ofCaller = partition(base.arn(), partition);
        if (!ofCaller.equals(partition)) {
            return Check.fail(
                    REGION,
                    "the credentials are of partition " + ofCaller + ", but region " + aws.region() + " is of "
                            + partition,
                    "set region to one of their partition, or give the process credentials of " + partition);
        }
        String other = otherRegion(aws.endpointOverride(), aws.region());
        if (other != null) {
            return Check.fail(
                    REGION,
                    "the endpoint " + aws.endpointOverride().getHost() + " is in " + other + ", but region is "
                            + aws.region(),
                    "set region to " + other + ", or endpoint-override to one in " + aws.region());
        }
        return Check.pass(
                REGION,
                aws.region() + " of partition " + partition
                        + (aws.endpointOverride() == null
                                ? ""
                                : ", endpoint " + aws.endpointOverride().getHost()));
    }

    private static String partition(String arn, String ifNotKnown) {
        return Arn.find(arn).map(Arn::partition).orElse(ifNotKnown);
    }

    private static String otherRegion(URI endpoint, String region) {
        if (endpoint == null || !AwsHosts.isAws(endpoint.getHost())) {
            return null;
        }
        return Arrays.stream(endpoint.getHost().split("\\.", -1))
                .filter(label -> AwsNames.REGION.matcher(label).matches() && !label.equals(region))
                .findFirst()
                .orElse(null);
    }
}
