package io.camelsegment.localaws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.iam.model.IamException;
import software.amazon.awssdk.services.iam.model.MalformedPolicyDocumentException;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.AccessDeniedException;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.model.StsException;

/** Who may assume a role: principals, conditions, and roles that assume roles. */
@ExtendWith(LocalAwsExtension.class)
class TrustPolicyTest {
    private static final String OWN = "000000000000";

    private final LocalAws aws;

    TrustPolicyTest(LocalAws aws) {
        this.aws = aws;
    }

    @BeforeEach
    void forget() {
        aws.reset();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    "*"                                                                       | true
                    {"AWS": "*"}                                                              | true
                    {"AWS": "000000000000"}                                                   | true
                    {"AWS": "arn:aws:iam::000000000000:root"}                                 | true
                    {"AWS": "arn:aws:iam::000000000000:user/local-aws"}                       | true
                    {"AWS": ["arn:aws:iam::595280932656:root", "000000000000"]}               | true
                    {"AWS": "000000000000", "Service": "firehose.amazonaws.com"}              | true
                    {"AWS": "595280932656"}                                                   | false
                    {"AWS": "arn:aws:iam::595280932656:root"}                                 | false
                    {"AWS": "arn:aws-cn:iam::000000000000:root"}                              | false
                    {"AWS": "arn:aws:iam::000000000000:user/another"}                         | false
                    {"AWS": "arn:aws:iam::000000000000:role/local-aws"}                       | false
                    {"AWS": ["arn:aws:iam::595280932656:root", "arn:aws:iam::595280932656:role/x"]} | false
                    {"Service": "firehose.amazonaws.com"}                                     | false
                    """)
    void evaluatesThePrincipal(String principal, boolean trusted) {
        Role role = aws.createRole("segment").trust(trustPolicy(principal, "{}"));

        assertMayAssume(role, null, trusted);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    {"StringEquals": {"sts:ExternalId": "ws_123"}}                     | ws_123 | true
                    {"StringEquals": {"STS:externalid": ["ws_1", "ws_123"]}}           | ws_123 | true
                    {"StringEquals": {"sts:ExternalId": "ws_123"}}                     | WS_123 | false
                    {"StringEquals": {"sts:ExternalId": "ws_123"}}                     |        | false
                    {"StringEquals": {"sts:ExternalId": "ws_*"}}                       | ws_123 | false
                    {"StringLike": {"sts:ExternalId": "ws_*"}}                         | ws_123 | true
                    {"StringLike": {"sts:ExternalId": "ws_??"}}                        | ws_123 | false
                    {"StringEquals": {"sts:RoleSessionName": "segment"}}               |        | true
                    {"StringEquals": {"sts:RoleSessionName": "another"}}               |        | false
                    {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:user/local-*"}}   |        | true
                    {"ArnLike": {"aws:PrincipalArn": "arn:aws:*-aws"}}                 |        | false
                    {"StringEquals": {"aws:PrincipalAccount": "595280932656"}}         |        | false
                    {"StringEquals": {"aws:RequestedRegion": "us-west-2", "sts:ExternalId": "ws_123"}} | ws_123 | true
                    {"StringEquals": {"aws:RequestedRegion": "eu-west-1", "sts:ExternalId": "ws_123"}} | ws_123 | false
                    """)
    void evaluatesConditions(String condition, String externalId, boolean trusted) {
        Role role = aws.createRole("segment").trust(trustPolicy("\"*\"", condition));

        assertMayAssume(role, externalId, trusted);
    }

    @Test
    void lettingSomeInDoesNotHelpThoseKeptOut() {
        Role role = aws.createRole("segment")
                .trust(
                        """
                        {"Version": "2012-10-17", "Statement": [
                          {"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"},
                          {"Effect": "Deny", "Principal": "*", "Action": "sts:*",
                           "Condition": {"StringEquals": {"sts:ExternalId": "leaked"}}}]}""");

        assertMayAssume(role, "fresh", true);
        assertMayAssume(role, "leaked", false);
    }

    @Test
    void aReplacedTrustPolicyCountsAtOnce() {
        Role role = aws.createRole("segment", "former");
        try (IamClient iam = AwsClients.iam(aws)) {
            iam.updateAssumeRolePolicy(r -> r.roleName("segment")
                    .policyDocument(trustPolicy("\"*\"", "{\"StringEquals\": {\"sts:ExternalId\": \"new\"}}")));
        }

        assertMayAssume(role, "new", true);
        assertMayAssume(role, "former", false);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    # the second role's account | whom it trusts                              | the first one's policy  | may
                    000000000000 | arn:aws:iam::000000000000:role/first                       | none                    | true
                    000000000000 | arn:aws:sts::000000000000:assumed-role/first/segment       | none                    | true
                    000000000000 | arn:aws:iam::000000000000:role/first                       | Deny                    | false
                    000000000000 | arn:aws:iam::000000000000:root                             | none                    | false
                    000000000000 | arn:aws:iam::000000000000:root                             | Allow                   | true
                    000000000000 | arn:aws:iam::000000000000:root                             | Allow another           | false
                    000000000000 | arn:aws:iam::000000000000:role/another                     | Allow                   | false
                    595280932656 | arn:aws:iam::000000000000:role/first                       | none                    | false
                    595280932656 | arn:aws:iam::000000000000:role/first                       | Allow                   | true
                    595280932656 | arn:aws:iam::595280932656:root                             | Allow                   | false
                    """)
    void rolesAssumeRolesWhenBothSidesAgree(String account, String trusted, String policy, boolean may) {
        Role first = aws.createRole("first");
        Role second = aws.createRole("arn:aws:iam::" + account + ":role/second")
                .trust(trustPolicy("{\"AWS\": \"" + trusted + "\"}", "{}"));
        switch (policy) {
            case "Allow" -> first.allow("sts:AssumeRole", second.arn());
            case "Allow another" -> first.allow("sts:AssumeRole", second.arn() + "x");
            case "Deny" -> first.deny("sts:AssumeRole");
            default -> first.denyEverything();
        }
        AwsCredentials session = AwsClients.assume(aws, first);

        if (may) {
            AwsCredentials chained = AwsClients.assume(aws, session, second.arn(), null);
            try (StsClient sts = AwsClients.sts(aws, chained)) {
                assertThat(sts.getCallerIdentity().arn())
                        .isEqualTo("arn:aws:sts::" + account + ":assumed-role/second/segment");
            }
        } else {
            assertThatExceptionOfType(StsException.class)
                    .isThrownBy(() -> AwsClients.assume(aws, session, second.arn(), null))
                    .withMessageContaining(
                            "User: arn:aws:sts::000000000000:assumed-role/first/segment is not authorized to "
                                    + "perform: sts:AssumeRole on resource: " + second.arn());
        }
    }

    @Test
    void sessionsAreAsShortAsAwsWantsThem() {
        Role role = aws.createRole("segment");
        try (IamClient iam = AwsClients.iam(aws);
                StsClient sts = AwsClients.sts(aws);
                StsClient chained = AwsClients.sts(aws, AwsClients.assume(aws, role))) {
            String shortRole = iam.createRole(
                            r -> r.roleName("short").assumeRolePolicyDocument(trustPolicy("\"*\"", "{}")))
                    .role()
                    .arn();
            String longRole = iam.createRole(r -> r.roleName("long")
                            .maxSessionDuration(7200)
                            .assumeRolePolicyDocument(trustPolicy("\"*\"", "{}")))
                    .role()
                    .arn();

            assertInvalidDuration(sts, shortRole, 899, "Member must have value greater than or equal to 900");
            assertInvalidDuration(sts, shortRole, 3601, "exceeds the MaxSessionDuration set for this role.");
            assertInvalidDuration(sts, longRole, 7201, "exceeds the MaxSessionDuration set for this role.");
            assertInvalidDuration(
                    chained, longRole, 3601, "exceeds the 1 hour session limit for roles assumed by role");
            assertThat(sts.assumeRole(r -> r.roleArn(longRole)
                                    .roleSessionName("segment")
                                    .durationSeconds(7200))
                            .credentials()
                            .sessionToken())
                    .isNotEmpty();
        }
    }

    @Test
    void twoTenantsCannotAssumeEachOthersRoles() {
        Role one = aws.createRole("arn:aws:iam::111111111111:role/segment", "secret-one");
        Role two = aws.createRole("arn:aws:iam::222222222222:role/segment", "secret-two");

        assertMayAssume(one, "secret-one", true);
        assertMayAssume(two, "secret-two", true);
        assertMayAssume(one, "secret-two", false);
        assertMayAssume(two, "secret-one", false);
    }

    @Test
    void aRoleCreatedAgainDoesNotReviveTheOldSessions() {
        aws.createStream("events", 1);
        Role former = aws.createRole("segment", "ws_123").allow("kinesis:*");
        AwsCredentials old = AwsClients.assume(aws, AwsClients.STATIC_KEYS, former.arn(), "ws_123");
        aws.deleteRole(former);
        assertMayAssume(former, "ws_123", false);
        Role again = aws.createRole("segment", "ws_123").allow("kinesis:*");

        AwsCredentials fresh = AwsClients.assume(aws, AwsClients.STATIC_KEYS, again.arn(), "ws_123");
        try (KinesisClient before = AwsClients.kinesis(aws, old);
                KinesisClient after = AwsClients.kinesis(aws, fresh)) {
            assertThatExceptionOfType(AccessDeniedException.class).isThrownBy(before::listStreams);
            assertThat(after.listStreams().streamNames()).containsExactly("events");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    no policy                                                               | contains invalid Json
                    {}                                                                      | at least one statement
                    {"Statement": {"Effect": "Allow", "Action": "sts:AssumeRole"}}          | Missing required field Principal
                    {"Statement": {"Effect": "Maybe", "Action": "sts:AssumeRole", "Principal": "*"}} | Syntax errors in policy
                    {"Statement": {"Effect": "Allow", "Action": "s3:*", "Principal": "*"}}  | may only specify STS AssumeRole
                    {"Statement": {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": "*", "Resource": "*"}} | prohibited field
                    {"Statement": {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": "arn:aws:iam::1:root"}}} | Invalid principal in policy: "AWS":"arn:aws:iam::1:root"
                    {"Statement": {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Amazon": "*"}}} | Invalid principal
                    {"Statement": {"Effect": "Allow", "Action": "sts:AssumeRole", "NotPrincipal": "*"}} | local-aws evaluates only Principal
                    {"Statement": {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": "*", "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}}} | local-aws evaluates only the conditions [ArnEquals, ArnLike, StringEquals, StringLike] on
                    """)
    void refusesTrustPoliciesThatItWouldNotEvaluate(String document, String message) {
        try (IamClient iam = AwsClients.iam(aws)) {
            assertThatExceptionOfType(MalformedPolicyDocumentException.class)
                    .isThrownBy(() -> iam.createRole(r -> r.roleName("role").assumeRolePolicyDocument(document)))
                    .withMessageContaining(message);
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> aws.createRole("role").trust(document))
                .withMessageContaining(message);
    }

    @Test
    void keepsTheSizeLimitOfTrustPolicies() {
        String fits = trustPolicyOfLength(2048);
        String tooLong = trustPolicyOfLength(2049);
        try (IamClient iam = AwsClients.iam(aws)) {
            iam.createRole(r -> r.roleName("fits").assumeRolePolicyDocument(fits));
            assertThatExceptionOfType(IamException.class)
                    .isThrownBy(() -> iam.createRole(r -> r.roleName("role").assumeRolePolicyDocument(tooLong)))
                    .withMessageContaining("Cannot exceed quota for ACLSizePerRole: 2048");
        }
    }

    /** White space does not count. */
    private static String trustPolicyOfLength(int characters) {
        String empty = trustPolicy("\"*\"", "{\"StringEquals\": {\"sts:ExternalId\": \"\"}}");
        String externalId = "x".repeat(characters - empty.replaceAll("\\s", "").length());
        return empty.replace("\"\"", "\"" + externalId + "\"");
    }

    private void assertMayAssume(Role role, String externalId, boolean expected) {
        if (expected) {
            AwsClients.assume(aws, AwsClients.STATIC_KEYS, role.arn(), externalId);
        } else {
            assertThatExceptionOfType(StsException.class)
                    .isThrownBy(() -> AwsClients.assume(aws, AwsClients.STATIC_KEYS, role.arn(), externalId))
                    .withMessageContaining("User: arn:aws:iam::" + OWN
                            + ":user/local-aws is not authorized to perform: sts:AssumeRole on resource: "
                            + role.arn());
        }
    }

    private static void assertInvalidDuration(StsClient sts, String roleArn, int seconds, String message) {
        assertThatExceptionOfType(StsException.class)
                .isThrownBy(() -> sts.assumeRole(
                        r -> r.roleArn(roleArn).roleSessionName("segment").durationSeconds(seconds)))
                .withMessageContaining(message)
                .satisfies(e -> assertThat(e.awsErrorDetails().errorCode()).isEqualTo("ValidationError"));
    }

    private static String trustPolicy(String principal, String condition) {
        return """
                {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "sts:AssumeRole",
                 "Principal": %s, "Condition": %s}}"""
                .formatted(principal, condition);
    }
}
