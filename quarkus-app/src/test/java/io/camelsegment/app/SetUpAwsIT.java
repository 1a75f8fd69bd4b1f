package io.camelsegment.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.camelsegment.localaws.Call;
import io.camelsegment.localaws.LocalAws;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page "Set up AWS in five minutes", run as it is written, with {@code local-aws} for AWS. */
@Tag("nightly")
class SetUpAwsIT {

    private static final Path MODULE = Path.of("").toAbsolutePath();
    private static final Pattern SECTION = Pattern.compile("(?s)# Set up AWS in five minutes\n(.*?)\n## ");
    private static final Pattern COMMANDS = Pattern.compile("(?s) {3}```sh\n(.*?) {3}```\n");

    @TempDir
    Path directory;

    @Test
    void deliversAnEventWithNothingButItsCommands() throws Exception {
        InstalledPrograms.require("aws", "bash", "curl", "jq", "openssl");
        Files.createSymbolicLink(directory.resolve("quarkus-app"), MODULE);
        int port = freePort();
        // The port may be taken here; everything else is as it is written. What runs in the background ends with the
        // script.
        String script = "set -euo pipefail\ntrap 'kill $(jobs -p); wait' EXIT\n"
                + commands().replace("localhost:8080", "localhost:" + port);
        try (LocalAws aws = LocalAws.builder().accountId("123456789012").start()) {
            String output = run(
                    script,
                    Map.of(
                            "AWS_ENDPOINT_URL",
                            aws.endpoint().toString(),
                            "AWS_ACCESS_KEY_ID",
                            "test",
                            "AWS_SECRET_ACCESS_KEY",
                            "test",
                            "QUARKUS_HTTP_PORT",
                            String.valueOf(port),
                            "QUARKUS_MANAGEMENT_PORT",
                            "0"));

            assertThat(output).contains("{\"success\":true}");
            assertThat(aws.stream("events").records()).hasSize(1);
            assertThat(new String(aws.deliveryStream("everything").content(), StandardCharsets.UTF_8))
                    .contains("\"event\":\"User Registered\"");
            assertThat(aws.calls().recent())
                    .filteredOn(call -> call.records() > 0)
                    .extracting(Call::principal)
                    .isNotEmpty()
                    .allMatch(principal -> principal.startsWith("arn:aws:sts::123456789012:assumed-role/segment/"));
        }
    }

    private static String commands() throws IOException {
        String page = Files.readString(MODULE.resolveSibling("docs/aws-setup.md"));
        String section = SECTION.matcher(page)
                .results()
                .map(found -> found.group(1))
                .findFirst()
                .orElseThrow();
        List<String> blocks = COMMANDS.matcher(section)
                .results()
                .map(MatchResult::group)
                .map(block -> COMMANDS.matcher(block).replaceAll("$1"))
                .toList();
        assertThat(blocks).hasSizeGreaterThan(4);
        return blocks.stream().map(SetUpAwsIT::withoutIndent).collect(Collectors.joining());
    }

    private static String withoutIndent(String block) {
        return block.lines()
                .map(line -> line.isEmpty() ? line : line.substring(3))
                .collect(Collectors.joining("\n", "", "\n"));
    }

    private String run(String script, Map<String, String> environment) throws IOException, InterruptedException {
        Path output = directory.resolve("output");
        ProcessBuilder builder = new ProcessBuilder(
                        "bash",
                        Files.writeString(directory.resolve("commands"), script).toString())
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        String java = Path.of(System.getProperty("java.home"), "bin").toString();
        builder.environment().merge("PATH", java, (path, bin) -> bin + File.pathSeparator + path);
        builder.environment().putAll(environment);
        Process process = builder.start();
        if (!process.waitFor(5, TimeUnit.MINUTES)) {
            process.descendants().forEach(ProcessHandle::destroy);
            process.destroy();
        }
        String printed = Files.readString(output);
        assertThat(process.waitFor()).as(printed).isZero();
        return printed;
    }

    /** Returns a free port. It is below those that a process gets which asks for any one. */
    static int freePort() {
        return ThreadLocalRandom.current()
                .ints(20_000, 30_000)
                .filter(SetUpAwsIT::isFree)
                .findFirst()
                .orElseThrow();
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException taken) {
            return false;
        }
    }
}
