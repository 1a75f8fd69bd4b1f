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
 * What {@code segment iam-policy} did, in this process, with {@code test} as the AWS credentials.
 *
 * @param exitCode 0, or 2 for a mistake
 * @param output   what a shell would redirect
 * @param errors   what stays on the screen
 */
record IamPolicyRun(int exitCode, String output, String errors) {

    /** Runs it with settings as a user writes them. */
    @SuppressWarnings("UnnecessaryAssignment") // there is no framework here that injects
    static IamPolicyRun with(Map<String, String> settings, String... arguments) {
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
        System.setProperty("aws.accessKeyId", "test");
        System.setProperty("aws.secretAccessKey", "test");
        try {
            int exitCode = new CommandLine(command)
                    .setOut(new PrintWriter(output))
                    .setErr(new PrintWriter(errors))
                    .execute(arguments);
            return new IamPolicyRun(exitCode, output.toString(), errors.toString());
        } finally {
            System.clearProperty("aws.accessKeyId");
            System.clearProperty("aws.secretAccessKey");
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
