package io.camelsegment.app.setup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.camelsegment.app.local.LocalMode;
import io.camelsegment.app.routes.AwsAccess;
import io.camelsegment.app.routes.Destination;
import io.camelsegment.app.routes.Destination.Duty;
import io.camelsegment.app.routes.StreamRows;
import io.camelsegment.app.routes.Transform;
import io.camelsegment.localaws.Fault;
import io.camelsegment.localaws.LocalAws;
import io.camelsegment.localaws.LocalAwsExtension;
import io.camelsegment.localaws.Role;
import io.camelsegment.routes.MappingTable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import java.util.stream.Collectors;
import org.apache.camel.health.HealthCheck;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The doctor in the background, against local-aws. */
@ExtendWith(LocalAwsExtension.class)
class DoctorRoundsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String ROLE = "arn:aws:iam::874699288871:role/example-role";
    private static final String SECRET_ID = "ws_s3cr3t_one";

    private final LocalAws aws;
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final Logger log = Logger.getLogger(DoctorRounds.class.getName());
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord record) {
            lines.add(record.getLevel() + " " + new SimpleFormatter().formatMessage(record));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    DoctorRoundsTest(LocalAws aws) {
        this.aws = aws;
    }

    @BeforeEach
    void start() {
        aws.reset();
        aws.createStream("events", 1);
        aws.createDeliveryStream("lake");
        log.setLevel(Level.INFO);
        log.addHandler(handler);
    }

    @AfterEach
    void stop() {
        log.removeHandler(handler);
    }

    @Test
    void anExaminationMayBeAskedForOnceAPause() {
        try (DoctorRounds rounds = rounds(Duration.ofDays(1), kinesis("analytics"))) {
            assertThat(rounds.claim()).isEmpty();
            assertThat(rounds.claim())
                    .hasValueSatisfying(wait -> assertThat(wait).isBetween(Duration.ofHours(23), Duration.ofDays(1)));
        }
        try (DoctorRounds rounds = rounds(Duration.ofMillis(1), kinesis("analytics"))) {
            assertThat(rounds.claim()).isEmpty();
            await().atMost(PATIENCE).until(() -> rounds.claim().isEmpty());
        }
    }

    @Test
    void aRoleThatIsDeletedAndCreatedAgainHealsByItself() {
        Role role = aws.createRole(ROLE, SECRET_ID);
        try (DoctorRounds rounds = rounds(Duration.ofMillis(20), kinesis("analytics"))) {
            assertThat(outcome(rounds.again())).isEqualTo(Outcome.PASS);

            aws.deleteRole(role);
            assertThat(outcome(rounds.again())).isEqualTo(Outcome.FAIL);
            assertThat(details(rounds))
                    .containsOnlyKeys("analytics")
                    .hasEntrySatisfying("analytics", text -> assertThat(text.toString())
                            .startsWith("fail: assume-role: AccessDenied")
                            .contains(ROLE, "sts:ExternalId equals the secret ID")
                            .doesNotContain("s3cr3t"));
            long calls = aws.calls().of("AssumeRole").calls();
            await().atMost(PATIENCE).until(() -> aws.calls().of("AssumeRole").calls() >= calls + 3);

            aws.createRole(ROLE, SECRET_ID);
            await().atMost(PATIENCE)
                    .untilAsserted(() ->
                            assertThat(rounds.last().orElseThrow().fails()).isFalse());
            assertThat(details(rounds)).isEmpty();
        }
        assertThat(lines)
                .satisfiesExactly(
                        line -> assertThat(line)
                                .startsWith("WARN Destination analytics cannot deliver: assume-role: AccessDenied")
                                .contains("; see that the role exists")
                                .doesNotContain("s3cr3t"),
                        line -> assertThat(line).isEqualTo("INFO Destination analytics: assume-role is mended"));
    }

    @Test
    void onlyWhatFailsIsLookedAtAgain() {
        aws.createRole(ROLE, SECRET_ID);
        try (DoctorRounds rounds = rounds(Duration.ofMillis(20), kinesis("analytics"), firehose("lake", "missing"))) {
            rounds.start();

            await().atMost(PATIENCE)
                    .until(() -> aws.calls().of("DescribeDeliveryStream").calls() >= 4);
            assertThat(aws.calls().of("DescribeStreamSummary").calls()).isEqualTo(1);
            assertThat(rounds.last().orElseThrow().diagnoses())
                    .extracting(Diagnosis::destination)
                    .containsExactly("analytics", "lake");
        }
        assertThat(lines).singleElement().satisfies(line -> assertThat(line)
                .startsWith("WARN Destination lake cannot deliver: stream: missing: there is none in us-west-2"));
    }

    @Test
    void stsThatIsDownForAWhileIsNoAilment() {
        aws.createRole(ROLE, SECRET_ID);
        Fault down = aws.faults().on("sts:*").fail(503, "ServiceUnavailable", "down");
        try (DoctorRounds rounds = rounds(Duration.ofMillis(20), kinesis("analytics"))) {
            assertThat(outcome(rounds.again())).isEqualTo(Outcome.UNKNOWN);
            assertThat(details(rounds).get("analytics").toString()).startsWith("unknown: identity: ServiceUnavailable");

            down.remove();
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(outcomeNow(rounds)).isEqualTo(Outcome.PASS));
        }
        assertThat(lines).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"sts:*", "kinesis:*", "sts:AssumeRole"})
    void awsOutOfReachIsOneLineForAllDestinationsAndSoIsItsReturn(String calls) {
        aws.createRole(ROLE, SECRET_ID);
        Fault cut = aws.faults().on(calls).cutConnection();
        try (DoctorRounds rounds = rounds(Duration.ofMillis(20), kinesis("analytics"), kinesis("archive"))) {
            assertThat(outcome(rounds.again())).isEqualTo(Outcome.UNKNOWN);
            assertThat(outcome(rounds.again())).isEqualTo(Outcome.UNKNOWN);
            assertThat(lines).singleElement().satisfies(line -> assertThat(line)
                    .startsWith("WARN AWS does not answer, so senders are told to send again later: ")
                    .contains("look whether the network and AWS are up")
                    .doesNotContain("s3cr3t"));

            cut.remove();
            await().atMost(PATIENCE).until(() -> lines.size() > 1);
        }
        assertThat(lines).hasSize(2).last().isEqualTo("INFO AWS answers");
    }

    @Test
    void iamOutOfReachIsNoTrouble() {
        aws.createRole(ROLE, SECRET_ID);
        aws.faults().on("iam:*").cutConnection();
        try (DoctorRounds rounds = rounds(Duration.ofMillis(20), kinesis("analytics"))) {
            assertThat(outcome(rounds.again())).isEqualTo(Outcome.UNKNOWN);
        }
        assertThat(lines).isEmpty();
    }

    @Test
    void aRoleThatAcceptsAnyoneIsWarnedAboutOnce() {
        aws.createRole(ROLE);
        try (DoctorRounds rounds = rounds(Duration.ofMillis(20), kinesis("analytics"))) {
            assertThat(outcome(rounds.again())).isEqualTo(Outcome.WARN);
            assertThat(outcome(rounds.again())).isEqualTo(Outcome.WARN);
        }
        assertThat(lines).singleElement().satisfies(line -> assertThat(line)
                .startsWith(
                        "WARN Destination analytics: external-id: the role can be assumed without the secret ID too"));
    }

    @Test
    void manyStreamsThatFailAreOneLine() {
        aws.createRole(ROLE, SECRET_ID);
        try (DoctorRounds rounds = rounds(Duration.ofHours(1), firehose("lake", "a", "b", "lake"))) {
            assertThat(outcome(rounds.again())).isEqualTo(Outcome.FAIL);
        }
        assertThat(lines).singleElement().satisfies(line -> assertThat(line)
                .startsWith("WARN Destination lake cannot deliver: stream: a: there is none")
                .endsWith("(and 1 more)"));
    }

    @Test
    void beforeTheFirstReportItIsPendingAndNobodyWaits() throws Exception {
        DoctorRounds rounds;
        try (ServerSocket mute = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            rounds = rounds(LocalMode.endpoint(mute.getLocalPort()), Duration.ofHours(1), kinesis("analytics"));
            rounds.start();

            assertThat(rounds.last()).isEmpty();
            assertThat(details(rounds)).containsEntry("report", "pending");
        }
        try (rounds) {
            await().atMost(PATIENCE).until(() -> rounds.last().isPresent());
        }
    }

    @Test
    void nobodyWaitsForAnExaminationWhenTheAppStops() {
        aws.createRole(ROLE, SECRET_ID);
        aws.faults().on("GetCallerIdentity").delay(Duration.ofSeconds(8));
        DoctorRounds rounds = rounds(Duration.ofHours(1), kinesis("analytics"));
        List<CompletionStage<Report>> reports = new ArrayList<>(List.of(rounds.again()));
        await().atMost(PATIENCE).until(() -> Thread.getAllStackTraces().keySet().stream()
                .anyMatch(thread -> thread.getName().equals("segment-doctor-call")));
        reports.add(rounds.again());

        rounds.close();

        reports.add(rounds.again());
        assertThat(reports).allSatisfy(report -> assertThat(report.toCompletableFuture())
                .failsWithin(Duration.ofSeconds(5))
                .withThrowableOfType(ExecutionException.class)
                .withMessageContaining("broke off"));
        assertThat(lines).isEmpty();
    }

    private Map<String, Object> details(DoctorRounds rounds) {
        HealthCheck.Result result = new PermissionsHealthCheck(rounds).call();
        assertThat(result.getState()).isEqualTo(HealthCheck.State.UP);
        return result.getDetails().entrySet().stream()
                .filter(entry -> !entry.getKey().startsWith("check."))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    @Test
    void looksAtTheStandInForTheStreamsThatTheFileOfAMappingHasNow(@TempDir Path directory) throws IOException {
        aws.createRole(ROLE, SECRET_ID);
        Path file = Files.writeString(
                directory.resolve("rows.yaml"), "A: arn:aws:firehose:us-west-2:123456789012:deliverystream/lake");
        StreamRows rows =
                StreamRows.read(new StreamRows.RowsFile(file.toString(), stream -> {}), MappingTable.Match.ALL, null);
        Destination mapped =
                new Destination.Firehose("mapped", Set.of("web"), access(), Duty.REQUIRED, Transform.NONE, rows);
        try (DoctorRounds rounds = rounds(
                Duration.ofDays(1),
                LocalMode.at(aws.endpoint(), List.of(mapped)).get(0))) {
            assertThat(outcome(rounds.again())).isEqualTo(Outcome.PASS);

            Files.writeString(file, "A: arn:aws:firehose:us-west-2:123456789012:deliverystream/missing");
            assertThat(outcome(rounds.again())).isEqualTo(Outcome.FAIL);
            assertThat(details(rounds)).hasEntrySatisfying("mapped", text -> assertThat(text.toString())
                    .contains("missing"));

            Files.writeString(file, "A: arn:aws:firehose:us-west-2:123456789012:deliverystream/lake\nB: none");
            assertThat(outcome(rounds.again())).isEqualTo(Outcome.PASS);
        }
    }

    @Test
    void looksAtTheStreamsThatTheFileOfAMappingHasNow(@TempDir Path directory) throws IOException {
        aws.createRole(ROLE, SECRET_ID);
        Path file = Files.writeString(directory.resolve("rows.yaml"), "A: lake");
        StreamRows rows =
                StreamRows.read(new StreamRows.RowsFile(file.toString(), stream -> {}), MappingTable.Match.ALL, null);
        Destination mapped =
                new Destination.Firehose("mapped", Set.of("web"), access(), Duty.REQUIRED, Transform.NONE, rows);
        try (DoctorRounds rounds = rounds(Duration.ofDays(1), mapped)) {
            assertThat(outcome(rounds.again())).isEqualTo(Outcome.PASS);

            Files.writeString(file, "A: missing");
            assertThat(outcome(rounds.again())).isEqualTo(Outcome.FAIL);
            assertThat(details(rounds)).hasEntrySatisfying("mapped", text -> assertThat(text.toString())
                    .contains("missing"));

            Files.writeString(file, "A: [");
            assertThat(outcome(rounds.again()))
                    .as("of the rows that stay in force")
                    .isEqualTo(Outcome.FAIL);
            Files.delete(file);
            assertThat(outcome(rounds.again())).isEqualTo(Outcome.FAIL);

            Files.writeString(file, "A: lake");
            assertThat(outcome(rounds.again())).isEqualTo(Outcome.PASS);
        }
    }

    private static Outcome outcome(CompletionStage<Report> report) {
        return report.toCompletableFuture()
                .orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                .join()
                .diagnoses()
                .get(0)
                .outcome();
    }

    private static Outcome outcomeNow(DoctorRounds rounds) {
        return rounds.last().orElseThrow().diagnoses().get(0).outcome();
    }

    private DoctorRounds rounds(Duration pause, Destination... destinations) {
        return rounds(aws.endpoint(), pause, destinations);
    }

    private static DoctorRounds rounds(URI sts, Duration pause, Destination... destinations) {
        Doctor doctor = new Doctor(RoleAssumer.inLocalMode(sts), Clock.systemUTC());
        return new DoctorRounds(doctor, List.of(destinations), pause);
    }

    private Destination kinesis(String name) {
        return new Destination.Kinesis(name, Set.of("web"), access(), Duty.REQUIRED, "events", false);
    }

    private Destination firehose(String name, String... streams) {
        return new Destination.Firehose(
                name, Set.of("web"), access(), Duty.REQUIRED, Map.of("*", List.of(streams)), MappingTable.Match.ALL);
    }

    private AwsAccess access() {
        return new AwsAccess("us-west-2", ROLE, SECRET_ID, aws.endpoint());
    }
}
