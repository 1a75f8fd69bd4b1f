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

    /** Returns the names of all streams that it may deliver to, sorted. */
    SortedSet<String> streams();

    /**
     * All events into one Kinesis data stream.
     *
     * @param useMessageId whether the partition key is the messageId instead of userId, else anonymousId
     */
    record Kinesis(String name, Set<String> sources, AwsAccess aws, String streamName, boolean useMessageId)
            implements Destination {

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
            String name, Set<String> sources, AwsAccess aws, Map<String, List<String>> map, MappingTable.Match match)
            implements Destination {

        @Override
        public SortedSet<String> streams() {
            SortedSet<String> streams = new TreeSet<>();
            map.values().forEach(streams::addAll);
            return streams;
        }
    }
}
