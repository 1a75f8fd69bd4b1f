package io.camelsegment.app.command;

import io.camelsegment.app.setup.ExitCodes;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Prints what lets a shell complete commands and options. */
@Command(
        name = "completion",
        description = "Prints a script that lets bash and zsh complete commands and options.",
        footer = {
            "",
            "For this shell, and in ~/.bashrc or ~/.zshrc for all:",
            "  source <(segment completion)",
            "bin/ of the app must be on the PATH."
        },
        exitCodeListHeading = ExitCodes.HEADING,
        exitCodeList = {ExitCodes.DONE, ExitCodes.USAGE})
public class CompletionCommand implements Runnable, Standalone {

    @Spec
    CommandSpec spec;

    @Override
    public void run() {
        var out = spec.commandLine().getOut();
        out.print(AutoComplete.bash("segment", spec.root().commandLine()));
        out.flush();
    }
}
