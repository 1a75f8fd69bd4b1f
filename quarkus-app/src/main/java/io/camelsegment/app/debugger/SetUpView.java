package io.camelsegment.app.debugger;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.camelsegment.app.routes.Destination;
import io.camelsegment.app.routes.Source;
import io.camelsegment.app.routes.StreamRows;
import io.camelsegment.app.settings.Settings;
import io.camelsegment.routes.FirehoseMapping;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/** The sources and destinations as the page reads them: JSON without a write key or a secret ID. */
final class SetUpView {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Supplier<Settings> settings;
    private final String host;

    /**
     * Creates a view.
     *
     * @param settings those in force now
     * @param api      the URL at which this machine reaches the tracking API
     */
    SetUpView(Supplier<Settings> settings, URI api) {
        this.settings = settings;
        String name = api.getHost().replaceAll("[\\[\\]]", "");
        this.host = name.equals("localhost") ? "127.0.0.1" : name;
    }

    /** Returns the host by which this machine reaches the tracking API. */
    String host() {
        return host;
    }

    /** Returns the path of the tracking API, without a slash at the end. */
    String basePath() {
        String path = settings.get().component().getOrDefault("basePath", "/v1").replaceAll("^/+|/+$", "");
        return path.isEmpty() ? "" : "/" + path;
    }

    Optional<Source> source(String name) {
        return settings.get().sources().stream()
                .filter(source -> source.name().equals(name))
                .findFirst();
    }

    static List<String> keys(Source source) {
        return Arrays.stream(source.writeKey().split(","))
                .map(String::strip)
                .filter(key -> !key.isEmpty())
                .toList();
    }

    /**
     * Returns sources and destinations. It may read files.
     *
     * @param httpPort of the tracking API
     */
    ObjectNode json(int httpPort) {
        ObjectNode node = JSON.createObjectNode();
        node.put("port", httpPort);
        node.put("basePath", basePath());
        ArrayNode sources = node.putArray("sources");
        for (Source source : settings.get().sources()) {
            ObjectNode one = sources.addObject();
            one.put("name", source.name());
            one.put("keys", keys(source).size());
            one.put("webhook", "true".equals(source.options().get("webhook")));
            ArrayNode names = one.putArray("destinations");
            settings.get().destinations().stream()
                    .filter(destination -> destination.sources().contains(source.name()))
                    .forEach(destination -> names.add(destination.name()));
        }
        ArrayNode destinations = node.putArray("destinations");
        settings.get()
                .destinations()
                .forEach(destination -> put(destinations.addObject(), destination.withCurrentRows()));
        return node;
    }

    private static void put(ObjectNode node, Destination destination) {
        node.put("name", destination.name());
        node.put("service", destination.service().word());
        node.put(
                "region",
                destination.aws().region() == null
                        ? "us-west-2"
                        : destination.aws().region());
        node.put("role", destination.aws().roleAddress());
        node.put("required", destination.duty().required());
        ArrayNode sources = node.putArray("sources");
        destination.sources().stream().sorted().forEach(sources::add);
        ArrayNode streams = node.putArray("streams");
        destination.streams().forEach(streams::add);
        StreamRows rows = destination.rows();
        if (rows == null) {
            return;
        }
        ArrayNode map = node.putArray("map");
        rows.map().forEach((event, to) -> {
            ArrayNode names = map.addObject().put("event", event).putArray("streams");
            to.forEach(names::add);
        });
        node.put("match", rows.match().name().toLowerCase(Locale.ROOT));
        if (rows.unmapped() != null) { // the URI of an endpoint may hold a secret
            node.put("unmapped", FirehoseMapping.isUri(rows.unmapped()) ? "a Camel endpoint" : rows.unmapped());
        }
    }
}
