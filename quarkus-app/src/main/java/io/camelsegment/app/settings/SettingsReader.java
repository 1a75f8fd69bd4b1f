package io.camelsegment.app.settings;

import io.camelsegment.app.routes.Destination;
import io.camelsegment.app.routes.Home;
import io.camelsegment.app.routes.Source;
import io.camelsegment.tracking.server.TrustedProxies;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** One reading of the settings. */
final class SettingsReader {

    private final SegmentConfig config;
    private final Mistakes mistakes;
    private final AwsValues values;

    SettingsReader(SegmentConfig config) {
        this.config = config;
        mistakes = config.mistakes();
        values = new AwsValues(config, mistakes);
    }

    /** Returns what is wrong, a line for each mistake. */
    List<String> mistakes(boolean userRoutes) {
        // What seems to be missing may stand in the file that cannot be read.
        if (config.isReadable()) {
            settings(userRoutes);
        }
        return mistakes.lines();
    }

    Settings read(boolean userRoutes) {
        if (!config.isReadable()) {
            mistakes.throwIfAny();
        }
        Settings settings = settings(userRoutes);
        mistakes.throwIfAny();
        return settings;
    }

    private Settings settings(boolean userRoutes) {
        refuseLateHome();
        refuseLocalModeInProduction();
        checkManagement();
        AwsAccessReader access = new AwsAccessReader(config, values, mistakes);
        SourceReader sourceReader = new SourceReader(config, mistakes);
        List<Source> sources =
                config.names("sources").stream().map(sourceReader::read).toList();
        DestinationReader destinationReader = new DestinationReader(config, access, mistakes);
        List<Destination> destinations = config.names("destinations").stream()
                .map(destinationReader::read)
                .toList();
        checkThatEventsGoSomewhere(sources, destinations);
        checkThatThereIsASource(sources, destinations, userRoutes);
        Settings.Credentials credentials =
                new CredentialsReader(config, values, mistakes).read(access.endpointOverride(), destinations);
        checkComponent();
        return new Settings(sources, destinations, credentials, config.options());
    }

    private void refuseLateHome() {
        if (config.text("home").isPresent() && !Home.isNamedInTime()) {
            mistakes.add(
                    "segment.home",
                    "expected SEGMENT_HOME or --home instead, since files of settings are looked for there, but it is"
                            + " in one",
                    "remove it");
        }
    }

    /** The stand-in acknowledges events and keeps them in memory: in production they would be lost. */
    private void refuseLocalModeInProduction() {
        if (config.localAws().enabled() && config.profiles().contains("prod")) {
            mistakes.add(
                    "segment.local-aws.enabled",
                    "expected false in production, since local mode keeps events in memory only, but was true",
                    "remove it, or start with -Dquarkus.profile=local");
        }
    }

    /** Without an audience, whoever has an account at the provider could come in. */
    private void checkManagement() {
        boolean keys = config.isWritten("management", "jwks-url");
        for (String other : List.of("audience", "issuer")) {
            if (!keys && config.isWritten("management", other)) {
                mistakes.add(
                        SettingName.of("management", other),
                        "expected segment.management.jwks-url beside it, but there is none",
                        "set that, or remove this");
            }
        }
        if (config.text("management", "jwks-url")
                .filter(url -> URI.create(url).getUserInfo() != null)
                .isPresent()) {
            mistakes.add(
                    "segment.management.jwks-url",
                    "expected a URL without a user, but there is one",
                    "remove what stands before the @");
        }
        if (keys && !config.isWritten("management", "audience")) {
            mistakes.add(
                    "segment.management.jwks-url",
                    "expected segment.management.audience beside it, the aud that tokens must have, but there is none",
                    "set that to the client ID of the proxy before the debugger page");
        }
    }

    private void checkComponent() {
        for (String proxy : config.list("trusted-proxies").orElse(List.of())) {
            try {
                new TrustedProxies(List.of(proxy));
            } catch (IllegalArgumentException e) {
                mistakes.add(
                        "segment.trusted-proxies",
                        "expected IP addresses and subnets such as 10.0.0.0/8, but was " + SettingName.quoted(proxy),
                        "correct it");
            }
        }
        Optional<String> directory = config.text("analytics-js-directory");
        if (directory.isPresent() && !Files.isDirectory(Path.of(directory.get()))) {
            mistakes.add(
                    "segment.analytics-js-directory",
                    "expected a directory, but was " + SettingName.quoted(directory.get()),
                    "set it to one that holds the files of Segment's analytics.js");
        }
    }

    private void checkThatEventsGoSomewhere(List<Source> sources, List<Destination> destinations) {
        for (Source source : sources) {
            if (destinations.stream()
                    .noneMatch(destination -> destination.sources().contains(source.name()))) {
                mistakes.add(
                        SettingName.of("sources", source.name()),
                        "expected at least one destination that takes its events, but there is none",
                        destinations.isEmpty()
                                ? "add one under segment.destinations"
                                : "add " + source.name() + " to the sources of one");
            }
        }
    }

    private void checkThatThereIsASource(List<Source> sources, List<Destination> destinations, boolean userRoutes) {
        boolean localExample = config.localAws().enabled() && destinations.isEmpty();
        if (sources.isEmpty() && !userRoutes && !localExample && config.isComplete()) {
            mistakes.add(
                    "segment.sources",
                    "expected at least one source, but there is none, nor a route in routes/*.camel.yaml",
                    "set segment.sources.web.write-key and a destination, in application.yaml or in the file"
                            + " that SEGMENT_CONFIG names");
        }
    }
}
