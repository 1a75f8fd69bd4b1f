package io.camelsegment.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.camelsegment.localaws.LocalAws;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands of the packaged app, as a user types them; all that they can say is in {@code CommandTest}. */
class CommandIT {

    private static final String POLICY_ROLE = "arn:aws:iam::000000000000:role/segment";
    private static final String ROLE = "arn:aws:iam::874699288871:role/example-role";
    private static final String SECRET_ID = "ws_s3cr3t_one";

    @TempDir
    Path directory;

    @Test
    void helpNeedsNoSettings() throws Exception {
        Result result = run(Map.of(), "--help");

        assertThat(result.exitCode()).isZero();
        assertThat(result.output())
                .startsWith("Usage: segment [-h] [--home=<directory>] [COMMAND]")
                .contains("doctor");
    }

    @Test
    void wrongSettingsAreToldInOneLine() throws Exception {
        Result result = run(Map.of("SEGMENT_SOURCES_WEB_WRITE_KEY", "k"), "doctor");

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.errors()).startsWith("segment.").hasLineCount(1);
        assertThat(result.output()).isEmpty();
    }

    @Test
    void theDoctorFindsNothingAmiss() throws Exception {
        try (LocalAws aws = LocalAws.start()) {
            aws.createStream("events", 2);
            aws.createDeliveryStream("pages");
            aws.createRole(ROLE, SECRET_ID)
                    .allow("kinesis:PutRecords")
                    .allow("kinesis:DescribeStreamSummary")
                    .allow("firehose:PutRecordBatch")
                    .allow("firehose:DescribeDeliveryStream")
                    .allow("iam:SimulatePrincipalPolicy", ROLE);

            Result result = run(settings(aws), "doctor");

            assertThat(result.errors()).isEmpty();
            assertThat(result.exitCode()).isZero();
            assertThat(result.output())
                    .startsWith(
                            "analytics: kinesis in us-west-2, " + ROLE + "\n  pass     1 identity     arn:aws:iam::")
                    .endsWith("\n2 destinations, none fails\n")
                    .doesNotContain("s3cr3t");
        }
    }

    @Test
    void aCommandReadsTheSettingsOfItsHomeAndNeedsNoPort() throws Exception {
        Path home = Files.createDirectories(directory.resolve("home/config")).getParent();
        Files.writeString(
                home.resolve("config/application.properties"),
                """
                segment.sources.web.write-key=k
                segment.destinations.here.type=kinesis
                segment.destinations.here.stream-name=events
                """);
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = String.valueOf(taken.getLocalPort());

            Result result = run(
                    Map.of("QUARKUS_HTTP_PORT", port, "QUARKUS_MANAGEMENT_PORT", port),
                    "iam-policy",
                    "nowhere",
                    "--home",
                    home.toString());

            assertThat(result.exitCode()).isEqualTo(2);
            assertThat(result.errors())
                    .startsWith("expected names under segment.destinations")
                    .contains("there are here");
        }
    }

    private Map<String, String> settings(LocalAws aws) throws IOException {
        Path file = Files.writeString(
                directory.resolve("segment.yaml"),
                """
                segment:
                  workspace-id: %s
                  aws: { endpoint-override: "%s" }
                  sources:
                    web: { write-key: WEB_KEY }
                  destinations:
                    analytics:
                      type: kinesis
                      stream-name: events
                      role-address: %s
                    lake:
                      type: firehose
                      role-address: %s
                      map: { page: pages }
                """
                        .formatted(SECRET_ID, aws.endpoint(), ROLE, ROLE));
        return Map.of(
                "SEGMENT_CONFIG", file.toString(), "AWS_ACCESS_KEY_ID", "AKIATEST", "AWS_SECRET_ACCESS_KEY", "test");
    }

    @Test
    void iamPolicyPrintsNothingButJson() throws Exception {
        try (LocalAws aws = LocalAws.start()) {
            Result result = run(
                    Map.of(
                            "SEGMENT_WORKSPACE_ID", "ws_s3cr3t",
                            "SEGMENT_SOURCES_WEB_WRITE_KEY", "k",
                            "SEGMENT_DESTINATIONS_ANALYTICS_TYPE", "kinesis",
                            "SEGMENT_DESTINATIONS_ANALYTICS_STREAM_NAME", "events",
                            "SEGMENT_DESTINATIONS_ANALYTICS_ROLE_ADDRESS", POLICY_ROLE,
                            "SEGMENT_AWS_ENDPOINT_OVERRIDE", aws.endpoint().toString(),
                            "AWS_ACCESS_KEY_ID", "test",
                            "AWS_SECRET_ACCESS_KEY", "test"),
                    "iam-policy");

            assertThat(result.exitCode()).as(result.errors()).isZero();
            assertThat(Api.json(result.output()).at("/roles").get(POLICY_ROLE).at("/trustPolicy/Statement/Condition"))
                    .hasToString("{\"StringEquals\":{\"sts:ExternalId\":\"ws_s3cr3t\"}}");
            assertThat(result.errors()).contains("--principal").doesNotContain("ws_s3cr3t");
        }
    }

    private Result run(Map<String, String> environment, String... arguments) throws IOException, InterruptedException {
        Path output = directory.resolve("output");
        Path errors = directory.resolve("errors");
        ProcessBuilder builder = new ProcessBuilder(Program.app(List.of(), arguments))
                .directory(directory.toFile())
                .redirectOutput(output.toFile())
                .redirectError(errors.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        if (!process.waitFor(2, TimeUnit.MINUTES)) {
            process.destroyForcibly();
        }
        return new Result(process.waitFor(), Files.readString(output), Files.readString(errors));
    }

    private record Result(int exitCode, String output, String errors) {}
}
