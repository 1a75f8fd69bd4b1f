package io.camelsegment.app.setup;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.camelsegment.app.routes.AwsAccess;
import io.camelsegment.app.routes.Destination;
import io.camelsegment.app.routes.Destination.Duty;
import io.camelsegment.localaws.LocalAws;
import io.camelsegment.localaws.LocalAwsExtension;
import io.camelsegment.localaws.Role;
import io.camelsegment.routes.MappingTable;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProviderChain;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.model.Credentials;

/** Every step passing and failing, with the real AWS SDK against local-aws. */
@ExtendWith(LocalAwsExtension.class)
class DoctorTest {

    private static final String ACCOUNT = "874699288871";
    private static final String ROLE = "arn:aws:iam::" + ACCOUNT + ":role/path/example-role";
    private static final String SECRET_ID = "ws_s3cr3t_one";
    private static final String EVENTS = "arn:aws:kinesis:us-west-2:" + ACCOUNT + ":stream/events";
    private static final String LAKE = "arn:aws:firehose:us-west-2:" + ACCOUNT + ":deliverystream/lake";
    private static final String KEY = "arn:aws:kms:us-west-2:" + ACCOUNT + ":key/1234abcd-12ab-34cd-56ef-1234567890ab";
    private static final AwsCredentialsProvider KEYS =
            StaticCredentialsProvider.create(AwsBasicCredentials.create("AKIATEST", "test"));

    private final LocalAws aws;
    private AwsCredentialsProvider base = KEYS;

    DoctorTest(LocalAws aws) {
        this.aws = aws;
    }

    @BeforeEach
    void start() {
        aws.reset();
        aws.createStream("events", 4);
        aws.createDeliveryStream("lake");
    }

    @Test
    void everythingPasses() {
        role().allow("kinesis:PutRecords", EVENTS).allow("kinesis:DescribeStreamSummary", EVENTS);

        assertThat(lines(examine(kinesis("analytics"))))
                .containsExactly(
                        "pass identity arn:aws:iam::000000000000:user/local-aws",
                        "pass assume-role assumed with the secret ID",
                        "pass external-id refused without the secret ID",
                        "pass permissions [events] kinesis:PutRecords is allowed on " + EVENTS,
                        "pass stream [events] ACTIVE, PROVISIONED, 4 shards, records up to 1024 KiB, not encrypted",
                        "pass clock the clock is 0 s ahead of AWS",
                        "pass region us-west-2 of partition aws, endpoint 127.0.0.1");
        assertThat(aws.calls().of("kinesis:PutRecord*").calls()).isZero();
    }

    @Test
    void everythingPassesForFirehose() {
        role().allow("firehose:*", LAKE);

        assertThat(lines(examine(firehose("lake", "lake"))))
                .contains(
                        "pass permissions [lake] firehose:PutRecordBatch is allowed on " + LAKE,
                        "pass stream [lake] ACTIVE, DirectPut, not encrypted");
    }

    @Test
    void aStreamOfAnotherAccountIsAskedAboutByItsArn() {
        String arn = aws.stream("events").arn();
        role().allow("kinesis:PutRecords", arn).allow("kinesis:DescribeStreamSummary", arn);

        assertThat(lines(examine(new Destination.Kinesis(
                        "analytics", Set.of("web"), access(ROLE, SECRET_ID), Duty.REQUIRED, arn, false))))
                .contains(
                        "pass permissions [" + arn + "] kinesis:PutRecords is allowed on " + arn,
                        "pass stream [" + arn + "] ACTIVE, PROVISIONED, 4 shards, records up to 1024 KiB, not"
                                + " encrypted");
    }

    @Test
    void aDeliveryStreamOfAnotherAccountFails() {
        role().allow("firehose:*");

        assertThat(line(examine(firehose("lake", LAKE)), "stream"))
                .startsWith("fail stream [" + LAKE + "] it is of another account: the stream of that name is "
                        + aws.deliveryStream("lake").arn());
    }

    @Test
    void aDestinationWithoutARoleDeliversWithTheBaseCredentials() {
        Report report = examine(kinesis("analytics", new AwsAccess("us-west-2", null, null, aws.endpoint())));

        assertThat(report.fails()).isFalse();
        assertThat(lines(report))
                .contains(
                        "pass assume-role not needed: no role address is configured",
                        "pass permissions [events] kinesis:PutRecords is allowed on"
                                + " arn:aws:kinesis:us-west-2:000000000000:stream/events");
    }

    @Test
    void aRoleOfTheHostIsAskedAboutByItsName() {
        Role host = aws.createRole("host").allow("kinesis:PutRecords").allow("iam:SimulatePrincipalPolicy");
        base = session(host.arn());

        assertThat(lines(examine(kinesis("analytics", new AwsAccess("us-west-2", null, null, aws.endpoint())))))
                .contains(
                        "pass identity arn:aws:sts::000000000000:assumed-role/host/test",
                        "pass permissions [events] kinesis:PutRecords is allowed on"
                                + " arn:aws:kinesis:us-west-2:000000000000:stream/events");
    }

    @Test
    void aRoleOfTheHostWithAPathIsUnknown() {
        Role host = aws.createRole("arn:aws:iam::000000000000:role/with/path/host")
                .allow("kinesis:PutRecords")
                .allow("iam:SimulatePrincipalPolicy");
        base = session(host.arn());

        Report report = examine(kinesis("analytics", new AwsAccess("us-west-2", null, null, aws.endpoint())));

        assertThat(line(report, "permissions")).startsWith("unknown permissions [events] NoSuchEntity");
        assertThat(report.fails()).isFalse();
    }

    @Test
    void aWrongSecretIdFails() {
        role();

        Report report = examine(kinesis("analytics", access(ROLE, "ws_s3cr3t_wrong")));

        assertThat(lines(report))
                .contains(
                        "fail assume-role AccessDenied: User: arn:aws:iam::000000000000:user/local-aws is not authorized to"
                                + " perform: sts:AssumeRole on resource: " + ROLE
                                + " -> see that the role exists, that its trust policy allows sts:AssumeRole to"
                                + " arn:aws:iam::000000000000:user/local-aws, and that its sts:ExternalId equals the secret"
                                + " ID; across accounts that caller's own policy must allow it too",
                        "unknown external-id not tried without assume-role",
                        "unknown permissions [events] not tried without assume-role",
                        "unknown stream [events] not tried without assume-role");
        assertThat(report.fails()).isTrue();
    }

    @Test
    void theRoleIsToTrustTheRoleOfTheHostAndNotItsSession() {
        aws.createRole("arn:aws:iam::000000000000:role/host");
        base = session("arn:aws:iam::000000000000:role/host");
        aws.createRole(ROLE, "ws_s3cr3t_other");

        assertThat(line(examine(kinesis("analytics")), "assume-role"))
                .startsWith("fail")
                .contains("allows sts:AssumeRole to arn:aws:iam::000000000000:role/host, and");
    }

    @Test
    void ofTwoTenantsOnlyTheOneWithTheWrongSecretIdFails() {
        role().allow("kinesis:*");
        aws.createRole("arn:aws:iam::" + ACCOUNT + ":role/other", "ws_s3cr3t_two");

        Report report =
                examine(kinesis("one"), kinesis("two", access("arn:aws:iam::" + ACCOUNT + ":role/other", SECRET_ID)));

        assertThat(report.diagnoses())
                .extracting(diagnosis -> diagnosis.destination() + " " + diagnosis.outcome())
                .containsExactly("one PASS", "two FAIL");
    }

    @Test
    void aRoleThatAcceptsAnyoneIsWarnedAbout() {
        aws.createRole(ROLE);

        Report report = examine(kinesis("analytics"));

        assertThat(line(report, "external-id"))
                .startsWith("warn external-id the role can be assumed without the secret ID too (confused deputy)");
        assertThat(report.fails()).isFalse();
    }

    @Test
    void aRoleOfAnotherAccountWithoutASecretIdIsWarnedAbout() {
        aws.createRole(ROLE);
        aws.createRole("own");

        assertThat(line(examine(kinesis("analytics", access(ROLE, null))), "external-id"))
                .startsWith("warn external-id no secret ID is configured, though the role is of another account");
        assertThat(line(
                        examine(kinesis("analytics", access("arn:aws:iam::000000000000:role/own", null))),
                        "external-id"))
                .startsWith("pass external-id no secret ID is configured");
    }

    @Test
    void anUnclearAnswerWithoutTheSecretIdIsUnknown() {
        role();
        aws.faults().on("AssumeRole").after(1).fail(400, "PackedPolicyTooLarge", "too large");

        assertThat(line(examine(kinesis("analytics")), "external-id"))
                .isEqualTo("unknown external-id PackedPolicyTooLarge: too large");
    }

    @Test
    void missingPutsFail() {
        role().allow("kinesis:PutRecords", EVENTS + "-of-another-name");

        Report report = examine(kinesis("analytics"));

        assertThat(line(report, "permissions"))
                .isEqualTo("fail permissions [events] kinesis:PutRecords on " + EVENTS
                        + " is not allowed -> allow it in the policy of " + ROLE);
        assertThat(report.fails()).isTrue();
    }

    @Test
    void aDenialThatOutweighsFails() {
        role().allow("firehose:*").deny("firehose:Put*", LAKE);

        assertThat(line(examine(firehose("lake", "lake")), "permissions"))
                .startsWith("fail permissions [lake] firehose:PutRecordBatch on " + LAKE
                        + " is not allowed, a policy denies it");
    }

    @Test
    void theBaseRoleAssumesTheOthers() {
        String hub = "arn:aws:iam::000000000000:role/hub";
        aws.createRole(hub, "ws_s3cr3t_hub").allow("sts:AssumeRole", ROLE);
        role().allow("kinesis:*")
                .trust(
                        """
                        {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "sts:AssumeRole",
                         "Principal": {"AWS": "%s"}, "Condition": {"StringEquals": {"sts:ExternalId": "%s"}}}}"""
                                .formatted(hub, SECRET_ID));
        Destination without = kinesis("without", new AwsAccess("us-west-2", null, null, aws.endpoint()));

        Report report = examine(caller(hub, "ws_s3cr3t_hub", Duration.ofHours(1)), kinesis("analytics"), without);

        assertThat(lines(report)).allMatch(line -> line.startsWith("pass"));
        assertThat(line(report, "identity"))
                .isEqualTo("pass identity arn:aws:iam::000000000000:user/local-aws, then"
                        + " arn:aws:sts::000000000000:assumed-role/hub/camel-segment-doctor");

        Report refused = examine(caller(hub, "ws_s3cr3t_wrong", Duration.ofHours(1)), kinesis("analytics"), without);

        assertThat(line(refused, "identity"))
                .startsWith("fail identity AccessDenied")
                .contains(hub);
        assertThat(line(refused, "assume-role")).isEqualTo("unknown assume-role not tried without identity");
        assertThat(refused.diagnoses().get(1).outcome()).isEqualTo(Outcome.PASS);
        assertThat(refused.toText()).doesNotContain("s3cr3t");
    }

    @Test
    void aSessionThatIsLongerThanTheRoleAllowsFails() {
        role();
        aws.faults()
                .on("AssumeRole")
                .times(1)
                .fail(400, "ValidationError", "The requested DurationSeconds exceeds the MaxSessionDuration");

        assertThat(line(examine(caller(null, null, Duration.ofHours(12)), kinesis("analytics")), "assume-role"))
                .isEqualTo(
                        "fail assume-role ValidationError: The requested DurationSeconds exceeds the MaxSessionDuration"
                                + " -> correct what AWS complains of");
    }

    @Test
    void singlePutsAlonePassWithAHint() {
        role().allow("kinesis:PutRecord", EVENTS);

        assertThat(line(examine(kinesis("analytics")), "permissions"))
                .isEqualTo(
                        "pass permissions [events] kinesis:PutRecord is allowed on " + EVENTS
                                + ", kinesis:PutRecords is not -> allow kinesis:PutRecords too: without it each event is a request");
    }

    @Test
    void aConditionThatIsNotKnownHereIsUnknown() {
        role().putPolicy(
                        "conditional",
                        """
                        {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "kinesis:PutRecords",
                         "Resource": "*", "Condition": {"ArnLike": {"aws:PrincipalArn": "*"}}}}""");

        assertThat(line(examine(kinesis("analytics")), "permissions"))
                .isEqualTo("unknown permissions [events] kinesis:PutRecords on " + EVENTS
                        + " depends on conditions on aws:PrincipalArn, which are not known here");
    }

    @Test
    void aDenialIsNotDefiniteWhereAConditionIsNotKnownHere() {
        role().allow("kinesis:*")
                .deny("kinesis:Put*", EVENTS)
                .putPolicy(
                        "conditional",
                        """
                        {"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": "kinesis:*",
                         "Resource": "*", "Condition": {"ArnLike": {"aws:PrincipalArn": "*"}}}}""");

        assertThat(line(examine(kinesis("analytics")), "permissions"))
                .isEqualTo("unknown permissions [events] kinesis:PutRecords on " + EVENTS
                        + " depends on conditions on aws:PrincipalArn, which are not known here");
    }

    @Test
    void theRegionIsKnownToConditions() {
        role().putPolicy(
                        "conditional",
                        """
                        {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "kinesis:PutRecords",
                         "Resource": "*", "Condition": {"StringEquals": {"aws:RequestedRegion": "us-west-2"}}}}""");

        assertThat(line(examine(kinesis("analytics")), "permissions")).startsWith("pass");
    }

    @Test
    void permissionsThatMayNotBeAskedForAreUnknown() {
        aws.createRole(ROLE, SECRET_ID).allow("kinesis:PutRecords");

        Report report = examine(kinesis("analytics"));

        assertThat(line(report, "permissions"))
                .startsWith("unknown permissions [events] AccessDenied: User: ")
                .endsWith(" -> allow iam:SimulatePrincipalPolicy on " + ROLE + " in its own policy");
        assertThat(line(report, "stream"))
                .startsWith("unknown stream [events] AccessDenied")
                .contains(" -> allow kinesis:DescribeStreamSummary");
        assertThat(report.fails()).isFalse();
        assertThat(report.diagnoses().get(0).isOpen()).isFalse();
    }

    @Test
    void aMissingPermissionForTheKeyFails() {
        aws.stream("events").encryptWith(KEY);
        Role role = role().allow("kinesis:*");

        assertThat(kms(examine(kinesis("analytics"))))
                .startsWith("fail permissions [events] kms:GenerateDataKey on " + KEY + " is not allowed")
                .endsWith(" -> allow kms:GenerateDataKey on the key in the policy of " + ROLE);

        role.allow("kms:GenerateDataKey", KEY);
        assertThat(kms(examine(kinesis("analytics"))))
                .isEqualTo("pass permissions [events] by IAM's policies kms:GenerateDataKey may be called on " + KEY);
    }

    @Test
    void theKeyOfADeliveryStreamMustAlsoDecrypt() {
        aws.deliveryStream("lake").encryptWith(KEY);
        Role role = role().allow("firehose:*").allow("kms:GenerateDataKey", KEY);

        assertThat(kms(examine(firehose("lake", "lake"))))
                .startsWith("fail permissions [lake] kms:Decrypt on " + KEY + " is not allowed");

        role.allow("kms:Decrypt", KEY);
        assertThat(kms(examine(firehose("lake", "lake"))))
                .isEqualTo(
                        "pass permissions [lake] by IAM's policies kms:GenerateDataKey and kms:Decrypt may be called on "
                                + KEY);
    }

    @Test
    void theConditionsOfAKeyAreMet() {
        aws.stream("events").encryptWith("1234abcd-12ab-34cd-56ef-1234567890ab");
        role().allow("kinesis:*")
                .putPolicy(
                        "kms",
                        """
                        {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "kms:GenerateDataKey",
                         "Resource": "%s", "Condition": {"StringEquals": {
                         "kms:ViaService": "kinesis.us-west-2.amazonaws.com",
                         "kms:EncryptionContext:aws:kinesis:arn": "%s"}}}}"""
                                .formatted(KEY, EVENTS));

        assertThat(kms(examine(kinesis("analytics")))).startsWith("pass permissions [events]");
    }

    @Test
    void theKeyOfAwsNeedsNoPermission() {
        aws.stream("events").encryptWith("alias/aws/kinesis");
        role().allow("kinesis:*");

        Report report = examine(kinesis("analytics"));

        assertThat(lines(report)).noneMatch(line -> line.contains("kms:"));
        assertThat(line(report, "stream")).startsWith("pass").endsWith("encrypted with alias/aws/kinesis");
    }

    @ParameterizedTest
    @CsvSource({"CREATING, fail", "DELETING, fail", "UPDATING, pass"})
    void aStreamMustTakeRecords(String status, String outcome) {
        aws.stream("events").status(status);
        aws.createRole(ROLE, SECRET_ID);

        assertThat(line(examine(kinesis("analytics")), "stream")).startsWith(outcome + " stream [events] " + status);
    }

    @Test
    void aDeliveryStreamMustTakeRecordsFromSenders() {
        aws.createDeliveryStream("fed").type("KinesisStreamAsSource");
        aws.createDeliveryStream("new").status("CREATING");
        aws.createRole(ROLE, SECRET_ID);

        assertThat(lines(examine(firehose("lake", "fed", "new"))))
                .filteredOn(line -> line.contains("fail"))
                .satisfiesExactlyInAnyOrder(
                        line -> assertThat(line).startsWith("fail stream [fed] ACTIVE, KinesisStreamAsSource"),
                        line -> assertThat(line).startsWith("fail stream [new] CREATING, DirectPut"));
    }

    @Test
    void aMissingStreamFails() {
        aws.createRole(ROLE, SECRET_ID);
        aws.deleteStream("events");

        assertThat(lines(examine(kinesis("analytics"), firehose("lake", "lake", "missing"))))
                .filteredOn(line -> line.startsWith("fail"))
                .containsExactly(
                        "fail stream [events] there is none in us-west-2 of account " + ACCOUNT
                                + " -> create it, or correct the name, the region or the account of the role",
                        "fail stream [missing] there is none in us-west-2 of account " + ACCOUNT
                                + " -> create it, or correct the name, the region or the account of the role");
    }

    @Test
    void expiredBaseCredentialsFail() {
        role();
        base = session(aws.createRole("host").arn());
        aws.expireSessions();

        Report report = examine(kinesis("analytics"));

        assertThat(lines(report))
                .contains(
                        "fail identity ExpiredToken: The security token included in the request is expired -> renew the"
                                + " credentials and see that the process gets the new ones",
                        "unknown assume-role not tried without identity",
                        "unknown stream [events] not tried without assume-role");
        assertThat(report.fails()).isTrue();
    }

    @Test
    void keysThatAwsDoesNotKnowFail() {
        base = StaticCredentialsProvider.create(AwsSessionCredentials.create("ASIAUNKNOWN", "test", "s3cr3t-token"));

        assertThat(line(examine(kinesis("analytics")), "identity"))
                .startsWith("fail identity InvalidClientTokenId")
                .endsWith(" -> give the process credentials that are valid in the partition of us-west-2");
    }

    @Test
    void noCredentialsFail() {
        base = AwsCredentialsProviderChain.of(() -> {
            throw SdkClientException.create("none");
        });

        assertThat(line(examine(kinesis("analytics")), "identity"))
                .startsWith("fail identity there are no AWS credentials");
    }

    @Test
    void stsThatIsDownIsUnknown() {
        role();
        aws.faults().on("sts:*").fail(503, "ServiceUnavailable", "down");

        Report report = examine(kinesis("analytics"));

        assertThat(report.fails()).isFalse();
        assertThat(report.diagnoses().get(0).outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(report.diagnoses().get(0).isOpen()).isTrue();
        assertThat(line(report, "identity")).startsWith("unknown identity ServiceUnavailable: down");
    }

    @Test
    void awsThatIsOutOfReachIsUnknownAndNotAskedTwice() {
        aws.createRole(ROLE, SECRET_ID);
        aws.faults().on("firehose:*").cutConnection();

        Report report = examine(firehose(
                "lake", IntStream.range(0, 20).mapToObj(i -> "stream-" + i).toArray(String[]::new)));

        assertThat(report.fails()).isFalse();
        assertThat(lines(report))
                .filteredOn(line -> line.startsWith("unknown stream"))
                .hasSize(20);
        // Four at a time, with the SDK's own repetitions.
        assertThat(aws.calls().of("DescribeDeliveryStream").calls()).isLessThanOrEqualTo(4 * 4);
    }

    @Test
    void iamThatIsOutOfReachIsUnknownAndNotAskedTwice() {
        List<Destination> tenants = IntStream.range(0, 20)
                .mapToObj(i -> {
                    String role = aws.createRole("arn:aws:iam::" + ACCOUNT + ":role/tenant-" + i, SECRET_ID)
                            .arn();
                    return kinesis("tenant-" + i, access(role, SECRET_ID));
                })
                .toList();
        aws.faults().on("iam:*").cutConnection();

        Report report = examine(tenants.toArray(Destination[]::new));

        assertThat(report.fails()).isFalse();
        assertThat(lines(report))
                .filteredOn(line -> line.startsWith("unknown permissions"))
                .hasSize(20);
        assertThat(report.diagnoses()).noneMatch(Diagnosis::isOpen);
        assertThat(aws.calls().of("SimulatePrincipalPolicy").calls()).isLessThanOrEqualTo(4 * 4);
    }

    @Test
    void theRootUserHasNoPoliciesToAskAbout() {
        BaseIdentity root = new BaseIdentity(
                Check.pass(Check.Step.IDENTITY, "root"), null, "arn:aws:iam::000000000000:root", null, KEYS, null);
        AwsAccess access = new AwsAccess("us-west-2", null, null, aws.endpoint());
        DestinationStream stream = new DestinationStream(new KinesisService(), "events", access);

        List<Check> checks;
        try (AwsClients clients = new AwsClients()) {
            checks = new Permissions(clients, aws.endpoint(), new SilentPlaces())
                    .examine(
                            new RoleSession.Examiner(Duration.ofHours(1)).examine(stream.access(), root),
                            Map.of(stream, new StreamCheck(null, Optional.empty())))
                    .get(stream);
        }

        assertThat(checks).singleElement().satisfies(check -> {
            assertThat(check.outcome()).isEqualTo(Outcome.UNKNOWN);
            assertThat(check.found()).startsWith("the caller is neither a role nor a user");
        });
    }

    @ParameterizedTest
    @CsvSource({
        "30, pass, 30 s behind AWS",
        "-30, pass, 30 s ahead of AWS",
        "120, warn, 120 s behind AWS; from 300 s AWS refuses",
        "-600, fail, '600 s ahead of AWS, and AWS refuses what is signed more than 300 s off'"
    })
    void theClockIsComparedWithAws(int aheadSeconds, String outcome, String found) {
        aws.createRole(ROLE, SECRET_ID);
        aws.faults().on("*").skewClock(Duration.ofSeconds(aheadSeconds));

        Report report = examine(kinesis("analytics"));

        // A second may pass between the two readings, and the header has whole seconds.
        String about = found.replaceFirst("^\\d+", "");
        int seconds = Math.abs(aheadSeconds);
        assertThat(line(report, "clock"))
                .startsWith(outcome + " clock the clock is ")
                .contains(about)
                .containsPattern("is (" + (seconds - 1) + "|" + seconds + "|" + (seconds + 1) + ") s");
        assertThat(line(report, "assume-role")).startsWith("pass");
    }

    @Test
    void aRoleOfAnotherPartitionFails() {
        String chinese = "arn:aws-cn:iam::" + ACCOUNT + ":role/example-role";
        aws.createRole(chinese, SECRET_ID);

        Report report = examine(kinesis("analytics", access(chinese, SECRET_ID)));

        assertThat(line(report, "region"))
                .isEqualTo(
                        "fail region the role is of partition aws-cn, but region us-west-2 is of aws -> set region to one"
                                + " of the role's partition, or role-address to a role of aws");
        assertThat(line(report, "assume-role")).startsWith("fail");
    }

    @ParameterizedTest
    @CsvSource({"cn-north-1, aws-cn", "us-gov-west-1, aws-us-gov", "us-iso-east-1, aws-iso"})
    void otherPartitionsPass(String region, String partition) {
        String role = "arn:" + partition + ":iam::" + ACCOUNT + ":role/example-role";
        aws.createRole(role, SECRET_ID).allow("kinesis:*").allow("iam:SimulatePrincipalPolicy", role);
        aws.region(region).createStream("events", 1);

        Report report = examine(kinesis("analytics", new AwsAccess(region, role, SECRET_ID, aws.endpoint())));

        assertThat(lines(report)).allMatch(line -> line.startsWith("pass"));
        assertThat(line(report, "permissions"))
                .endsWith("arn:" + partition + ":kinesis:" + region + ":" + ACCOUNT + ":stream/events");
    }

    @Test
    void whatDestinationsShareIsAskedOnce() {
        role().allow("firehose:*");
        String[] streams = IntStream.range(0, 120).mapToObj(i -> "stream-" + i).toArray(String[]::new);
        Arrays.stream(streams).forEach(aws::createDeliveryStream);

        Report report = examine(firehose("one", streams), firehose("two", streams), firehose("three", "lake"));

        assertThat(report.fails()).isFalse();
        assertThat(report.diagnoses().get(0).checks()).hasSize(5 + 2 * 120);
        assertThat(aws.calls().of("GetCallerIdentity").calls()).isEqualTo(1);
        assertThat(aws.calls().of("AssumeRole").calls()).isEqualTo(2);
        assertThat(aws.calls().of("DescribeDeliveryStream").calls()).isEqualTo(121);
        assertThat(aws.calls().of("SimulatePrincipalPolicy").calls()).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ValidationError|Value 'ws_s3cr3t_one' at 'externalId' failed to satisfy constraint",
                "SignatureDoesNotMatch|The canonical string should have been 'POST x-amz-security-token:s3cr3t-token'"
            })
    void noSecretIsTold(String error) {
        role();
        aws.faults().on("AssumeRole").fail(400, error.split("\\|", 2)[0], error.split("\\|", 2)[1]);

        Report report = examine(kinesis("analytics"));

        assertThat(line(report, "assume-role")).startsWith("fail");
        assertThat(report.toText() + report.toJson() + report).doesNotContain("s3cr3t");
    }

    @Test
    void theTextIsForPeople() {
        role().allow("kinesis:PutRecord", EVENTS).allow("kinesis:DescribeStreamSummary", EVENTS);
        aws.deleteDeliveryStream("lake");

        assertThat(examine(kinesis("analytics")).toText().replaceAll("\\d s (ahead of|behind)", "0 s ahead of"))
                .isEqualTo(
                        """
                        analytics: kinesis in us-west-2, arn:aws:iam::874699288871:role/path/example-role
                          pass     1 identity     arn:aws:iam::000000000000:user/local-aws
                          pass     2 assume-role  assumed with the secret ID
                          pass     3 external-id  refused without the secret ID
                          pass     4 permissions  events: kinesis:PutRecord is allowed on arn:aws:kinesis:us-west-2:874699288871:stream/events, kinesis:PutRecords is not
                                                  mend: allow kinesis:PutRecords too: without it each event is a request
                          pass     5 stream       events: ACTIVE, PROVISIONED, 4 shards, records up to 1024 KiB, not encrypted
                          pass     6 clock        the clock is 0 s ahead of AWS
                          pass     7 region       us-west-2 of partition aws, endpoint 127.0.0.1

                        1 destination, none fails
                        """);
    }

    @Test
    void theJsonIsForPrograms() throws Exception {
        role().allow("kinesis:PutRecords", EVENTS);
        aws.deleteStream("events");

        JsonNode report = new ObjectMapper()
                .readTree(examine(kinesis("analytics"), firehose("lake", "missing"))
                        .toJson());

        assertThat(report.get("fails").asBoolean()).isTrue();
        assertThat(report.get("at").asText()).endsWith("Z");
        JsonNode lake = report.get("destinations").get(1);
        assertThat(lake.get("name").asText()).isEqualTo("lake");
        assertThat(lake.get("outcome").asText()).isEqualTo("fail");
        assertThat(lake.get("roleAddress").asText()).isEqualTo(ROLE);
        JsonNode permissions = lake.get("checks").get(3);
        assertThat(permissions.get("step").asInt()).isEqualTo(4);
        assertThat(permissions.get("name").asText()).isEqualTo("permissions");
        assertThat(permissions.get("stream").asText()).isEqualTo("missing");
        assertThat(permissions.get("outcome").asText()).isEqualTo("fail");
        assertThat(permissions.get("mend").asText()).isNotBlank();
    }

    @ParameterizedTest
    @CsvSource({
        "https://kinesis.us-east-1.amazonaws.com, us-east-1",
        "https://kinesis-fips.us-gov-west-1.amazonaws.com, us-gov-west-1",
        "https://vpce-0a1b-us-east-1a.kinesis.us-east-1.vpce.amazonaws.com, us-east-1",
        "https://kinesis.cn-north-1.amazonaws.com.cn, cn-north-1",
        "https://kinesis.eu-central-1.api.aws, eu-central-1"
    })
    void anEndpointOfAnotherRegionFails(String endpoint, String region) {
        AwsAccess here = new AwsAccess("us-west-2", ROLE, SECRET_ID, URI.create(endpoint));
        AwsAccess there =
                new AwsAccess("us-west-2", ROLE, SECRET_ID, URI.create(endpoint.replace(region, "us-west-2")));
        BaseIdentity base = new BaseIdentity(null, null, "arn:aws:iam::000000000000:user/me", null, null, null);

        assertThat(Places.examine(here, base).outcome()).isEqualTo(Outcome.FAIL);
        assertThat(Places.examine(here, base).found()).contains(" is in " + region + ", but region is us-west-2");
        assertThat(Places.examine(there, base).outcome()).isEqualTo(Outcome.PASS);
    }

    @Test
    void credentialsOfAnotherPartitionFail() {
        AwsAccess access = new AwsAccess("us-west-2", null, null, null);
        BaseIdentity base = new BaseIdentity(null, null, "arn:aws-cn:iam::000000000000:user/me", null, null, null);

        assertThat(Places.examine(access, base).found())
                .isEqualTo("the credentials are of partition aws-cn, but region us-west-2 is of aws");
    }

    /** A role that may ask about itself, as the policy of the documentation has it. */
    private Role role() {
        return aws.createRole(ROLE, SECRET_ID).allow("iam:SimulatePrincipalPolicy", ROLE);
    }

    private AwsCredentialsProvider session(String roleArn) {
        try (StsClient sts = StsClient.builder()
                .endpointOverride(aws.endpoint())
                .region(Region.US_WEST_2)
                .credentialsProvider(KEYS)
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .build()) {
            Credentials session = sts.assumeRole(r -> r.roleArn(roleArn).roleSessionName("test"))
                    .credentials();
            return StaticCredentialsProvider.create(AwsSessionCredentials.create(
                    session.accessKeyId(), session.secretAccessKey(), session.sessionToken()));
        }
    }

    private AwsAccess access(String role, String secretId) {
        return new AwsAccess("us-west-2", role, secretId, aws.endpoint());
    }

    private Destination kinesis(String name) {
        return kinesis(name, access(ROLE, SECRET_ID));
    }

    private static Destination kinesis(String name, AwsAccess access) {
        return new Destination.Kinesis(name, Set.of("web"), access, Duty.REQUIRED, "events", false);
    }

    private Destination firehose(String name, String... streams) {
        return new Destination.Firehose(
                name,
                Set.of("web"),
                access(ROLE, SECRET_ID),
                Duty.REQUIRED,
                Map.of("*", List.of(streams)),
                MappingTable.Match.ALL);
    }

    private Report examine(Destination... destinations) {
        return examine(caller(null, null, Duration.ofHours(1)), destinations);
    }

    private static Report examine(RoleAssumer caller, Destination... destinations) {
        return new Doctor(caller, Clock.systemUTC()).examine(List.of(destinations));
    }

    private RoleAssumer caller(String baseRole, String baseSecretId, Duration sessionDuration) {
        return new RoleAssumer(base, baseRole, baseSecretId, sessionDuration, aws.endpoint(), aws.endpoint());
    }

    private static List<String> lines(Report report) {
        return report.diagnoses().stream()
                .flatMap(diagnosis -> diagnosis.checks().stream())
                .map(check -> check.outcome().word() + " " + check.step().word()
                        + (check.stream() == null ? " " : " [" + check.stream() + "] ") + check.found()
                        + (check.mend() == null ? "" : " -> " + check.mend()))
                .toList();
    }

    private static String kms(Report report) {
        return lines(report).stream()
                .filter(line -> line.contains("kms:"))
                .findFirst()
                .orElse("");
    }

    /** Returns the first line that has the word. */
    private static String line(Report report, String word) {
        return lines(report).stream()
                .filter(line -> line.contains(" " + word))
                .findFirst()
                .orElse("");
    }
}
