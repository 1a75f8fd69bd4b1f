package io.camelsegment.app.command;

import io.camelsegment.app.local.LocalMode;
import io.camelsegment.app.routes.Source;
import io.camelsegment.app.routes.UserRoutes;
import io.camelsegment.app.settings.SegmentConfig;
import io.camelsegment.app.settings.Settings;
import io.camelsegment.app.settings.SettingsCheck;
import io.quarkus.runtime.configuration.ConfigurationException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Stack;
import picocli.CommandLine.IParameterPreprocessor;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Where events are sent, and with which write key. */
final class Target {

    /** Has the write key where no option does. */
    private static final String VARIABLE = "WRITE_KEY";

    @Spec(Spec.Target.MIXEE)
    CommandSpec command;

    @Option(
            names = "--url",
            paramLabel = "<url>",
            description = "The tracking API, such as https://collector.example/v1. Default: the collector of the"
                    + " settings, on this machine.")
    URI url;

    @Option(
            names = "--source",
            paramLabel = "<source>",
            description = "The source of the settings whose write key is used. Default: the only one.")
    String source;

    @Option(names = "--write-key-file", paramLabel = "<file>", description = "File containing the write key.")
    Path writeKeyFile;

    @Option(
            names = "--write-key",
            interactive = true,
            prompt = "Write key: ",
            preprocessor = NoValue.class,
            description = "Asks for the write key, without echo. Default: that of the environment variable " + VARIABLE
                    + ", else that of the settings.")
    char[] writeKey;

    /**
     * Returns the URL of the API, without a slash at its end.
     *
     * @param known settings that are read already; null to read them
     */
    URI api(SegmentConfig known) {
        if (url == null) {
            return read(known).api();
        }
        if (!List.of("http", "https").contains(String.valueOf(url.getScheme()))
                || url.getHost() == null
                || url.getUserInfo() != null
                || url.getQuery() != null) {
            throw mistake("--url: expected the URL of a tracking API, such as https://collector.example/v1, without a"
                    + " user and a query, but was another");
        }
        String path = url.getPath().replaceFirst("/+$", "");
        return url.resolve(path.isEmpty() ? "/v1" : path);
    }

    /** Returns the write key. */
    String key(SegmentConfig known) {
        String own = ownKey();
        if (own == null) {
            return keyOfSettings(read(known));
        }
        if (own.isBlank()) {
            throw mistake("expected a write key, but it is empty: write it into the file, or type it");
        }
        return own.strip();
    }

    private String ownKey() {
        if (writeKey != null) {
            return new String(writeKey);
        }
        if (writeKeyFile != null) {
            try {
                return Files.readString(writeKeyFile);
            } catch (IOException e) {
                throw mistake("--write-key-file: expected a file that can be read, but was none ("
                        + e.getClass().getSimpleName() + ")");
            }
        }
        return source == null ? System.getenv(VARIABLE) : null;
    }

    private String keyOfSettings(SegmentConfig config) {
        Settings settings = Settings.read(config, UserRoutes.exist());
        if (config.localAws().enabled()) {
            settings = LocalMode.orExample(settings, UserRoutes.exist());
        }
        List<Source> sources = settings.sources().stream()
                .filter(one -> !one.writeKey().isEmpty())
                .filter(one -> source == null || one.name().equals(source))
                .toList();
        if (sources.size() != 1) {
            throw mistake("expected one source with a write key, but there "
                    + (sources.isEmpty()
                            ? "is none" + (source == null ? "" : " named \"" + source + "\"")
                            : "are "
                                    + String.join(
                                            ", ",
                                            sources.stream().map(Source::name).toList()))
                    + ": name one with --source, or give a key with --write-key-file");
        }
        return sources.get(0).writeKey().split(",", 2)[0].strip();
    }

    private static SegmentConfig read(SegmentConfig known) {
        if (known != null) {
            return known;
        }
        SettingsCheck.Found found = SettingsCheck.find();
        if (!found.mistakes().isEmpty()) {
            throw new ConfigurationException(String.join(System.lineSeparator(), found.mistakes()));
        }
        return found.config();
    }

    private ParameterException mistake(String text) {
        return new ParameterException(command.commandLine(), text);
    }

    /** Refuses a key that is written where it is to be typed, as others see it there. */
    static final class NoValue implements IParameterPreprocessor {

        @Override
        public boolean preprocess(
                Stack<String> arguments, CommandSpec spec, ArgSpec option, Map<String, Object> parserState) {
            if (spec.parser().separator().equals(parserState.get("separator"))) {
                throw new ParameterException(
                        spec.commandLine(), "--write-key: expected no value, but there is one: type it when asked");
            }
            return false;
        }
    }
}
