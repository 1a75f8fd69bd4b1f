package io.camelsegment.app.setup;

import com.fasterxml.jackson.databind.JsonNode;
import io.camelsegment.app.Api;
import io.camelsegment.app.SegmentCommand;
import io.camelsegment.app.settings.SegmentConfig;
import io.camelsegment.app.settings.SegmentConfigCustomizer;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.Field;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;
import picocli.CommandLine;
import picocli.CommandLine.IFactory;

/**
 * What a command of {@code segment} did, in this process.
 *
 * @param exitCode what the shell would see
 * @param output   what a shell would redirect
 * @param errors   what stays on the screen
 */
public record CommandRun(int exitCode, String output, String errors) {

    /** Runs it with settings as a user writes them, and {@code test} as the AWS credentials. */
    public static CommandRun with(Map<String, String> settings, String... arguments) {
        return with(Map.of("aws.accessKeyId", "test", "aws.secretAccessKey", "test"), settings, arguments);
    }

    /** Runs it with the AWS credentials that these system properties name. */
    public static CommandRun with(Map<String, String> credentials, Map<String, String> settings, String... arguments) {
        credentials.forEach(System::setProperty);
        try {
            return with(config(settings), arguments);
        } finally {
            credentials.keySet().forEach(System::clearProperty);
        }
    }

    /** Runs it with settings that are read. */
    public static CommandRun with(SegmentConfig config, String... arguments) {
        StringWriter output = new StringWriter();
        StringWriter errors = new StringWriter();
        int exitCode = SegmentCommand.line(factory(config))
                .setOut(new PrintWriter(output))
                .setErr(new PrintWriter(errors))
                .execute(arguments);
        return new CommandRun(exitCode, output.toString(), errors.toString());
    }

    /** Reads settings over those of the app, in the profile that they name. */
    public static SegmentConfig config(Map<String, String> settings) {
        return new SegmentConfig(new SmallRyeConfigBuilder()
                .addDefaultInterceptors()
                .withProfile(settings.getOrDefault("quarkus.profile", "prod"))
                .withSources(new PropertiesConfigSource(settings, "test", 300))
                .withCustomizers(new SegmentConfigCustomizer())
                .build());
    }

    /** Stands in for the framework, which injects the settings and Camel. */
    private static IFactory factory(SegmentConfig config) {
        return new IFactory() {
            @Override
            public <K> K create(Class<K> type) throws Exception {
                K made = CommandLine.defaultFactory().create(type);
                for (Field field : type.getDeclaredFields()) {
                    Object injected = field.getType() == SegmentConfig.class
                            ? config
                            : field.getType() == CamelContext.class ? new DefaultCamelContext() : null;
                    if (injected != null) {
                        field.setAccessible(true);
                        field.set(made, injected);
                    }
                }
                return made;
            }
        };
    }

    public JsonNode json() {
        return Api.json(output);
    }
}
