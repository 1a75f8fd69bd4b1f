package io.camelsegment.routes;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Category;
import org.apache.camel.Consumer;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriPath;
import org.apache.camel.support.DefaultAsyncProducer;
import org.apache.camel.support.DefaultEndpoint;
import org.apache.camel.support.service.ServiceHelper;

/** Deliver each event to several endpoints at once, and continue when all of them have accepted it. */
@UriEndpoint(
        firstVersion = "0.1.0",
        scheme = "segment-fan-out",
        title = "Segment Fan Out",
        syntax = "segment-fan-out:name",
        producerOnly = true,
        category = {Category.CLOUD, Category.MESSAGING})
public class SegmentFanOutEndpoint extends DefaultEndpoint {

    @UriPath(description = "A name for people.")
    @Metadata(required = true)
    private String name;

    @UriParam(
            prefix = "to.",
            multiValue = true,
            description =
                    "The URIs of the endpoints: to. and a name of your choice without a dot, such as to.events. At"
                            + " least one. Behind a further dot are options of the endpoint, such as to.events.region.")
    private Map<String, Object> to = new LinkedHashMap<>();

    public SegmentFanOutEndpoint(String uri, SegmentFanOutComponent component, String name) {
        super(uri, component);
        this.name = name;
    }

    /**
     * Checks the options.
     *
     * @throws IllegalArgumentException with the option and the mend
     */
    void validate() {
        if (name == null || name.isBlank()) {
            throw new IllegalArgumentException("expected a name after segment-fan-out:, such as segment-fan-out:sinks,"
                    + " but there was none: give it one");
        }
        if (to.isEmpty()) {
            throw new IllegalArgumentException("expected at least one endpoint, but there is none: add one, such as"
                    + " to.events=segment-kinesis:events");
        }
        for (String key : to.keySet()) {
            if (!to.containsKey(nameOf(key))) {
                throw new IllegalArgumentException("expected an endpoint whose option to." + key + " is, but there is"
                        + " none: add to." + nameOf(key));
            }
        }
    }

    private static String nameOf(String key) {
        int dot = key.indexOf('.');
        return dot < 0 ? key : key.substring(0, dot);
    }

    private List<String> uris() {
        Map<String, Map<String, Object>> options = new LinkedHashMap<>();
        to.forEach((key, value) -> {
            String name = nameOf(key);
            Map<String, Object> own = options.computeIfAbsent(name, n -> new LinkedHashMap<>());
            if (name.length() < key.length()) {
                own.put(key.substring(name.length() + 1), value);
            }
        });
        return options.entrySet().stream()
                .map(own -> UriOptions.append(to.get(own.getKey()).toString(), own.getValue()))
                .toList();
    }

    /** Makes the endpoints when Camel makes those of the route, before any route starts: Kamelets need that. */
    @Override
    protected void doInit() throws Exception {
        super.doInit();
        uris().forEach(getCamelContext()::getEndpoint);
    }

    @Override
    public Producer createProducer() {
        FanOut fanOut = FanOut.to(uris().toArray(String[]::new));
        fanOut.setCamelContext(getCamelContext());
        return new DefaultAsyncProducer(this) {
            @Override
            public boolean process(Exchange exchange, AsyncCallback callback) {
                return fanOut.process(exchange, callback);
            }

            @Override
            protected void doInit() {
                ServiceHelper.initService(fanOut);
            }

            @Override
            protected void doStart() {
                ServiceHelper.startService(fanOut);
            }

            @Override
            protected void doStop() {
                ServiceHelper.stopService(fanOut);
            }

            @Override
            protected void doShutdown() {
                ServiceHelper.stopAndShutdownService(fanOut);
            }
        };
    }

    @Override
    public Consumer createConsumer(Processor processor) {
        throw new UnsupportedOperationException("expected segment-fan-out: only in to(), since it has no events of its"
                + " own, but it was in from(): use segment:");
    }

    /** Compares by identity: the URI does not show the options of the endpoints. */
    @Override
    public boolean equals(Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }

    public String getName() {
        return name;
    }

    public void setName(String name) {
        this.name = name;
    }

    public Map<String, Object> getTo() {
        return to;
    }

    public void setTo(Map<String, Object> to) {
        this.to = to;
    }
}
