package io.camelsegment.app;

import io.camelsegment.app.setup.DoctorCommand;
import io.camelsegment.app.setup.IamPolicyCommand;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The app's command line; the commands are its subcommands. */
@Command(
        name = "segment",
        description = "Collects Segment events and delivers them to Amazon Kinesis and Firehose."
                + " Without a command it runs the collector.",
        subcommands = {DoctorCommand.class, IamPolicyCommand.class})
public final class SegmentCommand {

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = CommandLine.ScopeType.INHERIT,
            description = "Shows this help and exits.")
    boolean help;

    @Option(
            names = "--home",
            paramLabel = "<directory>",
            scope = CommandLine.ScopeType.INHERIT,
            description = "Has config/ and routes/. Default: SEGMENT_HOME, else the working directory, else that of the"
                    + " jar; the first that has one of them.")
    Path home;
}
