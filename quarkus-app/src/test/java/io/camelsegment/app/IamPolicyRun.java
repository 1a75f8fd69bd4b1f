package io.camelsegment.app;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import picocli.CommandLine;

/**
 * What {@code segment iam-policy} did, in this process.
 *
 * @param exitCode 0, or 2 for a mistake
 * @param output   what a shell would redirect
 * @param errors   what stays on the screen
 */
record IamPolicyRun(int exitCode, String output, String errors) {

    /** Runs it with settings as a user writes them, and {@code test} as the AWS credentials. */
    static IamPolicyRun with(Map<String, String> settings, String... arguments) {
        return with(Map.of("aws.accessKeyId", "test", "aws.secretAccessKey", "test"), settings, arguments);
    }

    /** Runs it with the AWS credentials that these system properties name. */
    @SuppressWarnings("UnnecessaryAssignment") // there is no framework here that injects
    static IamPolicyRun with(Map<String, String> credentials, Map<String, String> settings, String... arguments) {
        IamPolicyCommand command = new IamPolicyCommand();
        command.config = new SmallRyeConfigBuilder()
                .addDefaultInterceptors()
                .withSources(new PropertiesConfigSource(settings, "test", 300))
                .withSources(new SegmentConfigSources())
                .withMapping(SegmentConfig.class)
                .build()
                .getConfigMapping(SegmentConfig.class);
        StringWriter output = new StringWriter();
        StringWriter errors = new StringWriter();
        credentials.forEach(System::setProperty);
        try {
            int exitCode = new CommandLine(command)
                    .setOut(new PrintWriter(output))
                    .setErr(new PrintWriter(errors))
                    .execute(arguments);
            return new IamPolicyRun(exitCode, output.toString(), errors.toString());
        } finally {
            credentials.keySet().forEach(System::clearProperty);
        }
    }

    JsonNode json() {
        try {
            return new ObjectMapper().readTree(output);
        } catch (JsonProcessingException e) {
            throw new AssertionError(output, e);
        }
    }
}
