package io.camelsegment.app.setup;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.camelsegment.localaws.LocalAws;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The command line and the doctor, in this process; that the packaged app has them is in {@code CommandIT}, all that
 * iam-policy prints in {@link IamPolicyCommandTest}.
 */
class CommandTest {

    private static final String POLICY_ROLE = "arn:aws:iam::000000000000:role/segment";
    private static final String ROLE = "arn:aws:iam::874699288871:role/example-role";
    private static final String SECRET_ID = "ws_s3cr3t_one";

    private final LocalAws aws = LocalAws.start();

    @AfterEach
    void stop() {
        aws.close();
    }

    @ParameterizedTest
    @CsvSource({
        "doctor,     Usage: segment doctor,     It sends no event",
        "iam-policy, Usage: segment iam-policy, They contain the secret IDs",
        "config,     Usage: segment config,     Secrets are masked",
        "check,      Usage: segment check,      starts and sends nothing",
        "explain,    Usage: segment explain,    sends nothing",
        "send,       Usage: segment send,       until it has accepted them",
        "tail,       Usage: segment tail,       Ctrl-C ends it",
        "replay,     Usage: segment replay,     sends at most one batch",
        "run,        Usage: segment run,        Runs the collector",
        "completion, Usage: segment completion, bash and zsh",
        "help,       Usage: segment help,       help"
    })
    void eachCommandHasHelp(String command, String start, String text) {
        CommandRun run = CommandRun.with(Map.of(), command, "--help");

        assertThat(run.exitCode()).isZero();
        assertThat(run.output()).startsWith(start).contains(text);
    }

    @Test
    void anUnknownCommandIsAMistakeInUsage() {
        CommandRun run = CommandRun.with(Map.of(), "docter");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.errors())
                .contains("'docter'")
                .contains("Did you mean: segment doctor?")
                .hasLineCount(1);
        assertThat(run.output()).isEmpty();
    }

    @Test
    void theDoctorFindsNothingAmissInWhatItMaySee() {
        aws.createStream("events", 2);
        aws.createDeliveryStream("pages");
        aws.createRole(ROLE, SECRET_ID)
                .allow("kinesis:PutRecords")
                .allow("firehose:PutRecordBatch")
                .allow("iam:SimulatePrincipalPolicy", ROLE);

        CommandRun run = CommandRun.with(settings(), "doctor");

        assertThat(run.errors()).isEmpty();
        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.output())
                .startsWith("analytics: kinesis in us-west-2, " + ROLE + "\n  pass     1 identity     arn:aws:iam::")
                .contains("\nlake: firehose in us-west-2, " + ROLE + "\n")
                .contains("  unknown  5 stream       pages: AccessDenied")
                .endsWith("\n2 destinations, none fails, 2 not known in full\n")
                .doesNotContain("s3cr3t");
    }

    @Test
    void whatIsUnknownBesideAWarningIsNotWell() {
        aws.createStream("events", 2);
        aws.createDeliveryStream("pages");
        aws.createRole(ROLE).allow("kinesis:PutRecords").allow("firehose:PutRecordBatch");

        CommandRun run = CommandRun.with(settings(), "doctor", "--json");

        assertThat(run.json().at("/destinations/0/outcome").asText()).isEqualTo("warn");
        assertThat(run.json().get("fails").asBoolean()).isFalse();
        assertThat(run.json().get("unknown").asBoolean()).isTrue();
        assertThat(run.exitCode()).isEqualTo(3);
    }

    @Test
    void awsOutOfReachIsUnknown() {
        Map<String, String> settings = settings();
        aws.close();

        CommandRun run = CommandRun.with(settings, "doctor", "analytics");

        assertThat(run.output()).contains("unknown  1 identity").endsWith(", 1 not known in full\n");
        assertThat(run.exitCode()).isEqualTo(3);
    }

    @Test
    void whatFailsIsAFailureWhateverIsUnknownBesideIt() {
        CommandRun run = CommandRun.with(settings(), "doctor");

        assertThat(run.output()).contains("unknown").endsWith("\n2 destinations, 2 fail, 2 not known in full\n");
        assertThat(run.exitCode()).isEqualTo(1);
    }

    @Test
    void theDoctorTellsOfOneDestinationAsJson() {
        aws.createRole(ROLE, "another");

        CommandRun run = CommandRun.with(settings(), "doctor", "--json", "lake");

        assertThat(run.errors()).isEmpty();
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.output()).doesNotContain("s3cr3t");
        JsonNode report = run.json();
        assertThat(report.get("fails").asBoolean()).isTrue();
        assertThat(report.get("destinations")).singleElement().satisfies(lake -> {
            assertThat(lake.get("name").asText()).isEqualTo("lake");
            assertThat(lake.get("checks").get(1).get("outcome").asText()).isEqualTo("fail");
        });
    }

    @Test
    void theDoctorDoesNotKnowADestination() {
        CommandRun run = CommandRun.with(settings(), "doctor", "lakes");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.errors())
                .startsWith("expected names under segment.destinations, but was \"lakes\": there are analytics, lake")
                .hasLineCount(1);
        assertThat(run.output()).isEmpty();
    }

    @Test
    void theDoctorLooksAtARunningLocalMode() {
        aws.createStream("events", 2);
        aws.createDeliveryStream("new_users");
        aws.createDeliveryStream("everything");
        Map<String, String> local = Map.of(
                "quarkus.profile",
                "local",
                "segment.local-aws.port",
                String.valueOf(aws.endpoint().getPort()));

        CommandRun run = CommandRun.with(local, "doctor");

        assertThat(run.errors())
                .startsWith("Local mode: looking at the stand-in for AWS at " + aws.endpoint())
                .hasLineCount(1);
        assertThat(run.output()).endsWith("\n2 destinations, none fails\n").doesNotContain("unknown");
        assertThat(run.exitCode()).isZero();
    }

    private Map<String, String> settings() {
        return Map.of(
                "segment.workspace-id", SECRET_ID,
                "segment.aws.endpoint-override", aws.endpoint().toString(),
                "segment.sources.web.write-key", "WEB_KEY",
                "segment.destinations.analytics.type", "kinesis",
                "segment.destinations.analytics.stream-name", "events",
                "segment.destinations.analytics.role-address", ROLE,
                "segment.destinations.lake.type", "firehose",
                "segment.destinations.lake.role-address", ROLE,
                "segment.destinations.lake.map.page", "pages");
    }

    @ParameterizedTest
    @ValueSource(strings = {"terraform", "cloudformation"})
    void iamPolicyPrintsTemplates(String format) {
        CommandRun run = CommandRun.with(policySettings(), "iam-policy", "analytics", "--format", format);

        assertThat(run.exitCode()).as(run.errors()).isZero();
        assertThat(run.output()).contains("sts:ExternalId").contains("kinesis:PutRecords");
    }

    @Test
    void iamPolicyKnowsNoOtherDestinations() {
        CommandRun run = CommandRun.with(policySettings(), "iam-policy", "lake");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.errors())
                .startsWith("expected names under segment.destinations, but was \"lake\": there are analytics")
                .doesNotContain("ws_s3cr3t");
        assertThat(run.output()).isEmpty();
    }

    private Map<String, String> policySettings() {
        return Map.of(
                "segment.workspace-id", "ws_s3cr3t",
                "segment.sources.web.write-key", "k",
                "segment.destinations.analytics.type", "kinesis",
                "segment.destinations.analytics.stream-name", "events",
                "segment.destinations.analytics.role-address", POLICY_ROLE,
                "segment.aws.endpoint-override", aws.endpoint().toString());
    }
}
