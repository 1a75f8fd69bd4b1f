package io.camelsegment.app.command;

import io.camelsegment.app.setup.ExitCodes;
import picocli.CommandLine.Command;

/** Stands for the collector, which runs without a command, too. */
@Command(
        name = "run",
        description = {
            "Runs the collector, as segment does without a command.",
            "SIGTERM and Ctrl-C stop it without a loss, in less than 30 s."
        },
        exitCodeListHeading = ExitCodes.HEADING,
        exitCodeList = {
            "0:It has stopped by itself.",
            "1:It did not start: the errors tell what to mend.",
            ExitCodes.USAGE,
            "130:Stopped by Ctrl-C.",
            "143:Stopped by SIGTERM."
        })
public class RunCommand implements Runnable {

    @Override
    public void run() {
        throw new IllegalStateException("expected that the main program runs the collector");
    }
}
