package io.camelsegment.app.routes;

import io.camelsegment.event.SegmentEvent;
import io.camelsegment.firehose.SegmentFirehoseConfiguration;
import io.camelsegment.kinesis.SegmentKinesisConfiguration;
import io.camelsegment.routes.MappingTable;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/** Where events go: a Kinesis data stream, or Kinesis or Firehose streams by a mapping. */
public sealed interface Destination {

    /** Returns the destination's name; it becomes part of the route's id. */
    String name();

    /** Returns the names of the sources that feed it. */
    Set<String> sources();

    /** Returns how it reaches AWS. */
    AwsAccess aws();

    /** Returns the same destination that reaches AWS in another way. */
    Destination withAws(AwsAccess aws);

    /** Returns the same destination with its events changed otherwise. */
    Destination withTransform(Transform other);

    /** Returns the same destination with all AWS calls going to another place; null for AWS. */
    default Destination withEndpointOverride(URI endpoint) {
        return withAws(aws().withEndpointOverride(endpoint));
    }

    /** Returns the same destination with other names for its streams. */
    Destination withStreams(UnaryOperator<String> names);

    /** Returns the same destination with the rows that the file of its mapping has now, if it has one. */
    Destination withCurrentRows();

    /** Returns whether a sender waits for it, and what becomes of its events otherwise. */
    Duty duty();

    /** Returns how its events are changed, for it alone. */
    Transform transform();

    /** Returns the AWS service that it delivers to. */
    Service service();

    /** Returns the names or ARNs of all streams that it may deliver to, as they were given, sorted. */
    SortedSet<String> streams();

    /** Returns the rows that map events to its streams; null with one stream. */
    StreamRows rows();

    /** Returns the name of the destination in the {@code integrations} of events; empty where these do not count. */
    String integrationName();

    /** Returns what a stream gets of an event. */
    Data data(SegmentEvent event);

    /**
     * What a stream gets of an event, before it is packed with others.
     *
     * @param bytes        not copied, must not be changed
     * @param partitionKey null for a service without
     */
    @SuppressWarnings("ArrayRecordComponent") // only looked at
    record Data(byte[] bytes, String partitionKey) {}

    /** Returns the description of its route. */
    String description();

    /** Creates the delivery of its route. */
    Delivery delivery();

    /**
     * Whether a sender waits until a destination has accepted its events.
     *
     * @param required      false when nobody waits for it; its failures are then counted and not the sender's concern
     * @param deadLetterUri a Camel endpoint that gets the events which a destination that is not required did not
     *     accept; null to drop them
     */
    record Duty(boolean required, String deadLetterUri) {

        /** Senders wait for it, and send what it did not accept again. */
        public static final Duty REQUIRED = new Duty(true, null);

        /** Names no URI, which may hold a secret. */
        @Override
        public String toString() {
            return "Duty[required=" + required + "]";
        }
    }

    /**
     * All events into one Kinesis data stream, or each event into those that its name or type is mapped to.
     *
     * @param streamName   its name or its ARN; null with rows
     * @param useMessageId whether the partition key is the messageId instead of userId, else anonymousId
     * @param rows         the mapping; null with one stream
     */
    record Kinesis(
            String name,
            Set<String> sources,
            AwsAccess aws,
            Duty duty,
            Transform transform,
            String streamName,
            boolean useMessageId,
            StreamRows rows)
            implements Destination {

        /** Creates a destination of one stream that gets the events as they are. */
        public Kinesis(
                String name, Set<String> sources, AwsAccess aws, Duty duty, String streamName, boolean useMessageId) {
            this(name, sources, aws, duty, Transform.NONE, streamName, useMessageId, null);
        }

        @Override
        public Kinesis withAws(AwsAccess other) {
            return new Kinesis(name, sources, other, duty, transform, streamName, useMessageId, rows);
        }

        @Override
        public Kinesis withTransform(Transform other) {
            return new Kinesis(name, sources, aws, duty, other, streamName, useMessageId, rows);
        }

        @Override
        public Kinesis withStreams(UnaryOperator<String> names) {
            return rows == null
                    ? new Kinesis(name, sources, aws, duty, transform, names.apply(streamName), useMessageId, null)
                    : new Kinesis(name, sources, aws, duty, transform, null, useMessageId, rows.withStreams(names));
        }

        @Override
        public Kinesis withCurrentRows() {
            return rows == null
                    ? this
                    : new Kinesis(name, sources, aws, duty, transform, null, useMessageId, rows.withCurrentRows());
        }

        @Override
        public Service service() {
            return Service.KINESIS;
        }

        @Override
        public SortedSet<String> streams() {
            return rows == null ? new TreeSet<>(Set.of(streamName)) : rows.streams();
        }

        @Override
        public String integrationName() {
            return aws.options()
                    .getOrDefault("integrationName", new SegmentKinesisConfiguration().getIntegrationName());
        }

        @Override
        public Data data(SegmentEvent event) {
            return new Data(event.json(), useMessageId ? event.messageId() : event.partitionKey());
        }

        @Override
        public String description() {
            return rows == null
                    ? "Delivers to the Kinesis data stream " + streamName
                    : "Delivers to the Kinesis data streams of its mapping";
        }

        @Override
        public Delivery delivery() {
            Map<String, Object> options = useMessageId ? Map.of("useMessageId", true) : Map.of();
            if (rows != null) {
                return new MappedDelivery(name, service(), rows, options);
            }
            return (route, parameters) -> {
                parameters.putAll(options);
                route.to(SegmentRoutes.uri("segment-kinesis:" + streamName, parameters));
            };
        }
    }

    /**
     * Each event into the Firehose delivery streams that its name or type is mapped to.
     *
     * @param rows the mapping
     */
    record Firehose(String name, Set<String> sources, AwsAccess aws, Duty duty, Transform transform, StreamRows rows)
            implements Destination {

        /** Creates a destination that gets the events as they are. */
        public Firehose(
                String name,
                Set<String> sources,
                AwsAccess aws,
                Duty duty,
                Map<String, List<String>> map,
                MappingTable.Match match,
                String unmapped) {
            this(name, sources, aws, duty, Transform.NONE, new StreamRows(map, match, unmapped));
        }

        /** Creates a destination that does not deliver the events that no row fits. */
        public Firehose(
                String name,
                Set<String> sources,
                AwsAccess aws,
                Duty duty,
                Map<String, List<String>> map,
                MappingTable.Match match) {
            this(name, sources, aws, duty, map, match, null);
        }

        @Override
        public Firehose withAws(AwsAccess other) {
            return new Firehose(name, sources, other, duty, transform, rows);
        }

        @Override
        public Firehose withTransform(Transform other) {
            return new Firehose(name, sources, aws, duty, other, rows);
        }

        @Override
        public Firehose withStreams(UnaryOperator<String> names) {
            return new Firehose(name, sources, aws, duty, transform, rows.withStreams(names));
        }

        @Override
        public Firehose withCurrentRows() {
            return new Firehose(name, sources, aws, duty, transform, rows.withCurrentRows());
        }

        @Override
        public Service service() {
            return Service.FIREHOSE;
        }

        @Override
        public SortedSet<String> streams() {
            return rows.streams();
        }

        @Override
        public String integrationName() {
            return aws.options()
                    .getOrDefault("integrationName", new SegmentFirehoseConfiguration().getIntegrationName());
        }

        @Override
        public Data data(SegmentEvent event) {
            return new Data(event.jsonLine(), null);
        }

        @Override
        public String description() {
            return "Delivers to the Firehose delivery streams of its mapping";
        }

        @Override
        public Delivery delivery() {
            return new MappedDelivery(name, service(), rows, Map.of());
        }

        /** Names no URI, which may hold a secret. */
        @Override
        public String toString() {
            return "Firehose[name=" + name + ", streams=" + streams() + "]";
        }
    }
}
