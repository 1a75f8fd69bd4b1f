package io.camelsegment.localaws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.KinesisException;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.model.StsException;

/** Each partition is an AWS of its own: ARNs, principals and sessions do not cross. */
@ExtendWith(LocalAwsExtension.class)
class PartitionsTest {
    private final LocalAws aws;

    PartitionsTest(LocalAws aws) {
        this.aws = aws;
    }

    @BeforeEach
    void forget() {
        aws.reset();
    }

    @ParameterizedTest
    @CsvSource({
        "aws, eu-central-1, aws-global",
        "aws-cn, cn-north-1, aws-cn-global",
        "aws-us-gov, us-gov-west-1, aws-us-gov-global",
        "aws-iso, us-iso-east-1, aws-iso-global",
        "aws-iso-b, us-isob-east-1, aws-iso-b-global"
    })
    void setsUpARoleInEveryPartition(String partition, String regionName, String iamRegion) {
        Region region = Region.of(regionName);
        String roleArn = "arn:" + partition + ":iam::000000000000:role/segment";
        KinesisStream events = aws.region(regionName).createStream("events", 1);
        assertThat(events.arn()).startsWith("arn:" + partition + ":kinesis:" + regionName + ":");
        try (IamClient iam = AwsClients.iam(aws, AwsClients.STATIC_KEYS, Region.of(iamRegion))) {
            assertThat(iam.createRole(r -> r.roleName("segment")
                                    .assumeRolePolicyDocument("{\"Statement\": {\"Effect\": \"Allow\", \"Action\": "
                                            + "\"sts:AssumeRole\", \"Principal\": {\"AWS\": \"arn:" + partition
                                            + ":iam::000000000000:root\"}}}"))
                            .role()
                            .arn())
                    .isEqualTo(roleArn);
            iam.putRolePolicy(r -> r.roleName("segment")
                    .policyName("read")
                    .policyDocument(
                            "{\"Statement\": {\"Effect\": \"Allow\", \"Action\": \"kinesis:DescribeStreamSummary\", "
                                    + "\"Resource\": \"" + events.arn() + "\"}}"));
        }

        AwsCredentials session = AwsClients.assume(aws, AwsClients.STATIC_KEYS, region, roleArn, null);
        try (KinesisClient kinesis = AwsClients.kinesis(aws, session, region);
                StsClient sts = AwsClients.sts(aws, session, region)) {
            assertThat(sts.getCallerIdentity().arn())
                    .isEqualTo("arn:" + partition + ":sts::000000000000:assumed-role/segment/segment");
            assertThat(kinesis.describeStreamSummary(r -> r.streamName("events"))
                            .streamDescriptionSummary()
                            .streamARN())
                    .isEqualTo(events.arn());
        }
    }

    @Test
    void neitherRolesNorSessionsCrossPartitions() {
        Role role = aws.createRole("segment");
        AwsCredentials session = AwsClients.assume(aws, role);

        assertThatExceptionOfType(StsException.class)
                .isThrownBy(() -> AwsClients.assume(aws, AwsClients.STATIC_KEYS, Region.CN_NORTH_1, role.arn(), null))
                .withMessageContaining("User: arn:aws-cn:iam::000000000000:user/local-aws is not authorized");
        try (KinesisClient kinesis = AwsClients.kinesis(aws, session, Region.CN_NORTH_1)) {
            assertThatExceptionOfType(KinesisException.class)
                    .isThrownBy(kinesis::listStreams)
                    .withMessageContaining("The security token included in the request is invalid.");
        }
    }
}
