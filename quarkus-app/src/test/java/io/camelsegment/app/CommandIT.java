package io.camelsegment.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.camelsegment.localaws.LocalAws;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.model.Credentials;

/** The commands of the packaged app, as a user types them; all that they can say is in {@code CommandTest}. */
class CommandIT {

    private static final String POLICY_ROLE = "arn:aws:iam::000000000000:role/segment";
    private static final String ROLE = "arn:aws:iam::874699288871:role/example-role";
    private static final String SECRET_ID = "ws_s3cr3t_one";

    /** Of the app itself. */
    private static final String OWN_ROLE = "arn:aws:iam::000000000000:role/own";

    @TempDir
    Path directory;

    @Test
    void helpNeedsNoSettings() throws Exception {
        Result result = run(Map.of(), "--help");

        assertThat(result.exitCode()).isZero();
        assertThat(result.output())
                .startsWith("Usage: segment [-hV] [--home=<directory>] [COMMAND]")
                .contains("doctor");
    }

    @Test
    void theVersionNeedsNoSettingsAndStartsNoApp() throws Exception {
        Result result = run(Map.of("SEGMENT_DEDUPLICATE", "maybe"), "--version");

        assertThat(result.exitCode()).isZero();
        assertThat(result.output()).matches("camel-segment \\d+\\.\\d+\\.\\d+\\S*\nJava \\d\\S*, .+\n");
        assertThat(result.errors()).isEmpty();
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

    /** The AWS SDK finds by their names what assumes such a role, and the HTTP client for it. */
    @Test
    void theAppHasTheRoleOfItsProfile() throws Exception {
        try (LocalAws aws = LocalAws.start()) {
            aws.createRole(OWN_ROLE);
            Path profiles = Files.writeString(
                    directory.resolve("profiles"),
                    """
                    [default]
                    role_arn = %s
                    source_profile = base
                    [profile base]
                    aws_access_key_id = AKIATEST
                    aws_secret_access_key = test
                    """
                            .formatted(OWN_ROLE));

            assertTheAppHasItsRole(
                    aws,
                    Map.of(
                            "AWS_CONFIG_FILE", profiles.toString(),
                            "AWS_ENDPOINT_URL_STS", aws.endpoint().toString()));
        }
    }

    /** As with IRSA on EKS. */
    @Test
    void theAppHasTheRoleOfItsWebIdentity() throws Exception {
        try (LocalAws aws = LocalAws.start()) {
            aws.createRole(OWN_ROLE);
            HttpServer sts = webIdentities(aws);
            try {
                Path token = Files.writeString(directory.resolve("token"), "token");

                assertTheAppHasItsRole(
                        aws,
                        Map.of(
                                "AWS_WEB_IDENTITY_TOKEN_FILE",
                                token.toString(),
                                "AWS_ROLE_ARN",
                                OWN_ROLE,
                                "AWS_ENDPOINT_URL_STS",
                                "http://127.0.0.1:" + sts.getAddress().getPort()));
            } finally {
                sts.stop(0);
            }
        }
    }

    private void assertTheAppHasItsRole(LocalAws aws, Map<String, String> environment) throws Exception {
        Map<String, String> all = new HashMap<>(environment);
        all.put("AWS_REGION", "us-west-2");
        all.put("AWS_EC2_METADATA_DISABLED", "true");
        all.put("AWS_SHARED_CREDENTIALS_FILE", directory.resolve("none").toString());
        all.put("SEGMENT_CONFIG", settingsFile(aws));

        Result result = run(all, "doctor");

        assertThat(result.output()).contains("  pass     1 identity     arn:aws:sts::000000000000:assumed-role/own/");
    }

    /** Starts an STS that knows the token of a web identity, which {@code local-aws} does not. */
    private static HttpServer webIdentities(LocalAws aws) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            try (exchange;
                    StsClient sts = StsClient.builder()
                            .endpointOverride(aws.endpoint())
                            .region(Region.US_WEST_2)
                            .credentialsProvider(
                                    StaticCredentialsProvider.create(AwsBasicCredentials.create("AKIATEST", "test")))
                            .httpClientBuilder(UrlConnectionHttpClient.builder())
                            .build()) {
                Credentials session = sts.assumeRole(
                                role -> role.roleArn(OWN_ROLE).roleSessionName("web"))
                        .credentials();
                byte[] answer =
                        """
                        <AssumeRoleWithWebIdentityResponse><AssumeRoleWithWebIdentityResult><Credentials>
                        <AccessKeyId>%s</AccessKeyId><SecretAccessKey>%s</SecretAccessKey>
                        <SessionToken>%s</SessionToken><Expiration>%s</Expiration>
                        </Credentials></AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>
                        """
                                .formatted(
                                        session.accessKeyId(),
                                        session.secretAccessKey(),
                                        session.sessionToken(),
                                        session.expiration())
                                .getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(200, answer.length);
                exchange.getResponseBody().write(answer);
            }
        });
        server.start();
        return server;
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
        return Map.of(
                "SEGMENT_CONFIG", settingsFile(aws), "AWS_ACCESS_KEY_ID", "AKIATEST", "AWS_SECRET_ACCESS_KEY", "test");
    }

    private String settingsFile(LocalAws aws) throws IOException {
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
        return file.toString();
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

    /** {@code FirstHourIT} starts the other commands. */
    @Test
    void replaySendsTheEventsOfAFile() throws Exception {
        Path event = Files.writeString(
                directory.resolve("event.json"), "{\"type\":\"track\",\"userId\":\"u\",\"event\":\"Order Completed\"}");
        try (LocalAws aws = LocalAws.start()) {
            aws.createStream("events", 2);
            String yaml =
                    """
                    segment:
                      aws: { endpoint-override: "%s" }
                      sources: { web: { write-key: s3cr3t } }
                      destinations: { analytics: { type: kinesis, stream-name: events } }
                    """
                            .formatted(aws.endpoint());
            try (RunningSettings collector = new RunningSettings(yaml, Map.of())) {
                assertThat(good(
                                Map.of("WRITE_KEY", "s3cr3t"),
                                "replay",
                                "--url",
                                collector.uri() + "/v1",
                                event.toString()))
                        .isEqualTo("1 accepted of 1 file\n");
                assertThat(aws.stream("events").records()).hasSize(1);
            }
        }
    }

    @Test
    void completionIsAScript() throws Exception {
        assertThat(good(Map.of(), "completion")).contains("complete -F _complete_segment");
    }

    private String good(Map<String, String> environment, String... arguments) throws Exception {
        Result result = run(environment, arguments);
        assertThat(result.exitCode()).as(result.errors()).isZero();
        assertThat(result.output() + result.errors()).doesNotContain("s3cr3t");
        return result.output();
    }

    private Result run(Map<String, String> environment, String... arguments) throws IOException, InterruptedException {
        Path output = directory.resolve("output");
        Path errors = directory.resolve("errors");
        ProcessBuilder builder = new ProcessBuilder(Program.app(List.of(), arguments))
                .directory(directory.toFile())
                .redirectOutput(output.toFile())
                .redirectError(errors.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("AWS_"));
        builder.environment().putAll(environment);
        Process process = builder.start();
        if (!process.waitFor(2, TimeUnit.MINUTES)) {
            process.destroyForcibly();
        }
        return new Result(process.waitFor(), Files.readString(output), Files.readString(errors));
    }

    private record Result(int exitCode, String output, String errors) {}
}
