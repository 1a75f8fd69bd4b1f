package io.camelsegment.app;

import io.camelsegment.app.command.RunCommand;
import io.camelsegment.app.command.Standalone;
import io.camelsegment.app.routes.Home;
import io.camelsegment.app.settings.SettingsCheck;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;
import io.quarkus.runtime.configuration.ConfigurationException;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.IFactory;

/**
 * Runs the collector, or the command that is given. Named in application.properties and not by {@code @QuarkusMain},
 * with which Camel Quarkus would leave the start of the routes to us.
 */
public final class Main {

    /**
     * A command reads the app's settings, but starts neither HTTP servers nor routes, and its output is not mixed with
     * a log.
     */
    private static final Map<String, String> COMMAND_SETTINGS = Map.of(
            "quarkus.http.host-enabled", "false",
            "quarkus.management.host-enabled", "false",
            "quarkus.camel.bootstrap.enabled", "false",
            "quarkus.shutdown.delay", "0s",
            "quarkus.log.level", "WARN",
            "quarkus.log.console.stderr", "true");

    private Main() {}

    public static void main(String... args) {
        CommandLine line = SegmentCommand.line(CommandLine.defaultFactory());
        SegmentCommand command = line.getCommand();
        // Help and mistakes first: they need no settings.
        System.exit(line.setExecutionStrategy(parsed -> {
                    Integer helped = CommandLine.executeHelpRequest(parsed);
                    if (helped != null) {
                        return helped;
                    }
                    try {
                        Home.choose(command.home);
                    } catch (ConfigurationException e) {
                        System.err.println(e.getMessage());
                        return CommandLine.ExitCode.USAGE;
                    }
                    if (!parsed.hasSubcommand()) {
                        return collect();
                    }
                    Object chosen = parsed.subcommand().commandSpec().userObject();
                    if (chosen instanceof RunCommand) {
                        return collect();
                    }
                    if (chosen instanceof Standalone standalone && standalone.isStandalone()) {
                        // At lower levels, libraries log requests with their contents.
                        Logger.getLogger("").setLevel(Level.WARNING);
                        return new CommandLine.RunLast().execute(parsed);
                    }
                    return execute(args);
                })
                .execute(args));
    }

    /** Before anything starts whose log would bury the lines that tell what to mend. */
    private static void refuseMistakes() {
        List<String> mistakes = SettingsCheck.mistakes();
        if (!mistakes.isEmpty()) {
            mistakes.forEach(System.err::println);
            System.exit(1);
        }
    }

    private static int collect() {
        refuseMistakes();
        AtomicInteger exitCode = new AtomicInteger();
        Quarkus.run(null, (code, failure) -> {
            exitCode.set(code);
            if (failure != null) {
                StartFailure.tell(failure);
            }
        });
        return exitCode.get();
    }

    private static int execute(String... args) {
        refuseMistakes();
        COMMAND_SETTINGS.forEach(System::setProperty);
        AtomicInteger exitCode = new AtomicInteger();
        Quarkus.run(
                CommandMode.class,
                (code, failure) -> {
                    exitCode.set(code);
                    if (failure != null) {
                        StartFailure.tell(failure);
                    }
                },
                args);
        return exitCode.get();
    }

    /** Executes the command once the settings are read. */
    static final class CommandMode implements QuarkusApplication {

        @Inject
        IFactory factory;

        @Override
        public int run(String... args) {
            return SegmentCommand.line(factory).execute(args);
        }
    }
}
