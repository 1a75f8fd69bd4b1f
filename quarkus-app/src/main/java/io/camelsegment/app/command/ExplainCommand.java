package io.camelsegment.app.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.camelsegment.TransformException;
import io.camelsegment.app.local.LocalMode;
import io.camelsegment.app.routes.Destination;
import io.camelsegment.app.routes.Source;
import io.camelsegment.app.routes.Transform;
import io.camelsegment.app.routes.UserRoutes;
import io.camelsegment.app.settings.SegmentConfig;
import io.camelsegment.app.settings.Settings;
import io.camelsegment.app.setup.ExitCodes;
import io.camelsegment.event.Consent;
import io.camelsegment.event.EventBatch;
import io.camelsegment.event.EventLimits;
import io.camelsegment.event.EventParser;
import io.camelsegment.event.EventType;
import io.camelsegment.event.InvalidEventException;
import io.camelsegment.event.InvalidRequestException;
import io.camelsegment.event.NormalizeOptions;
import io.camelsegment.event.SegmentEvent;
import io.camelsegment.routes.EventTransform;
import io.camelsegment.routes.FirehoseMapping;
import io.camelsegment.routes.MappingExplanation;
import io.camelsegment.routes.MappingRow;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultExchange;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Tells what would become of an event. */
@Command(
        name = "explain",
        description = {
            "Shows what the collector would do with an event, and sends nothing: the normalised event, what each"
                    + " transform changes, which rows of a mapping fit and which of them apply, and the streams, with"
                    + " the bytes and the partition key that each gets.",
            "It calls no beans, routes or endpoints, and does not look at routes of your own."
        },
        footer = {"", "Example:", "  segment explain event.json"},
        exitCodeListHeading = ExitCodes.HEADING,
        exitCodeList = {
            ExitCodes.DONE,
            "1:The collector would refuse an event, or the settings are wrong.",
            ExitCodes.USAGE
        })
public class ExplainCommand implements Callable<Integer> {

    private static final int MOST_BYTES = 10 << 20;

    @Inject
    SegmentConfig config;

    @Inject
    CamelContext context;

    /** Where the event is read that no argument names. */
    InputStream standardInput = System.in;

    @Spec
    CommandSpec spec;

    @Parameters(
            paramLabel = "<event.json>",
            arity = "0..1",
            defaultValue = "-",
            description = "A file with an event, or with a batch as SDKs send it, or - for standard input."
                    + " Default: ${DEFAULT-VALUE}.")
    Path file;

    @Option(
            names = "--type",
            paramLabel = "<type>",
            description = "The type of an event that has none: ${COMPLETION-CANDIDATES}.")
    EventType type;

    @Option(
            names = "--source",
            paramLabel = "<source>",
            description = "The source that receives the event. Default: the only one.")
    String source;

    @Option(names = "--json", description = "Prints the explanation as JSON.")
    boolean json;

    private boolean refused;

    @Override
    public Integer call() {
        Settings settings = Settings.read(config, UserRoutes.exist());
        if (config.localAws().enabled()) {
            settings = LocalMode.orExample(settings, UserRoutes.exist());
        }
        Source from = source(settings);
        List<Destination> destinations = settings.destinations().stream()
                .filter(destination -> destination.sources().contains(from.name()))
                .toList();
        ObjectNode tree = Json.object();
        tree.put("source", from.name());
        ArrayNode events = tree.putArray("events");
        try {
            EventBatch batch = parse(from);
            for (int i = 0; i < batch.size(); i++) {
                explain(batch, i, from, destinations, events.addObject());
            }
        } catch (InvalidRequestException e) {
            throw new CommandFailedException(name() + ": " + e.code() + ": " + e.getMessage());
        }
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            Json.print(tree, out);
        } else {
            out.print(ExplainText.of(tree));
            out.flush();
        }
        return refused ? 1 : 0;
    }

    private String name() {
        return isStandardInput() ? "standard input" : file.toString();
    }

    private boolean isStandardInput() {
        return file.toString().equals("-");
    }

    private Source source(Settings settings) {
        List<Source> sources = settings.sources().stream()
                .filter(one -> source == null || one.name().equals(source))
                .toList();
        if (sources.size() != 1) {
            String known = String.join(
                    ", ", settings.sources().stream().map(Source::name).toList());
            throw new ParameterException(
                    spec.commandLine(),
                    "--source: expected one of " + (known.isEmpty() ? "the settings, but they have none" : known)
                            + (source == null || known.isEmpty() ? "" : ", but was \"" + source + "\""));
        }
        return sources.get(0);
    }

    private EventBatch parse(Source from) throws InvalidRequestException {
        byte[] body;
        try {
            body = isStandardInput() ? standardInput.readNBytes(MOST_BYTES + 1) : Files.readAllBytes(file);
        } catch (IOException e) {
            throw new CommandFailedException(
                    name() + ": expected an event, but it cannot be read (" + Sending.reason(e) + "): correct it", e);
        }
        EventLimits standard = EventLimits.DEFAULT;
        EventParser parser = new EventParser(new EventLimits(
                limit(from, "maxEventBytes", standard.maxEventBytes()),
                limit(from, "maxRequestBytes", standard.maxRequestBytes()),
                limit(from, "maxEventsPerRequest", standard.maxEventsPerRequest()),
                standard.maxNestingDepth()));
        return type == null ? parser.parseAny(body) : parser.parseEvent(body, type);
    }

    private static int limit(Source from, String option, int standard) {
        return Integer.parseInt(from.options().getOrDefault(option, String.valueOf(standard)));
    }

    private void explain(EventBatch batch, int index, Source from, List<Destination> destinations, ObjectNode node) {
        boolean webhook = Boolean.parseBoolean(from.options().get("webhook"));
        SegmentEvent event;
        try {
            event = batch.normalize(
                    index,
                    Instant.ofEpochMilli(System.currentTimeMillis()),
                    webhook ? NormalizeOptions.WEBHOOK : NormalizeOptions.DEFAULT);
        } catch (InvalidEventException e) {
            refused = true;
            node.put("refused", e.code());
            node.put("reason", e.getMessage());
            return;
        }
        node.put("type", event.type().specName());
        if (event.event() != null) {
            node.put("event", event.event());
        }
        node.put("messageId", event.messageId());
        SegmentEvent changed = transform(event, from.transform(), node);
        if (changed == null) {
            return;
        }
        ArrayNode all = node.putArray("destinations");
        for (Destination destination : destinations) {
            explain(changed, destination, all.addObject());
        }
    }

    private void explain(SegmentEvent event, Destination destination, ObjectNode node) {
        node.put("name", destination.name());
        node.put("type", destination.service().word());
        node.put("region", destination.aws().region());
        SegmentEvent changed = transform(event, destination.transform(), node);
        if (changed == null) {
            return;
        }
        ArrayNode streams = Json.object().putArray("streams");
        if (destination.rows() == null) {
            destination.streams().forEach(streams::add);
        } else if (!map(changed, destination, node, streams)) {
            return;
        }
        String integration = destination.integrationName();
        if (!integration.isEmpty() && changed.consent(integration) == Consent.REFUSED) {
            node.put("outcome", "filtered");
            node.put("reason", "its integrations exclude " + integration);
            return;
        }
        node.put("outcome", "delivered");
        node.set("streams", streams);
        Destination.Data data = destination.data(changed);
        ObjectNode record = node.putObject("record");
        record.put("bytes", data.bytes().length);
        if (data.partitionKey() != null) {
            record.put("partitionKey", data.partitionKey());
        }
        String packing = destination.aws().options().getOrDefault("packing", "none");
        if (!packing.equalsIgnoreCase("none")) {
            record.put("packing", packing);
        }
        record.put("data", new String(data.bytes(), StandardCharsets.UTF_8));
    }

    /** Adds the rows and streams; returns whether there is a stream. */
    private static boolean map(SegmentEvent event, Destination destination, ObjectNode node, ArrayNode streams) {
        MappingExplanation explained = destination.rows().explain(event);
        ArrayNode rows = node.putArray("rows");
        explained.rows().forEach(row -> add(row, true, rows));
        explained.shadowed().forEach(row -> add(row, false, rows));
        switch (explained.outcome()) {
            case MAPPED -> explained.streams().forEach(streams::add);
            case EXCLUDED -> node.put("outcome", "excluded");
            case UNMAPPED -> {
                String unmapped = destination.rows().unmapped();
                if (unmapped != null && !FirehoseMapping.isUri(unmapped)) {
                    streams.add(unmapped);
                } else {
                    node.put("outcome", "unmapped");
                    node.put(
                            "reason",
                            "no row fits it, and it "
                                    + (unmapped == null ? "is dropped" : "goes to the endpoint of unmapped"));
                }
            }
        }
        return !streams.isEmpty();
    }

    private static void add(MappingRow row, boolean counts, ArrayNode rows) {
        ObjectNode node = rows.addObject();
        node.put("row", row.event());
        row.streams().forEach(node.putArray("streams")::add);
        node.put("counts", counts);
    }

    /** Adds what the steps do; returns the event after them, null if it ends there. */
    private SegmentEvent transform(SegmentEvent event, Transform transform, ObjectNode node) {
        SegmentEvent changed = event;
        List<Transform.Step> steps = transform.parsed();
        ArrayNode nodes = steps.isEmpty() ? null : node.putArray("transform");
        for (Transform.Step step : steps) {
            ObjectNode one = nodes.addObject();
            one.put("step", step.word());
            if (step.transform() == null) {
                one.put("outcome", "not taken");
                continue;
            }
            try {
                SegmentEvent next = take(step.transform(), changed);
                boolean same = next != null && next.json() == changed.json();
                one.put("outcome", next == null ? "left out" : same ? "unchanged" : "changed");
                if (next == null) {
                    node.put("outcome", "left out");
                    return null;
                }
                changed = next;
            } catch (TransformException e) {
                refused = true;
                one.put("outcome", "failed");
                node.put("outcome", "refused");
                node.put("reason", e.code() + ": " + e.getMessage());
                return null;
            }
        }
        return changed;
    }

    private SegmentEvent take(EventTransform step, SegmentEvent event) {
        Exchange exchange = new DefaultExchange(context);
        exchange.getMessage().setBody(event);
        boolean unused = step.process(exchange, doneSync -> {});
        if (exchange.getException() instanceof TransformException failure) {
            throw failure;
        }
        if (exchange.getException() != null) {
            throw new TransformException(
                    EventTransform.FAILED, exchange.getException().getClass().getName(), null);
        }
        return exchange.isRouteStop() ? null : exchange.getMessage().getBody(SegmentEvent.class);
    }
}
