package io.camelsegment.app;

import io.camelsegment.app.command.CheckCommand;
import io.camelsegment.app.command.CommandFailedException;
import io.camelsegment.app.command.CompletionCommand;
import io.camelsegment.app.command.ConfigCommand;
import io.camelsegment.app.command.ExplainCommand;
import io.camelsegment.app.command.HelpCommand;
import io.camelsegment.app.command.ReplayCommand;
import io.camelsegment.app.command.RunCommand;
import io.camelsegment.app.command.SendCommand;
import io.camelsegment.app.command.TailCommand;
import io.camelsegment.app.settings.EffectiveSetting;
import io.camelsegment.app.setup.DoctorCommand;
import io.camelsegment.app.setup.ExitCodes;
import io.camelsegment.app.setup.IamPolicyCommand;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IFactory;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The app's command line; the commands are its subcommands. */
@Command(
        name = "segment",
        description = "Collects Segment events and delivers them to Amazon Kinesis and Firehose."
                + " Without a command it runs the collector.",
        exitCodeListHeading = ExitCodes.HEADING,
        exitCodeList = {ExitCodes.DONE, ExitCodes.FAILED, ExitCodes.USAGE, ExitCodes.UNKNOWN, ExitCodes.INTERRUPTED},
        footer = {"", "Run segment <command> --help for details."},
        subcommands = {
            RunCommand.class,
            ConfigCommand.class,
            CheckCommand.class,
            ExplainCommand.class,
            SendCommand.class,
            TailCommand.class,
            ReplayCommand.class,
            DoctorCommand.class,
            IamPolicyCommand.class,
            CompletionCommand.class,
            HelpCommand.class
        })
public final class SegmentCommand {

    private static final int WIDTH = 100;

    private static final String KEY_OPTION = "--write-key=";

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = CommandLine.ScopeType.INHERIT,
            description = "Shows this help and exits.")
    boolean help;

    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            description = "Shows the version of the app and that of Java, and exits.")
    boolean version;

    @Option(
            names = "--home",
            paramLabel = "<directory>",
            scope = CommandLine.ScopeType.INHERIT,
            description = "The directory with config/ and routes/. Default: SEGMENT_HOME, else the working directory or"
                    + " that of the jar, whichever has one of them first.")
    Path home;

    /**
     * Returns the command line, which tells of each error in one line.
     *
     * @param factory makes the commands
     */
    public static CommandLine line(IFactory factory) {
        CommandLine line = new CommandLine(new SegmentCommand(), factory);
        line.getCommandSpec().versionProvider(new Version());
        CheckCommand check = line.getSubcommands().get("check").getCommand();
        check.setFailures(StartFailure::line);
        return line.setUsageHelpWidth(WIDTH)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler(SegmentCommand::tell)
                .setExecutionExceptionHandler((failure, command, parsed) -> tell(failure, command));
    }

    private static int tell(ParameterException mistake, String... args) {
        CommandLine command = mistake.getCommandLine();
        String name = command.getCommandSpec().qualifiedName();
        String suggested = "";
        if (mistake instanceof UnmatchedArgumentException unmatched
                && !unmatched.getSuggestions().isEmpty()) {
            String before = unmatched.isUnknownOption() ? "" : name + " ";
            suggested = ". Did you mean: " + before + String.join(" or " + before, unmatched.getSuggestions()) + "?";
        }
        PrintWriter err = command.getErr();
        err.println(masked(onOneLine(mistake.getMessage()), args) + suggested + " (see " + name + " --help)");
        err.flush();
        return CommandLine.ExitCode.USAGE;
    }

    /** Masks a write key that was written where it is to be typed. */
    private static String masked(String text, String... args) {
        String masked = text;
        for (String arg : args) {
            if (arg.startsWith(KEY_OPTION) && arg.length() > KEY_OPTION.length()) {
                masked = masked.replace(arg.substring(KEY_OPTION.length()), EffectiveSetting.MASK);
            }
        }
        return masked;
    }

    private static int tell(Exception failure, CommandLine command) {
        Optional<String> line = failure instanceof CommandFailedException
                ? Optional.of(onOneLine(failure.getMessage()))
                : StartFailure.line(failure);
        PrintWriter err = command.getErr();
        // Not the message of others, which may quote an event or a secret.
        err.println(line.orElseGet(() -> command.getCommandSpec().qualifiedName() + ": unexpected "
                + failure.getClass().getName() + placeOf(failure) + "; please report this bug"));
        err.flush();
        return CommandLine.ExitCode.SOFTWARE;
    }

    private static String placeOf(Exception failure) {
        List<StackTraceElement> stack = List.of(failure.getStackTrace());
        return stack.isEmpty() ? "" : " at " + stack.get(0);
    }

    private static String onOneLine(String text) {
        return String.valueOf(text).strip().replaceAll("\\s*\\R\\s*", " ");
    }
}
