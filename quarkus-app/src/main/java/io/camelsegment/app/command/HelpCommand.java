package io.camelsegment.app.command;

import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.IHelpCommandInitializable2;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** Shows the help of a command, as its option {@code --help} does. Picocli's own has an option that ours inherits. */
@Command(name = "help", helpCommand = true, description = "Shows the help of a command, or of all.")
public class HelpCommand implements Runnable, IHelpCommandInitializable2 {

    @Parameters(paramLabel = "<command>", arity = "0..1", description = "The name of a command. Default: all of them.")
    String name;

    private CommandLine own;
    private Help.ColorScheme colors;
    private PrintWriter out;

    @Override
    public void init(CommandLine helpCommand, Help.ColorScheme colorScheme, PrintWriter output, PrintWriter errors) {
        own = helpCommand;
        colors = colorScheme;
        out = output;
    }

    @Override
    public void run() {
        CommandLine command = name == null
                ? own.getParent()
                : own.getParent().getSubcommands().get(name);
        if (command == null) {
            throw new ParameterException(
                    own,
                    "expected a command, but was \"" + name + "\": there are "
                            + String.join(", ", own.getParent().getSubcommands().keySet()));
        }
        command.usage(out, colors);
    }
}
