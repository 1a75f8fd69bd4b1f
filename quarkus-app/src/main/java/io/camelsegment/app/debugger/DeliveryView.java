package io.camelsegment.app.debugger;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.camelsegment.app.debugger.DeliveryHistory.Counts;
import io.camelsegment.app.routes.Destination;
import io.camelsegment.delivery.MemoryBudget;
import io.camelsegment.observation.EventObserver.StreamPlace;
import io.camelsegment.sink.Senders;
import io.camelsegment.sink.Senders.StreamStatus;
import io.camelsegment.sink.SharedBeans;
import io.camelsegment.sink.StreamName;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;
import org.apache.camel.CamelContext;

/** What the streams do, as the page reads it. */
final class DeliveryView {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final List<Destination> destinations;
    private final DeliveryHistory history;

    DeliveryView(List<Destination> destinations, DeliveryHistory history) {
        this.destinations = destinations;
        this.history = history;
    }

    /** Returns what the streams of a context do. It reads the files of mappings. */
    ObjectNode json(CamelContext context) {
        List<StreamStatus> streams = Senders.of(context).streams();
        List<Destination> current =
                destinations.stream().map(Destination::withCurrentRows).toList();
        history.sample(streams);
        MemoryBudget budget = SharedBeans.memoryBudget(context);
        ObjectNode node = JSON.createObjectNode();
        node.put("heldBytes", budget.heldBytes());
        node.put("maxBytes", budget.maxBytes());
        ArrayNode all = node.putArray("streams");
        streams.forEach(stream -> put(all.addObject(), stream, current));
        return node;
    }

    private void put(ObjectNode node, StreamStatus stream, List<Destination> current) {
        StreamName name = stream.name();
        node.put("service", name.service());
        node.put("region", name.region());
        node.put("stream", name.stream());
        ArrayNode names = node.putArray("destinations");
        StreamPlace place = new StreamPlace(name.service(), name.region(), name.stream());
        current.stream()
                .filter(destination -> TrailView.delivers(destination, place))
                .forEach(destination -> names.add(destination.name()));
        node.put("health", stream.health().name().toLowerCase(Locale.ROOT));
        node.put("ailment", stream.ailment());
        node.put("warning", stream.warning());
        node.put("held", stream.ledger().held());
        node.put("heldBytes", stream.heldBytes());
        node.put("oldestMs", stream.oldestAge().toMillis());
        ObjectNode hot = node.putObject("throttledBy");
        stream.throttled().forEach(hot::put);
        ObjectNode total = node.putObject("total");
        ObjectNode minutes = node.putObject("minutes");
        Counts sum = Counts.of(stream);
        Counts[] series = history.of(name);
        put(total, minutes, "accepted", sum, series, Counts::accepted);
        put(total, minutes, "delivered", sum, series, Counts::delivered);
        put(total, minutes, "retried", sum, series, Counts::retried);
        put(total, minutes, "throttled", sum, series, Counts::throttled);
        put(total, minutes, "failed", sum, series, Counts::failed);
    }

    private static void put(
            ObjectNode total,
            ObjectNode minutes,
            String what,
            Counts sum,
            Counts[] series,
            ToLongFunction<Counts> value) {
        total.put(what, value.applyAsLong(sum));
        ArrayNode values = minutes.putArray(what);
        for (Counts counts : series) {
            values.add(value.applyAsLong(counts));
        }
    }
}
