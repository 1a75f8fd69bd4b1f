package io.camelsegment.routes;

import io.camelsegment.SegmentConstants;
import io.camelsegment.SegmentConverter;
import io.camelsegment.TransformException;
import io.camelsegment.event.SegmentEvent;
import io.camelsegment.sink.SharedBeans;
import io.micrometer.core.instrument.Counter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.camel.AsyncProducer;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultExchange;
import org.apache.camel.support.service.ServiceHelper;

/**
 * Compares events with a {@link TrackingPlan}. As with Segment's Protocols, an event that violates it goes on, unless
 * {@link #block} says otherwise. The counter {@code segment.plan.violations}, with the tags {@code route} and {@code
 * type}, counts the violations.
 */
public final class Validate extends EventTransform {

    /** Why an event is refused that violates the plan: the code in answers, metrics and headers. */
    public static final String VIOLATION = "tracking_plan_violation";

    private final TrackingPlan plan;
    private String violations;
    private boolean blocking;
    private AsyncProducer producer;

    Validate(TrackingPlan plan) {
        super("validate");
        this.plan = plan;
    }

    /**
     * Sends each violation to an endpoint: a track event {@code Violation Generated}, with the properties that Segment
     * gives it. The step waits for each; on the event loop it must not be.
     *
     * @see <a href="https://www.twilio.com/docs/segment/protocols/validate/forward-violations">Segment's forwarded
     *     violations</a>, read 2026-11-30
     */
    public Validate violations(String uri) {
        this.violations = uri;
        return this;
    }

    /** Refuses events that violate the plan: they are listed in the answer, with what is wrong. */
    public Validate block() {
        this.blocking = true;
        return this;
    }

    /** Returns where violations go; null for nowhere. */
    String violationsUri() {
        return violations;
    }

    @Override
    protected SegmentEvent change(SegmentEvent event, Exchange exchange) throws Exception {
        List<TrackingPlan.Violation> found = plan.violations(event);
        for (TrackingPlan.Violation one : found) {
            count(one);
            if (producer != null) {
                send(one, event, exchange);
            }
        }
        if (blocking && !found.isEmpty()) {
            throw new TransformException(
                    VIOLATION,
                    found.stream().map(TrackingPlan.Violation::description).collect(Collectors.joining("; ")),
                    null);
        }
        return event;
    }

    private void count(TrackingPlan.Violation violation) {
        Counter.builder("segment.plan.violations")
                .description("What events had that their tracking plan does not allow")
                .tag("route", getRouteId() == null ? "" : getRouteId())
                .tag("type", violation.type())
                .register(SharedBeans.meterRegistry(getCamelContext()))
                .increment();
    }

    private void send(TrackingPlan.Violation violation, SegmentEvent event, Exchange exchange) throws Exception {
        Map<String, Object> properties = new LinkedHashMap<>();
        Object version = event.get("context.app.version");
        properties.put("appVersion", version == null ? "" : version);
        properties.put("eventMessageID", event.messageId());
        properties.put("eventName", event.event() == null ? "" : event.event());
        properties.put("eventSentAt", event.get("sentAt"));
        properties.put("eventTimestamp", event.get("timestamp"));
        properties.put("eventType", event.type().specName());
        String source = exchange.getMessage().getHeader(SegmentConstants.SOURCE, "", String.class);
        properties.put("sourceID", source);
        properties.put("sourceName", source);
        properties.put("sourceSlug", source);
        properties.put("trackingPlanID", plan.id());
        properties.put("trackingPlanName", plan.name());
        properties.put("violationDescription", violation.description());
        properties.put("violationField", violation.field());
        properties.put("violationType", violation.type());
        Map<String, Object> track = new LinkedHashMap<>();
        track.put("type", "track");
        track.put("event", "Violation Generated");
        track.put("userId", "schema-violations");
        track.put("messageId", "violation-" + UUID.randomUUID());
        track.put("properties", properties);
        Exchange one = new DefaultExchange(getCamelContext());
        one.getMessage().setBody(SegmentConverter.toEvent(track, one));
        producer.process(one);
        if (one.getException() != null) {
            throw one.getException();
        }
    }

    @Override
    protected void doInit() throws Exception {
        super.doInit();
        if (producer == null && violations != null) {
            // Not only at the start: a Kamelet would have no route then.
            producer = Endpoints.createProducer(getCamelContext(), violations);
        }
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        ServiceHelper.startService(producer);
    }

    @Override
    protected void doStop() throws Exception {
        super.doStop();
        ServiceHelper.stopService(producer);
    }

    @Override
    protected void doShutdown() throws Exception {
        super.doShutdown();
        ServiceHelper.stopAndShutdownService(producer);
        producer = null;
    }
}
