package io.camelsegment.app.setup;

import io.camelsegment.app.local.LocalMode;
import io.camelsegment.app.routes.Destination;
import io.camelsegment.app.routes.UserRoutes;
import io.camelsegment.app.settings.SegmentConfig;
import io.camelsegment.app.settings.Settings;
import jakarta.inject.Inject;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Prints whether the destinations can deliver, and what to mend. */
@Command(
        name = "doctor",
        description = {
            "Checks credentials, roles, permissions and streams of the destinations.",
            "It sends no event. For each failed check it says what to fix."
        },
        exitCodeListHeading = ExitCodes.HEADING,
        exitCodeList = {
            ExitCodes.DONE,
            "1:A check fails, or the settings are wrong.",
            ExitCodes.USAGE,
            ExitCodes.UNKNOWN
        })
public class DoctorCommand implements Callable<Integer> {

    @Inject
    SegmentConfig config;

    @Spec
    CommandSpec spec;

    @Mixin
    DestinationChoice choice = new DestinationChoice();

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
            doctor = new Doctor(RoleAssumer.inLocalMode(LocalMode.endpoint(port)), Clock.systemUTC());
            spec.commandLine()
                    .getErr()
                    .println("Local mode: looking at the stand-in for AWS at " + LocalMode.endpoint(port)
                            + ", which the running app has.");
        } else {
            destinations = settings.destinations();
            doctor = new Doctor(RoleAssumer.of(settings.credentials(), null), Clock.systemUTC());
        }
        Report report = doctor.examine(choice.of(destinations));
        PrintWriter out = spec.commandLine().getOut();
        out.print(json ? report.toJson() + "\n" : report.toText());
        out.flush();
        return report.fails() ? 1 : report.isUnknown() ? 3 : 0;
    }

    private ParameterException mistake(String text) {
        return new ParameterException(spec.commandLine(), text);
    }
}
