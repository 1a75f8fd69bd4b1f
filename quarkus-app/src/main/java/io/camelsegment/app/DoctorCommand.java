package io.camelsegment.app;

import io.camelsegment.app.doctor.Doctor;
import io.camelsegment.app.doctor.Report;
import io.camelsegment.routes.Destination;
import jakarta.inject.Inject;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Tells whether the destinations can deliver, and what to mend. */
@Command(
        name = "doctor",
        description = {
            "Checks credentials, roles, permissions and streams of the destinations.",
            "It sends no event. Exit code: 0 when nothing fails, 1 when something does, 2 for a mistake in usage."
        })
class DoctorCommand implements Callable<Integer> {

    @Inject
    SegmentConfig config;

    @Spec
    CommandSpec spec;

    @Parameters(paramLabel = "destination", arity = "0..*", description = "Names of destinations. Default: all.")
    List<String> names = List.of();

    @Option(names = "--json", description = "Prints the report as JSON.")
    boolean json;

    @Override
    public Integer call() {
        boolean userRoutes = UserRoutes.exist();
        Settings settings = Settings.read(config, userRoutes);
        Doctor doctor;
        List<Destination> destinations;
        if (config.localAws().enabled()) {
            int port = config.localAws().port();
            if (port == 0) {
                throw mistake(
                        "segment.local-aws.port: expected the port of a running local mode, but was 0: set it, and"
                                + " start the app with the same");
            }
            settings = LocalMode.orExample(settings, userRoutes);
            destinations = LocalMode.at(LocalMode.endpoint(port), settings.destinations());
            doctor = new Doctor(LocalMode.caller(LocalMode.endpoint(port)), Clock.systemUTC());
            spec.commandLine()
                    .getErr()
                    .println("Local mode: looking at the stand-in for AWS at " + LocalMode.endpoint(port)
                            + ", which the running app has.");
        } else {
            destinations = settings.destinations();
            doctor = new Doctor(settings.credentials().caller(null), Clock.systemUTC());
        }
        Report report = doctor.examine(chosen(destinations));
        PrintWriter out = spec.commandLine().getOut();
        out.print(json ? report.toJson() + "\n" : report.toText());
        out.flush();
        return report.fails() ? 1 : 0;
    }

    private List<Destination> chosen(List<Destination> destinations) {
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
        return new ParameterException(spec.commandLine(), text);
    }
}
