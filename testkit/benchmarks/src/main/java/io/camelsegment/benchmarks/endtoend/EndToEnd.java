package io.camelsegment.benchmarks.endtoend;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Compares the packaged app, from request to 200, with other programs for the same job: stock Camel, a minimal Vert.x
 * server, and for the sink alone Amazon's Kinesis Producer Library. All are separate processes and take turns. The
 * figure to compare is the events per second of CPU time.
 *
 * <p>Arguments, each {@code name=value}: {@code app}, the packaged app's jar; {@code out}, the directory of logs and
 * results; {@code java}, the home of the subjects' JDK; {@code before}, the jar of another build, for the scenario of
 * that name; {@code options} of the app's JVM, separated by spaces; {@code scenarios}, separated by commas; {@code
 * rounds}, {@code seconds} and {@code warmup}, see {@link Settings}.
 */
public final class EndToEnd {

    private EndToEnd() {}

    @SuppressWarnings("SystemOut") // a command line tool
    public static void main(String[] arguments) throws Exception {
        Settings settings = settings(arguments);
        try (Rig rig = new Rig(settings)) {
            Scenarios scenarios = new Scenarios(rig);
            Map<String, Scenarios.Scenario> all = scenarios.all();
            List<String> names = settings.scenarios().contains("all") ? scenarios.usual() : settings.scenarios();
            for (String name : names) {
                if (!all.containsKey(name)) {
                    throw new IllegalArgumentException(
                            "expected scenarios of " + all.keySet() + " or all, but was " + name);
                }
            }
            for (String name : names) {
                String result = "## " + name + "\n\n" + conditions(settings) + "\n\n"
                        + all.get(name).run() + "\n";
                System.out.println(result);
                Files.writeString(settings.directory().resolve(name + ".md"), result);
                write(rig, settings);
            }
        }
        System.exit(0);
    }

    private static void write(Rig rig, Settings settings) throws IOException {
        new ObjectMapper()
                .writerWithDefaultPrettyPrinter()
                .writeValue(settings.directory().resolve("samples.json").toFile(), rig.samples());
    }

    private static Settings settings(String[] arguments) {
        Map<String, String> values = new HashMap<>();
        for (String argument : arguments) {
            int equals = argument.indexOf('=');
            values.put(argument.substring(0, equals), argument.substring(equals + 1));
        }
        return new Settings(
                Path.of(values.get("app")),
                values.getOrDefault("before", "").isEmpty() ? null : Path.of(values.get("before")),
                Path.of(values.get("out")),
                Path.of(values.getOrDefault("java", System.getProperty("java.home"))),
                Stream.of(values.getOrDefault("options", "").split(" +"))
                        .filter(option -> !option.isEmpty())
                        .toList(),
                List.of(values.getOrDefault("scenarios", "all").split(",")),
                Integer.parseInt(values.getOrDefault("rounds", "3")),
                Double.parseDouble(values.getOrDefault("seconds", "8")),
                Double.parseDouble(values.getOrDefault("warmup", "120")));
    }

    private static String conditions(Settings settings) throws IOException {
        return "%s, JDK %s%s, %d cores, %s; %d rounds of %.0f s. Absolute figures are this machine's."
                .formatted(
                        LocalDate.now(ZoneOffset.UTC),
                        settings.javaVersion(),
                        settings.options().isEmpty() ? "" : " (app: " + String.join(" ", settings.options()) + ")",
                        SubjectProcess.CORES,
                        SubjectProcess.pins()
                                ? "subjects held to one and the load and the stand-in for AWS to another"
                                : "no process held to a core",
                        settings.rounds(),
                        settings.seconds());
    }
}
