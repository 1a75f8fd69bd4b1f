package io.camelsegment.app.settings;

import io.camelsegment.app.routes.Destination;
import io.camelsegment.app.routes.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** One reading of the settings. */
final class SettingsReader {

    private final SegmentConfig config;
    private final Mistakes mistakes = new Mistakes();
    private final AwsValues values = new AwsValues(mistakes);

    SettingsReader(SegmentConfig config) {
        this.config = config;
    }

    Settings read(boolean userRoutes) {
        AwsAccessReader access = new AwsAccessReader(config, values, mistakes);
        SourceReader sourceReader = new SourceReader(mistakes);
        List<Source> sources = new ArrayList<>();
        new TreeMap<>(config.sources()).forEach((name, source) -> sources.add(sourceReader.read(name, source)));
        DestinationReader destinationReader = new DestinationReader(config, access, mistakes);
        List<Destination> destinations = new ArrayList<>();
        new TreeMap<>(config.destinations())
                .forEach((name, destination) -> destinations.add(destinationReader.read(name, destination)));
        checkThatEventsGoSomewhere(sources, destinations);
        checkThatThereIsASource(sources, destinations, userRoutes);
        Settings.Credentials credentials =
                new CredentialsReader(config.aws(), values, mistakes).read(access.endpointOverride(), destinations);
        mistakes.throwIfAny();
        return new Settings(List.copyOf(sources), List.copyOf(destinations), credentials);
    }

    private void checkThatEventsGoSomewhere(List<Source> sources, List<Destination> destinations) {
        for (Source source : sources) {
            if (destinations.stream()
                    .noneMatch(destination -> destination.sources().contains(source.name()))) {
                mistakes.add(
                        Names.key("sources", source.name()),
                        "expected at least one destination that takes its events, but there is none",
                        destinations.isEmpty()
                                ? "add one under segment.destinations"
                                : "add " + source.name() + " to the sources of one");
            }
        }
    }

    private void checkThatThereIsASource(List<Source> sources, List<Destination> destinations, boolean userRoutes) {
        boolean localExample = config.localAws().enabled() && destinations.isEmpty();
        if (sources.isEmpty() && !userRoutes && !localExample) {
            mistakes.add(
                    "segment.sources",
                    "expected at least one source, but there is none, nor a route in routes/*.camel.yaml",
                    "set segment.sources.web.write-key and a destination, in application.yaml or in the file"
                            + " that SEGMENT_CONFIG names");
        }
    }
}
