package io.camelsegment.app.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.camelsegment.app.settings.EffectiveSetting;
import io.camelsegment.app.settings.EffectiveSetting.Origin;
import io.camelsegment.app.settings.EffectiveSettings;
import io.camelsegment.app.settings.SegmentConfig;
import io.camelsegment.app.settings.SettingsCheck;
import io.camelsegment.app.setup.ExitCodes;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Prints the settings in force, and where each comes from. */
@Command(
        name = "config",
        description = {
            "Prints the settings in force, and where each comes from: a line of a file, an environment variable, a"
                    + " system property, or the default.",
            "Secrets are masked. Mistakes in the settings go to standard error, a line each."
        },
        exitCodeListHeading = ExitCodes.HEADING,
        exitCodeList = {ExitCodes.DONE, "1:The settings are wrong.", ExitCodes.USAGE})
public class ConfigCommand implements Callable<Integer>, Standalone {

    private static final int COLUMN = 70;

    /** Null to read them. */
    SegmentConfig config;

    @Spec
    CommandSpec spec;

    @Option(names = "--set", description = "Leaves out the defaults.")
    boolean set;

    @Option(names = "--json", description = "Prints the settings as JSON.")
    boolean json;

    @Override
    public Integer call() {
        SettingsCheck.Found found = config == null ? SettingsCheck.find() : SettingsCheck.check(config);
        PrintWriter out = spec.commandLine().getOut();
        if (found.config() != null) {
            List<EffectiveSetting> settings = EffectiveSettings.of(found.config()).stream()
                    .filter(setting -> !set || !setting.origin().kind().equals("default"))
                    .toList();
            if (json) {
                Json.print(tree(settings), out);
            } else {
                settings.forEach(setting -> out.println(line(setting)));
            }
            out.flush();
        }
        found.mistakes().forEach(spec.commandLine().getErr()::println);
        return found.mistakes().isEmpty() ? 0 : 1;
    }

    private static String line(EffectiveSetting setting) {
        return String.format(
                Locale.ROOT, "%-" + COLUMN + "s # %s", setting.name() + " = " + setting.text(), setting.origin());
    }

    private static ArrayNode tree(List<EffectiveSetting> settings) {
        ArrayNode tree = Json.object().putArray("settings");
        for (EffectiveSetting setting : settings) {
            ObjectNode node = tree.addObject();
            node.put("name", setting.name());
            if (setting.values().size() == 1) {
                node.put("value", setting.values().get(0));
            } else if (setting.values().isEmpty()) {
                node.putNull("value");
            } else {
                ArrayNode all = node.putArray("value");
                setting.values().forEach(all::add);
            }
            if (setting.words() != null) {
                node.put("meaning", setting.words());
            }
            if (setting.secret()) {
                node.put("secret", true);
            }
            put(node.putObject("origin"), setting.origin());
        }
        return tree;
    }

    private static void put(ObjectNode node, Origin origin) {
        node.put("kind", origin.kind());
        if (origin.place() != null) {
            node.put(origin.kind().equals("file") ? "file" : "variable", origin.place());
        }
        if (origin.line() > 0) {
            node.put("line", origin.line());
            node.put("column", origin.column());
        }
    }
}
