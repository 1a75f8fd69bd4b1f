package io.camelsegment.app.setup;

import io.camelsegment.app.routes.Destination;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Destinations that a command examines: the named ones, or all. */
final class DestinationChoice {

    @Spec(Spec.Target.MIXEE)
    CommandSpec command;

    @Parameters(paramLabel = "destination", arity = "0..*", description = "Names of destinations. Default: all.")
    List<String> names = List.of();

    /**
     * Returns the chosen ones of these destinations.
     *
     * @throws ParameterException if there are none, or none of a name
     */
    List<Destination> of(List<Destination> destinations) {
        Set<String> known = destinations.stream().map(Destination::name).collect(Collectors.toCollection(TreeSet::new));
        if (known.isEmpty()) {
            throw mistake("expected at least one destination under segment.destinations, but there is none");
        }
        for (String name : names) {
            if (!known.contains(name)) {
                throw mistake("expected names under segment.destinations, but was \"" + name + "\": there are "
                        + String.join(", ", known));
            }
        }
        return destinations.stream()
                .filter(destination -> names.isEmpty() || names.contains(destination.name()))
                .toList();
    }

    private ParameterException mistake(String text) {
        return new ParameterException(command.commandLine(), text);
    }
}
