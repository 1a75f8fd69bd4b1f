package io.camelsegment.app.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.camelsegment.app.settings.SegmentConfig;
import io.camelsegment.app.setup.ExitCodes;
import io.camelsegment.event.EventType;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Sends events to a tracking API. */
@Command(
        name = "send",
        description = {
            "Sends events to the collector, or to another tracking API, and waits until it has accepted them.",
            "Events are JSON, one per line or one over several lines, plain or compressed with gzip. An event without a"
                    + " messageId or a timestamp gets one. Each event that is refused is a line on standard error."
        },
        footer = {
            "",
            "Examples:",
            "  segment send '{\"type\":\"track\",\"userId\":\"user_1\",\"event\":\"User Registered\"}'",
            "  segment send --url https://collector.example/v1 --write-key-file key.txt events.jsonl.gz"
        },
        exitCodeListHeading = ExitCodes.HEADING,
        exitCodeList = {
            "0:All events are accepted.",
            "1:Some events were not accepted, or the settings are wrong.",
            ExitCodes.USAGE,
            ExitCodes.INTERRUPTED
        })
public class SendCommand implements Callable<Integer>, Standalone {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** Null to read them. */
    SegmentConfig config;

    /** Where events are read that no argument names. */
    InputStream standardInput = System.in;

    @Spec
    CommandSpec spec;

    @Mixin
    Target target = new Target();

    @Mixin
    Sending sending = new Sending();

    @Parameters(
            paramLabel = "<event|file>",
            arity = "0..*",
            description = "Events as JSON, files, or - for standard input. Default: -.")
    List<String> events = List.of("-");

    @Option(
            names = "--type",
            paramLabel = "<type>",
            description = "The type of events that have none: ${COMPLETION-CANDIDATES}.")
    EventType type;

    @Override
    public Integer call() {
        URI api = target.api(config);
        PrintWriter err = spec.commandLine().getErr();
        try (CtrlC ctrlC = new CtrlC();
                EventSender sender =
                        new EventSender(api, target.key(config), type, PATIENCE, ctrlC, sending.refusals())) {
            Progress progress = sending.progress(
                    err, events.stream().mapToLong(SendCommand::size).sum());
            Sending.Pace pace = sending.pace(sender, ctrlC);
            ctrlC.setSummary(() -> {
                progress.end(sender.accepted());
                sum(sender, api);
            });
            long before = 0;
            try {
                for (String one : events) {
                    if (ctrlC.isPressed()) {
                        break;
                    }
                    before += send(one, sender, pace, progress, before, ctrlC);
                }
                sender.send();
            } finally {
                ctrlC.tell();
            }
            return sender.refused() == 0 && !ctrlC.isPressed() ? 0 : 1;
        } catch (CtrlC.PressedException e) {
            return 1;
        }
    }

    /** Returns the bytes of a file; 0 for what is none. */
    private static long size(String one) {
        return isFile(one) ? Path.of(one).toFile().length() : 0;
    }

    private static boolean isFile(String one) {
        return !one.equals("-") && !one.stripLeading().startsWith("{");
    }

    private long send(String one, EventSender sender, Sending.Pace pace, Progress progress, long before, CtrlC ctrlC) {
        String place = isFile(one) ? one : one.equals("-") ? "standard input" : "the argument";
        try (EventLines lines = ctrlC.read(() -> open(one))) {
            byte[] event;
            while (!ctrlC.isPressed() && (event = ctrlC.read(lines::next)) != null) {
                pace.add(event, place + ":" + lines.line());
                progress.show(sender.accepted(), before + lines.bytes());
            }
            return lines.bytes();
        } catch (IOException e) {
            // Not the name where it may be a key that was to be typed.
            String name = target.writeKey == null ? place : "a file";
            throw new CommandFailedException(
                    "expected events in " + name + ", but it cannot be read (" + Sending.reason(e) + "): correct it",
                    e);
        }
    }

    private EventLines open(String one) throws IOException {
        if (isFile(one)) {
            return EventLines.of(Path.of(one));
        }
        return EventLines.of(
                one.equals("-") ? standardInput : new ByteArrayInputStream(one.getBytes(StandardCharsets.UTF_8)));
    }

    private void sum(EventSender sender, URI api) {
        PrintWriter out = spec.commandLine().getOut();
        if (sending.json) {
            ObjectNode counts = Json.object();
            counts.put("accepted", sender.accepted());
            counts.put("refused", sender.refused());
            Json.print(counts, out);
        } else {
            out.println(String.format(
                    Locale.ROOT,
                    "%,d accepted by %s%s%s",
                    sender.accepted(),
                    api,
                    sender.refused() == 0 ? "" : String.format(Locale.ROOT, ", %,d refused", sender.refused()),
                    sender.interruption()));
            out.flush();
        }
    }
}
