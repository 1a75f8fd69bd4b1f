package io.camelsegment.routes;

import static java.util.stream.Collectors.joining;

import io.camelsegment.event.EventPath;
import io.camelsegment.event.EventType;
import io.camelsegment.event.SegmentEvent;
import io.camelsegment.routes.endpoint.StaticEndpointBuilders;
import io.camelsegment.routes.endpoint.dsl.SegmentAggregateEndpointBuilderFactory.SegmentAggregateEndpointBuilder;
import io.camelsegment.routes.endpoint.dsl.SegmentEndpointBuilderFactory.SegmentEndpointBuilder;
import io.camelsegment.routes.endpoint.dsl.SegmentFirehoseEndpointBuilderFactory.SegmentFirehoseEndpointBuilder;
import io.camelsegment.routes.endpoint.dsl.SegmentKinesisEndpointBuilderFactory.SegmentKinesisEndpointBuilder;
import io.camelsegment.routes.endpoint.dsl.SegmentMappingEndpointBuilderFactory.SegmentMappingEndpointBuilder;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.apache.camel.Expression;
import org.apache.camel.Predicate;
import org.apache.camel.builder.EndpointProducerBuilder;
import org.apache.camel.builder.ValueBuilder;
import org.apache.camel.support.builder.PredicateBuilder;

/**
 * What routes in Java are written with, for {@code import static io.camelsegment.routes.SegmentDsl.*}: builders of the
 * endpoints, such as {@link #segment(String)} and {@link #segmentKinesis(String)}, and conditions for
 * {@code filter} and {@code choice}. {@link Transforms} has the steps for {@code process} that change events.
 *
 * <p>The conditions read the one event of an Exchange. On a {@link io.camelsegment.SegmentBatch} they throw an
 * exception that says how to fix it. A body that a route has made of an event, such as a {@code Map}, text or an
 * object, is read as an event; {@link #ofType} and {@link #trackNamed} go by the headers if it is none.
 */
public final class SegmentDsl extends StaticEndpointBuilders {

    private SegmentDsl() {}

    /**
     * Returns an endpoint that receives the events of a source, or sends events to a Tracking API.
     *
     * @param source its name
     */
    public static SegmentEndpointBuilder segment(String source) {
        return new DslEndpointBuilder.Source("segment", source);
    }

    /**
     * As {@link #segment(String)}, of a component with another name.
     *
     * @param componentName its name in the registry
     */
    public static SegmentEndpointBuilder segment(String componentName, String source) {
        return new DslEndpointBuilder.Source(componentName, source);
    }

    /**
     * Returns an endpoint that sends events to a stream of Kinesis Data Streams.
     *
     * @param streamName its name or ARN
     */
    public static SegmentKinesisEndpointBuilder segmentKinesis(String streamName) {
        return new DslEndpointBuilder.Kinesis("segment-kinesis", streamName);
    }

    /**
     * As {@link #segmentKinesis(String)}, of a component with another name.
     *
     * @param componentName its name in the registry
     */
    public static SegmentKinesisEndpointBuilder segmentKinesis(String componentName, String streamName) {
        return new DslEndpointBuilder.Kinesis(componentName, streamName);
    }

    /**
     * Returns an endpoint that sends events to a delivery stream of Data Firehose.
     *
     * @param deliveryStreamName its name or ARN
     */
    public static SegmentFirehoseEndpointBuilder segmentFirehose(String deliveryStreamName) {
        return new DslEndpointBuilder.Firehose("segment-firehose", deliveryStreamName);
    }

    /**
     * As {@link #segmentFirehose(String)}, of a component with another name.
     *
     * @param componentName its name in the registry
     */
    public static SegmentFirehoseEndpointBuilder segmentFirehose(String componentName, String deliveryStreamName) {
        return new DslEndpointBuilder.Firehose(componentName, deliveryStreamName);
    }

    /**
     * Returns an endpoint that sends events in lists to one of Camel's own; see {@link SegmentAggregateEndpoint}.
     *
     * @param uri such as {@code aws2-kinesis:events?region=eu-west-1}
     */
    public static SegmentAggregateEndpointBuilder segmentAggregate(String uri) {
        return new DslEndpointBuilder.Aggregate("segment-aggregate", uri);
    }

    /**
     * As {@link #segmentAggregate(String)}, of a component with another name.
     *
     * @param componentName its name in the registry
     */
    public static SegmentAggregateEndpointBuilder segmentAggregate(String componentName, String uri) {
        return new DslEndpointBuilder.Aggregate(componentName, uri);
    }

    /**
     * Returns an endpoint that sends each event to the streams of its rows; see {@link SegmentMappingEndpoint}.
     *
     * @param name in metrics and the log
     */
    public static SegmentMappingEndpointBuilder segmentMapping(String name) {
        return new MappingBuilder("segment-mapping", name);
    }

    /**
     * As {@link #segmentMapping(String)}, of a component with another name.
     *
     * @param componentName its name in the registry
     */
    public static SegmentMappingEndpointBuilder segmentMapping(String componentName, String name) {
        return new MappingBuilder(componentName, name);
    }

    /** Matches events of these types. */
    public static Predicate ofType(EventType... types) {
        if (types.length == 0) {
            throw new IllegalArgumentException("expected at least one type of events, such as PAGE, but was none");
        }
        Set<EventType> wanted = EnumSet.copyOf(List.of(types));
        return EventValue.ofKey(call("ofType", (Object[]) types), key -> wanted.contains(key.type()));
    }

    /**
     * Matches track events of these names. They are written as on the left side of a {@link MappingTable}: letter case
     * does not count, and {@code *} stands for any characters.
     */
    public static Predicate trackNamed(String... names) {
        if (names.length == 0 || Arrays.stream(names).anyMatch(RowName::isBlank)) {
            throw new IllegalArgumentException(
                    "expected the name of a track event, such as \"Order *\", but was none or a blank one");
        }
        List<RowName> wanted =
                Arrays.stream(names).map(name -> RowName.of("track:" + name)).toList();
        return EventValue.ofKey(call("trackNamed", (Object[]) names), key -> {
            if (key.type() != EventType.TRACK) {
                return false;
            }
            String plain = key.name() == null ? "" : Names.plain(key.name());
            for (RowName name : wanted) {
                if (name.fits(plain)) {
                    return true;
                }
            }
            return false;
        });
    }

    /**
     * Reads a member of {@code properties}: {@code eventProperty("plan").isEqualTo("pro")}. Camel's
     * {@code RouteBuilder} has a method {@code property} of its own, hence the name.
     *
     * @param path such as {@code plan} or {@code address.city}
     */
    public static ValueBuilder eventProperty(String path) {
        return value("eventProperty", path, Paths.in("properties", path).get(0));
    }

    /** Reads a member of {@code traits}: {@code trait("email").isNotNull()}. */
    public static ValueBuilder trait(String path) {
        return value("trait", path, Paths.in("traits", path).get(0));
    }

    /** Reads any member of an event: {@code member("context.locale").isEqualTo("de-DE")}. */
    public static ValueBuilder member(String path) {
        return value("member", path, Paths.read(path).get(0));
    }

    private static ValueBuilder value(String method, String path, EventPath place) {
        Expression expression = EventValue.ofEvent(call(method, path), (SegmentEvent event) -> event.at(place));
        return new ValueBuilder(expression);
    }

    /**
     * Matches events of Segment Engage that say that their user is in an audience, in either form.
     *
     * @param key as {@link Engage#key} makes it of the audience's name
     */
    public static Predicate inAudience(String key) {
        return EventValue.ofEvent(
                call("inAudience", key), event -> Engage.membership(event, key).orElse(false));
    }

    /** Matches events of Segment Engage that say that their user has entered one of these audiences, or any. */
    public static Predicate audienceEntered(String... keys) {
        return changed("audienceEntered", true, keys);
    }

    /** Matches events of Segment Engage that say that their user has left one of these audiences, or any. */
    public static Predicate audienceExited(String... keys) {
        return changed("audienceExited", false, keys);
    }

    private static Predicate changed(String method, boolean member, String... keys) {
        Set<String> wanted = Set.copyOf(List.of(keys));
        return EventValue.ofEvent(call(method, (Object[]) keys), event -> Engage.audienceChange(event)
                .filter(change -> change.member() == member)
                .filter(change -> wanted.isEmpty() || wanted.contains(change.audience()))
                .isPresent());
    }

    /**
     * Reads an event of Segment Engage as one line of JSON with {@code user}, {@code audience}, {@code member} and
     * {@code at}; null of other events.
     */
    public static ValueBuilder audienceChange() {
        return new ValueBuilder(EventValue.ofEvent("audienceChange()", event -> Engage.audienceChange(event)
                .map(Engage.AudienceChange::toJson)
                .orElse(null)));
    }

    /** Negates a predicate. */
    public static Predicate not(Predicate predicate) {
        return PredicateBuilder.not(predicate);
    }

    /**
     * Returns an endpoint that sends each event to several others at once and is done when all of them have accepted
     * it. At Camel's redelivery those that have it do not get it again.
     */
    public static EndpointProducerBuilder fanOut(EndpointProducerBuilder... endpoints) {
        return fanOut("sinks", endpoints);
    }

    /**
     * Returns a fan-out with a name of its own.
     *
     * @param name in its URI, by which Camel's tools tell it from others
     */
    public static EndpointProducerBuilder fanOut(String name, EndpointProducerBuilder... endpoints) {
        return new FanOutBuilder(name, List.of(endpoints));
    }

    /**
     * Returns an endpoint that sends events in lists to one of Camel's own, and continues each with its own result; see
     * {@link SegmentAggregateEndpoint}.
     *
     * @param endpoint such as {@code aws2Kinesis("events")}
     */
    public static SegmentAggregateEndpointBuilder aggregated(EndpointProducerBuilder endpoint) {
        return new AggregatedBuilder(endpoint);
    }

    /**
     * Returns an endpoint that sends events in lists to one of Camel's own.
     *
     * @param uri such as {@code aws2-kinesis:events?region=eu-west-1}
     */
    public static SegmentAggregateEndpointBuilder aggregated(String uri) {
        return segmentAggregate(uri);
    }

    private static String call(String method, Object... arguments) {
        return Arrays.stream(arguments).map(String::valueOf).collect(joining(", ", method + "(", ")"));
    }
}
