package io.camelsegment.app.doctor;

import static io.camelsegment.app.doctor.Check.Step.REGION;

import io.camelsegment.aws.AwsNames;
import io.camelsegment.routes.AwsAccess;
import java.net.URI;
import java.util.Arrays;
import java.util.regex.Pattern;
import software.amazon.awssdk.regions.PartitionMetadata;
import software.amazon.awssdk.regions.Region;

/** Whether region, role, credentials and endpoint are of one partition, and the endpoint is the region's. */
final class Places {

    /**
     * AWS's own hosts, with the region among their labels.
     *
     * @see <a href="https://docs.aws.amazon.com/general/latest/gr/rande.html">AWS service endpoints</a>, read 2026-11-22
     */
    private static final Pattern AWS_HOST =
            Pattern.compile("(.*\\.)?(amazonaws\\.com(\\.cn)?|api\\.aws|api\\.amazonwebservices\\.com\\.cn)");

    private Places() {}

    static Check examine(AwsAccess aws, BaseIdentity base) {
        String partition = PartitionMetadata.of(Region.of(aws.region())).id();
        if (aws.roleAddress() != null && !Arns.partition(aws.roleAddress()).equals(partition)) {
            return Check.fail(
                    REGION,
                    "the role is of partition " + Arns.partition(aws.roleAddress()) + ", but region " + aws.region()
                            + " is of " + partition,
                    "set region to one of the role's partition, or role-address to a role of " + partition);
        }
        if (base.arn() != null && !Arns.partition(base.arn()).equals(partition)) {
            return Check.fail(
                    REGION,
                    "the credentials are of partition " + Arns.partition(base.arn()) + ", but region " + aws.region()
                            + " is of " + partition,
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

    private static String otherRegion(URI endpoint, String region) {
        if (endpoint == null || !AWS_HOST.matcher(endpoint.getHost()).matches()) {
            return null;
        }
        return Arrays.stream(endpoint.getHost().split("\\.", -1))
                .filter(label -> AwsNames.REGION.matcher(label).matches() && !label.equals(region))
                .findFirst()
                .orElse(null);
    }
}
