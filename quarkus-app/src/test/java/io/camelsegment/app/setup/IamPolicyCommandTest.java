package io.camelsegment.app.setup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import io.camelsegment.localaws.LocalAws;
import io.camelsegment.localaws.Role;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.model.Credentials;

/** What {@code segment iam-policy} prints; that it is enough and not too much is in {@link IamPolicyEffectTest}. */
class IamPolicyCommandTest {

    private static final String ROLE = "arn:aws:iam::123456789012:role/segment";
    private static final String CALLER = "arn:aws:iam::123456789012:user/local-aws";
    private static final String EVENTS = "arn:aws:kinesis:us-west-2:123456789012:stream/events";
    private static final String KEY = "arn:aws:kms:us-west-2:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab";

    private final LocalAws aws = LocalAws.builder().accountId("123456789012").start();

    @AfterEach
    void stop() {
        aws.close();
    }

    @Test
    void printsAllRolesAsJson() throws Exception {
        assertThat(exampleRun().output()).isEqualTo(file("all.json"));
    }

    @ParameterizedTest
    @CsvSource({"terraform, account.tf", "cloudformation, account.cloudformation.json"})
    void printsTheRolesOfOneAccountAsTemplate(String format, String file) throws Exception {
        assertThat(exampleRun("analytics", "lake", "own", "separate", "--format", format)
                        .output())
                .isEqualTo(file(file));
    }

    @Test
    void takesWhoHasTheCredentialsForWhoRunsTheCollector() {
        CommandRun run = run(kinesis("a", ROLE, "ws_1"));

        assertThat(run.json().at("/roles").get(ROLE).at("/trustPolicy/Statement/Principal/AWS"))
                .hasToString("\"" + CALLER + "\"");
        assertThat(run.json().has("collector")).isFalse();
        assertThat(run.errors())
                .contains("trusting " + CALLER + ", whose credentials are here")
                .contains("--principal");
    }

    @Test
    void allowsTheStreamOfAnArn() {
        String arn = "arn:aws:kinesis:eu-west-1:999999999999:stream/events";
        Map<String, String> settings = kinesis("a", ROLE, "ws_1");
        settings.put("segment.destinations.a.stream-name", arn);

        assertThat(run(settings).json().at("/roles").get(ROLE).at("/permissionPolicy/Statement/0/Resource"))
                .hasToString("\"" + arn + "\"");
    }

    @Test
    void allowsTheStreamsOfAFileOfRows(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("rows.yaml"), "A: [events, more]\nDebug *: none");
        Map<String, String> settings = kinesis("a", ROLE, "ws_1");
        settings.remove("segment.destinations.a.stream-name");
        settings.put("segment.destinations.a.map-file", file.toString());

        assertThat(run(settings).json().at("/roles").get(ROLE).at("/permissionPolicy/Statement/0/Resource"))
                .extracting(JsonNode::asText)
                .containsExactly(EVENTS, EVENTS.replace("events", "more"));
    }

    @ParameterizedTest
    @CsvSource({"true, /aws-reserved/sso.amazonaws.com/eu-west-1/", "false, /"})
    void namesTheRoleThatHasTheCredentialsWithItsPathWhereIamTellsIt(boolean told, String path) {
        String name = "AWSReservedSSO_Admin_0123456789abcdef";
        Role role = aws.createRole("arn:aws:iam::123456789012:role/aws-reserved/sso.amazonaws.com/eu-west-1/" + name);
        role.allow(told ? "iam:GetRole" : "kinesis:PutRecords");

        CommandRun run = CommandRun.with(session(role), settings(kinesis("a", ROLE, "ws_1")), "iam-policy");

        assertThat(run.json().at("/roles").get(ROLE).at("/trustPolicy/Statement/Principal/AWS"))
                .hasToString("\"arn:aws:iam::123456789012:role" + path + name + "\"");
    }

    private Map<String, String> session(Role role) {
        try (StsClient sts = StsClient.builder()
                .endpointOverride(aws.endpoint())
                .region(Region.US_WEST_2)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .build()) {
            Credentials session = sts.assumeRole(r -> r.roleArn(role.arn()).roleSessionName("admin"))
                    .credentials();
            return Map.of(
                    "aws.accessKeyId", session.accessKeyId(),
                    "aws.secretAccessKey", session.secretAccessKey(),
                    "aws.sessionToken", session.sessionToken());
        }
    }

    @Test
    void trustsTheAccountWhenTheCollectorsPrincipalIsUnknown() {
        aws.faults().on("GetCallerIdentity").fail("InvalidClientTokenId");

        CommandRun run = run(kinesis("a", ROLE, "ws_1"));

        assertThat(run.json().at("/roles").get(ROLE).at("/trustPolicy/Statement/Principal/AWS"))
                .hasToString("\"arn:aws:iam::123456789012:root\"");
        assertThat(run.json().at("/collector/permissionPolicy/Statement"))
                .hasToString("{\"Sid\":\"AssumeRolesOfDestinations\",\"Effect\":\"Allow\","
                        + "\"Action\":\"sts:AssumeRole\",\"Resource\":\"" + ROLE + "\"}");
        assertThat(run.errors()).contains("unknown (InvalidClientTokenId)").contains("--principal");
    }

    @Test
    void allowsACollectorOfAnotherAccountToAssumeTheRoles() {
        String other = "arn:aws:iam::999999999999:role/collector";
        Map<String, String> settings = kinesis("a", ROLE, "ws_1");

        CommandRun run = run(settings, "--principal", other);

        assertThat(run.json().at("/roles").get(ROLE).at("/trustPolicy/Statement/Principal/AWS"))
                .hasToString("\"" + other + "\"");
        assertThat(run.json().at("/collector/permissionPolicy/Statement/Resource"))
                .hasToString("\"" + ROLE + "\"");
        CommandRun template = run(settings, "--principal", other, "--format", "cloudformation");
        assertThat(template.json().at("/Resources")).hasSize(1);
        assertThat(template.errors())
                .contains(other + " must be allowed in its own what --format json prints under \"collector\"");
    }

    @Test
    void tellsThatNobodyAssumesARoleOfAnotherPartition() {
        String chinese = "arn:aws-cn:iam::123456789012:role/segment";

        CommandRun run = run(kinesis("a", chinese, "ws_1"));

        assertThat(run.json().at("/roles").get(chinese).at("/trustPolicy/Statement/Principal/AWS"))
                .hasToString("\"arn:aws-cn:iam::123456789012:root\"");
        assertThat(run.json().has("collector")).isFalse();
        assertThat(run.errors())
                .contains(CALLER + " cannot assume roles of another partition")
                .contains(chinese);
    }

    @Test
    void needsToKnowWhoRunsTheCollectorWhereNoRoleIsNamed() {
        aws.faults().on("GetCallerIdentity").fail("ExpiredToken");

        CommandRun run = run(kinesis("own", null, null));

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.errors()).contains("destination own has no role-address").contains("--principal");
        assertThat(run.output()).isEmpty();
    }

    @Test
    void findsTheKeysOfEncryptedStreams() {
        aws.createStream("events", 1).encryptWith(KEY);
        aws.createDeliveryStream("lake").encryptWith(KEY);
        Map<String, String> settings = kinesis("a", ROLE, "ws_1");
        settings.putAll(firehose("b", ROLE, "ws_1", "lake"));

        CommandRun run = run(settings);

        JsonNode policy = permission(run, ROLE);
        assertThat(statement(policy, "EncryptInKinesis").get("Action")).hasToString("\"kms:GenerateDataKey\"");
        assertThat(statement(policy, "EncryptInKinesis").get("Resource")).hasToString("\"" + KEY + "\"");
        assertThat(statement(policy, "EncryptInFirehose").get("Action"))
                .hasToString("[\"kms:Decrypt\",\"kms:GenerateDataKey\"]");
        assertThat(statement(policy, "EncryptInFirehose").get("Resource")).hasToString("\"" + KEY + "\"");
    }

    @ParameterizedTest
    @CsvSource({
        "1234abcd-12ab-34cd-56ef-1234567890ab, " + KEY,
        KEY + ", " + KEY,
        "alias/aws/kinesis, ",
        "arn:aws:kms:us-west-2:123456789012:alias/aws/kinesis, "
    })
    void readsKeysAsKinesisNamesThem(String keyId, String arn) throws Exception {
        assertThat(AwsLookup.arn(KmsKey.ofCustomer(keyId), Arn.parse(EVENTS))).isEqualTo(Optional.ofNullable(arn));
    }

    @Test
    void doesNotTakeAnAliasForAKey() {
        assertThatExceptionOfType(AwsLookup.UnknownException.class)
                .isThrownBy(() -> AwsLookup.arn(KmsKey.ofCustomer("alias/mine"), Arn.parse(EVENTS)))
                .withMessage("encrypted with alias/mine, which policies cannot name");
    }

    @Test
    void takesKeysFromTheCommandLineWhereAwsDoesNotTell() {
        Map<String, String> settings = kinesis("a", ROLE, "ws_1");

        assertThat(run(settings).errors())
                .contains("Kinesis stream events")
                .contains("ResourceNotFoundException")
                .contains("--kms-key");
        for (String stream : new String[] {"events", EVENTS}) {
            CommandRun run = run(settings, "--kms-key", stream + "=" + KEY);
            assertThat(statement(permission(run, ROLE), "EncryptInKinesis").get("Resource"))
                    .hasToString("\"" + KEY + "\"");
            assertThat(run.errors()).doesNotContain("--kms-key");
        }
    }

    @Test
    void doesNotLookAtStreamsOfTheSameNameInAnotherAccount() {
        aws.createStream("events", 1).encryptWith(KEY);
        String foreign = "arn:aws:iam::999999999999:role/segment";

        CommandRun run = run(kinesis("a", foreign, "ws_1"));

        assertThat(statement(permission(run, foreign), "EncryptInKinesis")).isNull();
        assertThat(run.errors()).contains("of another account than the AWS credentials here");
    }

    @Test
    void allowsShardsToBeListedOnlyForPackingByShard() {
        Map<String, String> settings = kinesis("a", ROLE, "ws_1");
        assertThat(run(settings).output()).doesNotContain("kinesis:ListShards");

        System.setProperty("camel.component.segment-kinesis.packing", "KPL");
        try {
            assertThat(statement(permission(run(settings), ROLE), "PackEventsByShard")
                            .get("Resource"))
                    .hasToString("\"" + EVENTS + "\"");
        } finally {
            System.clearProperty("camel.component.segment-kinesis.packing");
        }
    }

    @Test
    void warnsOfATrustPolicyThatIamDoesNotTake() {
        Map<String, String> settings = new LinkedHashMap<>();
        for (int i = 0; i < 100; i++) {
            settings.putAll(kinesis("tenant-" + i, ROLE, "a_secret_id_of_some_length_" + i));
        }

        CommandRun run = run(settings);

        assertThat(run.exitCode()).isZero();
        assertThat(run.json().at("/roles").get(ROLE).findValue("sts:ExternalId"))
                .hasSize(100);
        assertThat(run.errors())
                .containsPattern(ROLE + ": its trust policy has 3,\\d{3} characters, and IAM takes 2,048")
                .contains("another role")
                .doesNotContain("a_secret_id");
    }

    @Test
    void writesWhatTerraformWouldTakeForATemplateAsItIs() {
        // With the backslash that settings need before it.
        String role = "arn:aws:iam::123456789012:role/a\"b/\\${c}/%{d}/segment";

        assertThat(run(kinesis("a", role, "ws_1"), "--format", "terraform").output())
                .contains("path = \"/a\\\"b/$${c}/%%{d}/\"")
                .contains("\"arn:aws:iam::123456789012:role/a\\\"b/$${c}/%%{d}/segment\"");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    b c                     | expected names under segment.destinations, but was "b": there are a
                    --format yaml           | Invalid value for option '--format'
                    --principal me          | --principal: expected the ARN of an IAM role or user
                    --kms-key events=mine   | --kms-key: expected a stream, '=' and the ARN of its key
                    --kms-key other=%s      | --kms-key: expected streams that a destination delivers to, but was other
                    """)
    void refusesWhatItDoesNotKnow(String arguments, String message) {
        CommandRun run =
                run(kinesis("a", ROLE, "ws_s3cr3t"), arguments.formatted(KEY).split(" "));

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.errors()).contains(message).doesNotContain("ws_s3cr3t");
        assertThat(run.output()).isEmpty();
    }

    @Test
    void refusesATemplateForSeveralAccounts() {
        Map<String, String> settings = kinesis("a", ROLE, "ws_1");
        settings.putAll(kinesis("b", "arn:aws:iam::999999999999:role/segment", "ws_1"));

        CommandRun run = run(settings, "--format", "terraform");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.errors())
                .contains(
                        "--format terraform: expected roles of one account, but they are of 123456789012, 999999999999:"
                                + " name the destinations of one");
        assertThat(run(settings, "--format", "terraform", "a").exitCode()).isZero();
    }

    @Test
    void refusesSettingsWithoutDestinations() {
        CommandRun run = run(Map.of());

        assertThat(run.exitCode()).isNotZero();
        assertThat(run.output()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "arn:aws:sts::123456789012:assumed-role/collector/session, arn:aws:iam::123456789012:role/collector",
        "arn:aws-cn:sts::123456789012:assumed-role/collector/session, arn:aws-cn:iam::123456789012:role/collector",
        "arn:aws:iam::123456789012:user/some/path/me, arn:aws:iam::123456789012:user/some/path/me",
        "arn:aws:iam::123456789012:root, arn:aws:iam::123456789012:root",
        "arn:aws:sts::123456789012:federated-user/me, arn:aws:iam::123456789012:root"
    })
    void namesCallersAsTrustPoliciesDo(String caller, String principal) {
        assertThat(Arn.parse(caller).principal()).hasToString(principal);
    }

    private CommandRun exampleRun(String... arguments) throws Exception {
        aws.region("eu-west-1").createStream("events", 1).encryptWith(KEY.replace("us-west-2", "eu-west-1"));
        aws.region("eu-west-1").createDeliveryStream("everything").encryptWith(KEY.replace("us-west-2", "eu-west-1"));
        return run(Map.of("segment.config", resource("segment.yaml").toString()), arguments);
    }

    private CommandRun run(Map<String, String> settings, String... arguments) {
        return CommandRun.with(
                settings(settings),
                Stream.concat(Stream.of("iam-policy"), Stream.of(arguments)).toArray(String[]::new));
    }

    private Map<String, String> settings(Map<String, String> settings) {
        Map<String, String> all = new LinkedHashMap<>(settings);
        all.put("segment.aws.endpoint-override", aws.endpoint().toString());
        all.put("segment.sources.web.write-key", "KEY");
        return all;
    }

    private static Map<String, String> kinesis(String name, String role, String secretId) {
        Map<String, String> settings = destination(name, "kinesis", role, secretId);
        settings.put("segment.destinations." + name + ".stream-name", "events");
        return settings;
    }

    private static Map<String, String> firehose(String name, String role, String secretId, String stream) {
        Map<String, String> settings = destination(name, "firehose", role, secretId);
        settings.put("segment.destinations." + name + ".map.page", stream);
        return settings;
    }

    private static Map<String, String> destination(String name, String type, String role, String secretId) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("segment.destinations." + name + ".type", type);
        if (role != null) {
            settings.put("segment.destinations." + name + ".role-address", role);
            settings.put("segment.destinations." + name + ".secret-id", secretId);
        }
        return settings;
    }

    private static JsonNode permission(CommandRun run, String role) {
        return run.json().get("roles").get(role).get("permissionPolicy");
    }

    private static JsonNode statement(JsonNode policy, String sid) {
        for (JsonNode statement : policy.get("Statement")) {
            if (statement.get("Sid").textValue().equals(sid)) {
                return statement;
            }
        }
        return null;
    }

    private static String file(String name) throws IOException, URISyntaxException {
        return Files.readString(resource(name));
    }

    private static Path resource(String name) throws URISyntaxException {
        return Path.of(
                IamPolicyCommandTest.class.getResource("/iam-policy/" + name).toURI());
    }
}
