package io.camelsegment.app;

import io.camelsegment.app.setup.DoctorCommand;
import io.camelsegment.app.setup.IamPolicyCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The app's command line; the commands are its subcommands. */
@Command(
        name = "segment",
        description = "Collects Segment events and delivers them to Amazon Kinesis and Firehose."
                + " Without a command it runs the collector.",
        subcommands = {DoctorCommand.class, IamPolicyCommand.class})
public final class SegmentCommand implements Runnable {

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = CommandLine.ScopeType.INHERIT,
            description = "Shows this help and exits.")
    boolean help;

    @Spec
    CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "expected a command");
    }
}
