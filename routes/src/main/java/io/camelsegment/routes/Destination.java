package io.camelsegment.routes;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/** Where events go: a Kinesis data stream, or Firehose delivery streams by a mapping. */
public sealed interface Destination {

    /** Returns the destination's name; it becomes part of the route's id. */
    String name();

    /** Returns the names of the sources that feed it. */
    Set<String> sources();

    /** Returns how it reaches AWS. */
    AwsAccess aws();

    /** Returns the same destination that reaches AWS in another way. */
    Destination withAws(AwsAccess aws);

    /** Returns whether a sender waits for it, and what becomes of its events otherwise. */
    Duty duty();

    /** Returns the names of all streams that it may deliver to, sorted. */
    SortedSet<String> streams();

    /**
     * Whether a sender waits until a destination has accepted its events.
     *
     * @param required      false when nobody waits for it; its failures are then counted and not the sender's concern
     * @param deadLetterUri a Camel endpoint that gets the events which a destination that is not required did not accept; null to
     *     drop them
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
     * All events into one Kinesis data stream.
     *
     * @param useMessageId whether the partition key is the messageId instead of userId, else anonymousId
     */
    record Kinesis(String name, Set<String> sources, AwsAccess aws, Duty duty, String streamName, boolean useMessageId)
            implements Destination {

        @Override
        public Kinesis withAws(AwsAccess other) {
            return new Kinesis(name, sources, other, duty, streamName, useMessageId);
        }

        @Override
        public SortedSet<String> streams() {
            return new TreeSet<>(Set.of(streamName));
        }
    }

    /**
     * Each event into the Firehose delivery streams that its name or type is mapped to.
     *
     * @param map see {@link FirehoseMapping#setMap}
     */
    record Firehose(
            String name,
            Set<String> sources,
            AwsAccess aws,
            Duty duty,
            Map<String, List<String>> map,
            MappingTable.Match match)
            implements Destination {

        @Override
        public Firehose withAws(AwsAccess other) {
            return new Firehose(name, sources, other, duty, map, match);
        }

        @Override
        public SortedSet<String> streams() {
            SortedSet<String> streams = new TreeSet<>();
            map.values().forEach(streams::addAll);
            return streams;
        }
    }
}
