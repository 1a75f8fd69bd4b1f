package io.camelsegment.app.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.camelsegment.app.routes.Destination;
import io.camelsegment.app.routes.RoutesCheck;
import io.camelsegment.app.routes.Source;
import io.camelsegment.app.routes.UserRoutes;
import io.camelsegment.app.settings.SegmentConfig;
import io.camelsegment.app.settings.Settings;
import io.camelsegment.app.settings.SettingsCheck;
import io.camelsegment.app.setup.ExitCodes;
import jakarta.inject.Inject;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.apache.camel.CamelContext;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Tells whether the collector would start with its settings, routes and mappings. */
@Command(
        name = "check",
        description = {
            "Checks the settings, the routes and the mappings, for CI: names, values, streams, mapping files,"
                    + " transforms, YAML, and the endpoints that routes name.",
            "It starts and sends nothing, and prints a line for each mistake. It looks neither at beans nor at what AWS"
                    + " allows; for the latter see segment doctor."
        },
        exitCodeListHeading = ExitCodes.HEADING,
        exitCodeList = {ExitCodes.DONE, "1:There are mistakes.", ExitCodes.USAGE})
public class CheckCommand implements Callable<Integer>, Standalone {

    /** Null where the app has not been started, to read them. */
    @Inject
    SegmentConfig config;

    /** Null where the app has not been started. */
    @Inject
    CamelContext context;

    @Spec
    CommandSpec spec;

    @Option(names = "--json", description = "Prints the result as JSON.")
    boolean json;

    private Function<Throwable, Optional<String>> failures = failure -> Optional.empty();

    /** Sets what knows the line for a failure. */
    public void setFailures(Function<Throwable, Optional<String>> failures) {
        this.failures = failures;
    }

    /** With mistakes in the settings there is no need to look at the routes, and so for no app. */
    @Override
    public boolean isStandalone() {
        return !found().mistakes().isEmpty();
    }

    private SettingsCheck.Found found() {
        return config == null ? SettingsCheck.find() : SettingsCheck.check(config);
    }

    @Override
    public Integer call() throws Exception {
        SettingsCheck.Found found = found();
        List<String> mistakes = new ArrayList<>(found.mistakes());
        ObjectNode tree = Json.object();
        String good = "";
        if (mistakes.isEmpty()) {
            Settings settings = Settings.read(found.config(), UserRoutes.exist());
            RoutesCheck check = new RoutesCheck(context);
            try {
                check.check(settings.sources(), settings.destinations(), settings.component());
                mistakes.addAll(check.mistakes());
            } catch (Exception e) {
                mistakes.addAll(failures.apply(e).orElseThrow(() -> e).lines().toList());
            }
            good = describe(settings, check, tree);
        }
        print(mistakes, tree, good);
        return mistakes.isEmpty() ? 0 : 1;
    }

    private static String describe(Settings settings, RoutesCheck check, ObjectNode tree) {
        settings.sources().stream().map(Source::name).forEach(tree.putArray("sources")::add);
        var destinations = tree.putArray("destinations");
        for (Destination destination : settings.destinations()) {
            ObjectNode node = destinations.addObject();
            node.put("name", destination.name());
            node.put("type", destination.service().word());
            destination.streams().forEach(node.putArray("streams")::add);
        }
        check.routes().forEach(tree.putArray("routes")::add);
        return count(settings.sources().size(), "source") + ", "
                + count(settings.destinations().size(), "destination") + ", "
                + count(check.routes().size(), "route") + ": all is well";
    }

    private static String count(int number, String noun) {
        return number + " " + noun + (number == 1 ? "" : "s");
    }

    private void print(List<String> mistakes, ObjectNode tree, String good) {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            tree.put("good", mistakes.isEmpty());
            mistakes.forEach(tree.putArray("mistakes")::add);
            Json.print(tree, out);
            return;
        }
        PrintWriter err = spec.commandLine().getErr();
        mistakes.forEach(err::println);
        err.flush();
        if (mistakes.isEmpty()) {
            out.println(good);
            out.flush();
        }
    }
}
