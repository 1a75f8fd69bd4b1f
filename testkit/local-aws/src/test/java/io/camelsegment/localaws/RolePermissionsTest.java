package io.camelsegment.localaws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNoException;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.firehose.FirehoseClient;
import software.amazon.awssdk.services.firehose.model.Record;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.iam.model.ContextEntry;
import software.amazon.awssdk.services.iam.model.ContextKeyTypeEnum;
import software.amazon.awssdk.services.iam.model.DeleteConflictException;
import software.amazon.awssdk.services.iam.model.IamException;
import software.amazon.awssdk.services.iam.model.MalformedPolicyDocumentException;
import software.amazon.awssdk.services.iam.model.NoSuchEntityException;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;
import software.amazon.awssdk.services.sts.StsClient;

/** What the sessions of a role may do. */
@ExtendWith(LocalAwsExtension.class)
class RolePermissionsTest {
    private static final String SESSION =
            "User: arn:aws:sts::000000000000:assumed-role/segment/segment is not authorized to " + "perform: ";
    private static final String EVENTS = "arn:aws:kinesis:us-west-2:000000000000:stream/events";
    private static final String LAKE = "arn:aws:firehose:us-west-2:000000000000:deliverystream/lake";
    private static final String TRUST = "{\"Version\": \"2012-10-17\", \"Statement\": {\"Effect\": \"Allow\", "
            + "\"Principal\": {\"AWS\": \"*\"}, \"Action\": \"sts:AssumeRole\"}}";

    private final LocalAws aws;

    RolePermissionsTest(LocalAws aws) {
        this.aws = aws;
    }

    @BeforeEach
    void createStreams() {
        aws.reset();
        aws.createStream("events", 1);
        aws.createStream("events-2", 1);
        aws.createDeliveryStream("lake");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    # statements of the role's policy | decision on kinesis:PutRecords of the stream events
                    {"Effect": "Allow", "Action": "kinesis:PutRecords", "Resource": "arn:aws:kinesis:us-west-2:000000000000:stream/events"} | allowed
                    {"Effect": "Allow", "Action": ["kinesis:PutRecord", "KINESIS:putrecords"], "Resource": ["*"]}                     | allowed
                    {"Effect": "Allow", "Action": "kinesis:Put*", "Resource": "arn:aws:kinesis:*:*:stream/*"}                         | allowed
                    {"Effect": "Allow", "Action": "kinesis:PutRecord?", "Resource": "arn:aws:kinesis:us-west-?:000000000000:stream/ev*ts"} | allowed
                    {"Effect": "Allow", "Action": "*", "Resource": "arn:aws:kinesis"}                                                 | allowed
                    {"Effect": "Allow", "NotAction": "kinesis:Delete*", "NotResource": "arn:aws:kinesis:*:*:stream/secret"}           | allowed
                    {"Effect": "Allow", "Action": "kinesis:*", "Resource": "*", "Condition": {"StringEquals": {"aws:RequestedRegion": ["us-west-2", "eu-west-1"]}}} | allowed
                    {"Effect": "Allow", "Action": "kinesis:*", "Resource": "*", "Condition": {"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}} | implicitDeny
                    {"Effect": "Allow", "Action": "kinesis:PutRecord", "Resource": "*"}                                               | implicitDeny
                    {"Effect": "Allow", "Action": "firehose:*", "Resource": "*"}                                                      | implicitDeny
                    {"Effect": "Allow", "Action": "kinesis:PutRecords", "Resource": "arn:aws:kinesis:us-west-2:000000000000:stream/events-2"} | implicitDeny
                    {"Effect": "Allow", "Action": "kinesis:PutRecords", "Resource": "arn:aws:kinesis:us-west-2:000000000000:stream/Events"} | implicitDeny
                    {"Effect": "Allow", "Action": "kinesis:PutRecords", "Resource": "arn:aws:kinesis:us-east-1:000000000000:stream/events"} | implicitDeny
                    {"Effect": "Allow", "Action": "kinesis:PutRecords", "Resource": "arn:aws:kinesis:us-west-2:595280932656:stream/events"} | implicitDeny
                    {"Effect": "Allow", "Action": "kinesis:PutRecords", "Resource": "arn:aws:kin*:stream/events"}                     | implicitDeny
                    {"Effect": "Allow", "NotAction": "kinesis:*", "Resource": "*"}                                                    | implicitDeny
                    {"Effect": "Deny", "Action": "kinesis:PutRecords", "Resource": "*"}                                               | explicitDeny
                    [{"Effect": "Allow", "Action": "*", "Resource": "*"}, {"Effect": "Deny", "Action": "kinesis:*", "Resource": "*"}]    | explicitDeny
                    [{"Effect": "Allow", "Action": "*", "Resource": "*"}, {"Effect": "Deny", "Action": "kinesis:Put*", "Resource": "arn:aws:kinesis:*:*:stream/events"}] | explicitDeny
                    [{"Effect": "Allow", "Action": "*", "Resource": "*"}, {"Effect": "Deny", "Action": "kinesis:Put*", "Resource": "arn:aws:kinesis:*:*:stream/events-2"}] | allowed
                    """)
    void evaluatesActionsAndResources(String statements, String decision) {
        String denied = SESSION + "kinesis:PutRecords on resource: " + EVENTS;
        try (IamClient iam = AwsClients.iam(aws)) {
            Role role = createRole(iam);
            iam.putRolePolicy(r -> r.roleName("segment").policyName("delivery").policyDocument(policy(statements)));
            try (KinesisClient kinesis = AwsClients.kinesis(aws, AwsClients.assume(aws, role))) {
                switch (decision) {
                    case "allowed" -> putRecords(kinesis, "events");
                    case "implicitDeny" ->
                        assertDenied(
                                () -> putRecords(kinesis, "events"),
                                denied + " because no identity-based policy allows the kinesis:PutRecords action");
                    default ->
                        assertDenied(
                                () -> putRecords(kinesis, "events"),
                                denied + " with an explicit deny in an identity-based policy");
                }
            }
            assertThat(iam.simulatePrincipalPolicy(r -> r.policySourceArn(role.arn())
                                    .actionNames("kinesis:PutRecords")
                                    .resourceArns(EVENTS)
                                    .contextEntries(context("aws:RequestedRegion", "us-west-2")))
                            .evaluationResults())
                    .singleElement()
                    .satisfies(
                            result -> assertThat(result.evalDecisionAsString()).isEqualTo(decision));
        }
        assertThat(aws.stream("events").recordCount()).isEqualTo(decision.equals("allowed") ? 1 : 0);
    }

    @Test
    void asksEachServiceForPermission() {
        Role role = aws.createRole("segment").allow("sts:AssumeRole");
        Role other = aws.createRole("other");
        String iterator;
        try (KinesisClient kinesis = AwsClients.kinesis(aws)) {
            iterator = kinesis.getShardIterator(r -> r.streamName("events")
                            .shardId("shardId-000000000000")
                            .shardIteratorType(ShardIteratorType.TRIM_HORIZON))
                    .shardIterator();
        }
        AwsCredentials session = AwsClients.assume(aws, role);
        try (KinesisClient kinesis = AwsClients.kinesis(aws, session);
                FirehoseClient firehose = AwsClients.firehose(aws, session);
                IamClient iam = AwsClients.iam(aws, session);
                StsClient sts = AwsClients.sts(aws, session)) {
            Map<String, ThrowingCallable> calls = Map.of(
                    "kinesis:PutRecord on resource: " + EVENTS,
                    () -> kinesis.putRecord(
                            r -> r.streamARN(EVENTS).partitionKey("k").data(SdkBytes.fromUtf8String("{}"))),
                    "kinesis:DescribeStreamSummary on resource: " + EVENTS,
                    () -> kinesis.describeStreamSummary(r -> r.streamName("events")),
                    "kinesis:GetRecords on resource: " + EVENTS,
                    () -> kinesis.getRecords(r -> r.shardIterator(iterator)),
                    "kinesis:ListShards on resource: " + EVENTS,
                    () -> kinesis.listShards(r -> r.streamName("events")),
                    "kinesis:ListStreams on resource: *",
                    kinesis::listStreams,
                    "firehose:PutRecordBatch on resource: " + LAKE,
                    () -> firehose.putRecordBatch(r -> r.deliveryStreamName("lake")
                            .records(Record.builder()
                                    .data(SdkBytes.fromUtf8String("{}\\n"))
                                    .build())),
                    "iam:GetRole on resource: " + other.arn(),
                    () -> iam.getRole(r -> r.roleName("other")),
                    "iam:SimulatePrincipalPolicy on resource: " + role.arn(),
                    () -> iam.simulatePrincipalPolicy(
                            r -> r.policySourceArn(role.arn()).actionNames("kinesis:PutRecords")));

            calls.forEach((denial, call) -> assertDenied(call, SESSION + denial + " because no identity-based policy"));
            calls.keySet().forEach(denial -> role.allow(denial.substring(0, denial.indexOf(' '))));
            calls.values().forEach(call -> assertThatNoException().isThrownBy(call));

            role.deny("*");
            calls.forEach(
                    (denial, call) -> assertDenied(call, SESSION + denial + " with an explicit deny in an identity-"));
            assertThat(sts.getCallerIdentity().arn())
                    .isEqualTo("arn:aws:sts::000000000000:assumed-role/segment/segment");
        }
    }

    @Test
    void aRoleOfTheJavaApiMayDoEverythingUntilItHasAPolicy() {
        Role role = aws.createRole("segment");
        try (KinesisClient kinesis = AwsClients.kinesis(aws, AwsClients.assume(aws, role))) {
            putRecords(kinesis, "events");

            role.allow("kinesis:PutRecords", aws.stream("events-2").arn());
            assertDenied(() -> putRecords(kinesis, "events"), "kinesis:PutRecords on resource: " + EVENTS);
            putRecords(kinesis, "events-2");

            role.allow("kinesis:PutRecords", EVENTS);
            putRecords(kinesis, "events");

            role.deny("kinesis:PutRecords", EVENTS);
            assertDenied(() -> putRecords(kinesis, "events"), "with an explicit deny");

            role.denyEverything();
            assertDenied(() -> putRecords(kinesis, "events-2"), "because no identity-based policy allows");
        }
    }

    @Test
    void aRoleOfCreateRoleMayDoNothingUntilItHasAPolicy() {
        try (IamClient iam = AwsClients.iam(aws)) {
            Role role = createRole(iam);
            try (KinesisClient kinesis = AwsClients.kinesis(aws, AwsClients.assume(aws, role))) {
                assertDenied(() -> putRecords(kinesis, "events"), "because no identity-based policy allows");
            }
        }
    }

    @Test
    void aStreamIsTheOneOfTheCallersAccount() {
        Role role = aws.createRole("arn:aws:iam::874699288871:role/segment")
                .allow("kinesis:PutRecords", "arn:aws:kinesis:us-west-2:874699288871:stream/events");
        try (KinesisClient kinesis = AwsClients.kinesis(aws, AwsClients.assume(aws, role))) {
            putRecords(kinesis, "events");
            assertDenied(
                    () -> putRecords(kinesis, "events-2"),
                    "on resource: arn:aws:kinesis:us-west-2:874699288871:stream/events-2 because");
        }
    }

    @Test
    void keepsPoliciesByName() {
        try (IamClient iam = AwsClients.iam(aws)) {
            Role role = createRole(iam);
            String put = policy("{\"Effect\": \"Allow\", \"Action\": \"kinesis:PutRecords\", \"Resource\": \"*\"}");
            String all = policy("{\"Sid\": \"a+b\", \"Effect\": \"Allow\", \"Action\": \"*\", \"Resource\": \"*\"}");
            iam.putRolePolicy(r -> r.roleName("segment").policyName("one").policyDocument(put));
            iam.putRolePolicy(r -> r.roleName("segment").policyName("two").policyDocument(put));
            iam.putRolePolicy(r -> r.roleName("segment").policyName("two").policyDocument(all));

            assertThat(iam.listRolePolicies(r -> r.roleName("segment")).policyNames())
                    .containsExactly("one", "two");
            assertThat(URLDecoder.decode(
                            iam.getRolePolicy(r -> r.roleName("segment").policyName("two"))
                                    .policyDocument(),
                            StandardCharsets.UTF_8))
                    .isEqualTo(all);
            assertThatExceptionOfType(DeleteConflictException.class)
                    .isThrownBy(() -> iam.deleteRole(r -> r.roleName("segment")))
                    .withMessageContaining("must delete policies first");

            try (KinesisClient kinesis = AwsClients.kinesis(aws, AwsClients.assume(aws, role))) {
                kinesis.listStreams();
                iam.deleteRolePolicy(r -> r.roleName("segment").policyName("two"));
                assertDenied(kinesis::listStreams, "kinesis:ListStreams on resource: *");
                putRecords(kinesis, "events");
            }
            assertThatExceptionOfType(NoSuchEntityException.class)
                    .isThrownBy(
                            () -> iam.getRolePolicy(r -> r.roleName("segment").policyName("two")))
                    .withMessageContaining("The role policy with name two cannot be found.");
            assertThatExceptionOfType(NoSuchEntityException.class)
                    .isThrownBy(() -> iam.listRolePolicies(r -> r.roleName("another")))
                    .withMessageContaining("The role with name another cannot be found.");
            iam.deleteRolePolicy(r -> r.roleName("segment").policyName("one"));
            iam.deleteRole(r -> r.roleName("segment"));
        }
    }

    @Test
    void keepsTheSizeLimitOfAllPoliciesOfARole() {
        try (IamClient iam = AwsClients.iam(aws)) {
            createRole(iam);
            iam.putRolePolicy(r -> r.roleName("segment").policyName("one").policyDocument(policyOfLength(10_000)));
            iam.putRolePolicy(r -> r.roleName("segment").policyName("two").policyDocument(policyOfLength(240)));

            assertThatExceptionOfType(IamException.class)
                    .isThrownBy(() -> iam.putRolePolicy(
                            r -> r.roleName("segment").policyName("two").policyDocument(policyOfLength(241))))
                    .withMessageContaining("Maximum policy size of 10240 bytes exceeded for role segment")
                    .satisfies(e -> assertThat(e.awsErrorDetails().errorCode()).isEqualTo("LimitExceeded"));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    {"Effect": "Allow", "Action": "kinesis:*"}                                                 | must contain resources
                    {"Effect": "Allow", "Resource": "*"}                                                       | must contain actions
                    {"Effect": "allow", "Action": "kinesis:*", "Resource": "*"}                                | Syntax errors in policy
                    {"Effect": "Allow", "Actions": "kinesis:*", "Resource": "*"}                               | Syntax errors in policy
                    {"Effect": "Allow", "Action": 1, "Resource": "*"}                                          | Syntax errors in policy
                    {"Effect": "Allow", "Action": "PutRecords", "Resource": "*"}                               | must be prefaced by a vendor
                    {"Effect": "Allow", "Action": "kinesis:*", "Resource": "stream/events"}                    | Resource stream/events must be in ARN format or "*"
                    {"Effect": "Allow", "Action": "kinesis:*", "Resource": "*", "Principal": "*"}              | should not specify a principal
                    {"Effect": "Allow", "Action": "kinesis:*", "Resource": "arn:aws:kinesis:*:*:stream/${aws:username}"} | local-aws does not evaluate policy variables
                    {"Effect": "Allow", "Action": "kinesis:*", "Resource": "*", "Condition": {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}} | local-aws evaluates only the conditions
                    {"Effect": "Allow", "Action": "kinesis:*", "Resource": "*", "Condition": {"StringEquals": {"aws:ResourceTag/team": "a"}}} | was StringEquals on aws:ResourceTag/team
                    """)
    void refusesPoliciesThatItWouldNotEvaluate(String statement, String message) {
        try (IamClient iam = AwsClients.iam(aws)) {
            createRole(iam);
            assertThatExceptionOfType(MalformedPolicyDocumentException.class)
                    .isThrownBy(() -> iam.putRolePolicy(
                            r -> r.roleName("segment").policyName("delivery").policyDocument(policy(statement))))
                    .withMessageContaining(message);
            assertThat(iam.listRolePolicies(r -> r.roleName("segment")).policyNames())
                    .isEmpty();
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> aws.createRole("java").putPolicy("delivery", policy(statement)))
                .withMessageContaining(message);
    }

    private Role createRole(IamClient iam) {
        String arn = iam.createRole(r -> r.roleName("segment").assumeRolePolicyDocument(TRUST))
                .role()
                .arn();
        return aws.role(arn);
    }

    private static String policy(String statements) {
        return "{\"Version\": \"2012-10-17\", \"Statement\": " + statements + "}";
    }

    /** White space does not count. */
    private static String policyOfLength(int characters) {
        String empty = policy("{\"Sid\": \"\", \"Effect\": \"Allow\", \"Action\": \"*\", \"Resource\": \"*\"}");
        String sid = "x".repeat(characters - empty.replaceAll("\\s", "").length());
        return empty.replace("\"\"", "\"" + sid + "\"");
    }

    private static void putRecords(KinesisClient kinesis, String stream) {
        kinesis.putRecords(r -> r.streamName(stream)
                .records(PutRecordsRequestEntry.builder()
                        .partitionKey("k")
                        .data(SdkBytes.fromUtf8String("{}"))
                        .build()));
    }

    private static void assertDenied(ThrowingCallable call, String message) {
        assertThatExceptionOfType(AwsServiceException.class)
                .isThrownBy(call)
                .withMessageContaining(message)
                .satisfies(e -> {
                    boolean query = e instanceof IamException;
                    assertThat(e.statusCode()).isEqualTo(query ? 403 : 400);
                    assertThat(e.awsErrorDetails().errorCode())
                            .isEqualTo(query ? "AccessDenied" : "AccessDeniedException");
                });
    }

    private static ContextEntry context(String key, String value) {
        return ContextEntry.builder()
                .contextKeyName(key)
                .contextKeyType(ContextKeyTypeEnum.STRING)
                .contextKeyValues(value)
                .build();
    }
}
