package io.camelsegment.localaws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.iam.model.ContextEntry;
import software.amazon.awssdk.services.iam.model.ContextKeyTypeEnum;
import software.amazon.awssdk.services.iam.model.EvaluationResult;
import software.amazon.awssdk.services.iam.model.IamException;
import software.amazon.awssdk.services.iam.model.NoSuchEntityException;
import software.amazon.awssdk.services.iam.model.Statement;

@ExtendWith(LocalAwsExtension.class)
class SimulatePrincipalPolicyTest {
    private static final String EVENTS = "arn:aws:kinesis:us-west-2:000000000000:stream/events";
    private static final String OTHER = "arn:aws:kinesis:us-west-2:000000000000:stream/other";
    private static final String KEY = "arn:aws:kms:us-west-2:000000000000:key/1234abcd-12ab-34cd-56ef-1234567890ab";

    private final LocalAws aws;

    SimulatePrincipalPolicyTest(LocalAws aws) {
        this.aws = aws;
    }

    @BeforeEach
    void forget() {
        aws.reset();
    }

    @Test
    void answersEachActionOnEachResource() {
        Role role = aws.createRole("segment")
                .allow("kinesis:PutRecord", EVENTS)
                .allow("kinesis:PutRecords")
                .deny("kinesis:PutRecords", OTHER);

        assertThat(simulate(role.arn(), List.of("kinesis:PutRecord", "kinesis:PutRecords"), EVENTS, OTHER))
                .containsExactly(
                        "kinesis:PutRecord on " + EVENTS + ": allowed [role_segment_Allow-1]",
                        "kinesis:PutRecord on " + OTHER + ": implicitDeny []",
                        "kinesis:PutRecords on " + EVENTS + ": allowed [role_segment_Allow-2]",
                        "kinesis:PutRecords on " + OTHER + ": explicitDeny [role_segment_Deny-3]");
    }

    @Test
    void meansAllResourcesWhenNoneIsGiven() {
        Role role = aws.createRole("segment").allow("kinesis:PutRecord", EVENTS).allow("kinesis:ListStreams");

        assertThat(simulate(role.arn(), List.of("kinesis:PutRecord", "kinesis:ListStreams")))
                .containsExactly(
                        "kinesis:PutRecord on *: implicitDeny []",
                        "kinesis:ListStreams on *: allowed [role_segment_Allow-2]");
    }

    @Test
    void saysWhichContextIsMissing() {
        Role role = aws.createRole("segment")
                .putPolicy(
                        "kms",
                        """
                        {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "kms:GenerateDataKey",
                         "Resource": "%s",
                         "Condition": {"StringLike": {"kms:ViaService": "kinesis.*.amazonaws.com"}}}}"""
                                .formatted(KEY));
        try (IamClient iam = AwsClients.iam(aws)) {
            EvaluationResult without = iam.simulatePrincipalPolicy(r -> r.policySourceArn(role.arn())
                            .actionNames("kms:GenerateDataKey")
                            .resourceArns(KEY))
                    .evaluationResults()
                    .get(0);
            assertThat(without.evalDecisionAsString()).isEqualTo("implicitDeny");
            assertThat(without.missingContextValues()).isEmpty();
            assertThat(without.resourceSpecificResults().get(0).missingContextValues())
                    .containsExactly("kms:ViaService");

            EvaluationResult with = iam.simulatePrincipalPolicy(r -> r.policySourceArn(role.arn())
                            .actionNames("kms:GenerateDataKey")
                            .resourceArns(KEY)
                            .contextEntries(context("kms:ViaService", "kinesis.us-west-2.amazonaws.com")))
                    .evaluationResults()
                    .get(0);
            assertThat(with.evalDecisionAsString()).isEqualTo("allowed");
            assertThat(with.resourceSpecificResults().get(0).missingContextValues())
                    .isEmpty();
        }
    }

    @Test
    void aRoleMayAskAboutItself() {
        Role role = aws.createRole("segment").allow("kinesis:PutRecords", EVENTS);
        role.allow("iam:SimulatePrincipalPolicy", role.arn());
        try (IamClient iam = AwsClients.iam(aws, AwsClients.assume(aws, role))) {
            assertThat(iam.simulatePrincipalPolicy(r -> r.policySourceArn(role.arn())
                                    .actionNames("kinesis:PutRecords")
                                    .resourceArns(EVENTS))
                            .evaluationResults())
                    .extracting(EvaluationResult::evalDecisionAsString)
                    .containsExactly("allowed");
            assertThatExceptionOfType(IamException.class)
                    .isThrownBy(() -> iam.simulatePrincipalPolicy(
                            r -> r.policySourceArn(role.arn() + "-2").actionNames("kinesis:PutRecords")))
                    .withMessageContaining("is not authorized to perform: iam:SimulatePrincipalPolicy on resource: "
                            + role.arn() + "-2 because no identity-based policy allows");
        }
    }

    @ParameterizedTest
    @CsvSource({"arn:aws:iam::000000000000:role/open", "arn:aws:iam::000000000000:user/local-aws"})
    void allowsEverythingToThoseWithoutPolicies(String arn) {
        aws.createRole("open");

        assertThat(simulate(arn, List.of("kinesis:PutRecords"), EVENTS))
                .containsExactly("kinesis:PutRecords on " + EVENTS + ": allowed ["
                        + (arn.contains("role") ? "role" : "user") + "_" + Arns.name(arn) + "_AdministratorAccess]");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    arn:aws:sts::000000000000:assumed-role/segment/x | kinesis:PutRecords | *      | InvalidInput | does not clearly define entity type and name
                    arn:aws:iam::000000000000:role/segment           | PutRecords         | *      | InvalidInput | Invalid Action: PutRecords
                    arn:aws:iam::000000000000:role/segment           | kinesis:PutRecords | events | InvalidInput | Invalid Resource Arn: events
                    short                                            | kinesis:PutRecords | *      | ValidationError | Value 'short' at 'policySourceArn' failed to satisfy constraint
                    """)
    void refusesWhatItCannotEvaluate(String source, String action, String resource, String code, String message) {
        aws.createRole("segment");

        assertThatExceptionOfType(IamException.class)
                .isThrownBy(() -> simulate(source, List.of(action), resource))
                .withMessageContaining(message)
                .satisfies(e -> assertThat(e.awsErrorDetails().errorCode()).isEqualTo(code));
    }

    @ParameterizedTest
    @CsvSource({"arn:aws:iam::000000000000:role/none", "arn:aws:iam::595280932656:role/segment"})
    void knowsOnlyTheRolesOfTheCallersAccount(String arn) {
        aws.createRole("segment");
        aws.createRole("arn:aws:iam::595280932656:role/segment");

        assertThatExceptionOfType(NoSuchEntityException.class)
                .isThrownBy(() -> simulate(arn, List.of("kinesis:PutRecords"), EVENTS))
                .withMessageContaining("The role with name " + Arns.name(arn) + " cannot be found.");
    }

    private List<String> simulate(String source, List<String> actions, String... resources) {
        try (IamClient iam = AwsClients.iam(aws)) {
            return iam
                    .simulatePrincipalPolicy(
                            r -> r.policySourceArn(source).actionNames(actions).resourceArns(resources))
                    .evaluationResults()
                    .stream()
                    .flatMap(result -> resources.length == 0
                            ? Stream.of(line(
                                    result.evalActionName(),
                                    result.evalResourceName(),
                                    result.evalDecisionAsString(),
                                    result.matchedStatements()))
                            : result.resourceSpecificResults().stream()
                                    .map(on -> line(
                                            result.evalActionName(),
                                            on.evalResourceName(),
                                            on.evalResourceDecisionAsString(),
                                            on.matchedStatements())))
                    .toList();
        }
    }

    private static String line(String action, String resource, String decision, List<Statement> matched) {
        return action + " on " + resource + ": " + decision + " "
                + matched.stream().map(Statement::sourcePolicyId).toList();
    }

    private static ContextEntry context(String key, String value) {
        return ContextEntry.builder()
                .contextKeyName(key)
                .contextKeyType(ContextKeyTypeEnum.STRING)
                .contextKeyValues(value)
                .build();
    }
}
