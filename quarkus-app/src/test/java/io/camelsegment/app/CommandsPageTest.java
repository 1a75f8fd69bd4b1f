package io.camelsegment.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** docs/commands.md shows what --help says. With {@code -Dcommands.write=true} this test writes it. */
class CommandsPageTest {

    private static final Path PAGE = Path.of("../docs/commands.md");

    private static final String BEGIN = "<!-- Made from the code: see CommandsPageTest. -->\n";
    private static final String END = "<!-- End of what is made from the code. -->\n";

    @Test
    void thePageShowsTheHelp() throws IOException {
        String page = Files.readString(PAGE);
        String before = page.substring(0, page.indexOf(BEGIN) + BEGIN.length());
        String fresh = before + help() + page.substring(page.indexOf(END));
        if (Boolean.getBoolean("commands.write")) {
            Files.writeString(PAGE, fresh);
        }

        assertThat(page)
                .as("run this test with -Dcommands.write=true, and commit what it wrote")
                .isEqualTo(fresh);
    }

    private static String help() {
        CommandLine line = SegmentCommand.line(CommandLine.defaultFactory());
        StringBuilder help = new StringBuilder(section("segment", line));
        line.getSubcommands().forEach((name, command) -> {
            if (!name.equals("help")) {
                help.append(section("segment " + name, command));
            }
        });
        return help.append('\n').toString();
    }

    private static String section(String title, CommandLine command) {
        String usage = command.getUsageMessage(CommandLine.Help.Ansi.OFF)
                .lines()
                .map(String::stripTrailing)
                .reduce("", (all, line) -> all + line + '\n');
        return "\n### " + title + "\n\n```\n" + usage + "```\n";
    }
}
