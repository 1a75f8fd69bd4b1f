package io.camelsegment.app.setup;

import io.camelsegment.app.routes.Destination;
import io.camelsegment.aws.StreamArn;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Finds the KMS keys of encrypted streams: given ones, else as reported by AWS. For one thread. */
final class StreamKeys {

    private final Map<String, String> given;
    private final AwsLookup aws;
    private final CallerIdentity caller;
    private final Map<String, String> found = new TreeMap<>();
    private final Map<String, Set<String>> unknown = new TreeMap<>();
    private final Set<String> unused;

    /**
     * Creates the search.
     *
     * @param given  the ARNs of keys by the name or ARN of a stream
     * @param caller the principal that asks AWS
     */
    StreamKeys(Map<String, String> given, AwsLookup aws, CallerIdentity caller) {
        this.given = given;
        this.aws = aws;
        this.caller = caller;
        this.unused = new TreeSet<>(given.keySet());
    }

    /**
     * Looks at the destination's streams.
     *
     * @param owner the principal that reaches them: the role, or the one that runs the collector
     */
    void find(Destination destination, Arn owner) {
        for (DestinationStream stream : DestinationStream.of(destination)) {
            String arn = stream.arn(owner.partition(), owner.account()).toString();
            String name = StreamArn.name(stream.name());
            String key = given.getOrDefault(arn, given.get(name));
            unused.removeAll(List.of(arn, name));
            if (key != null) {
                found.put(arn, key);
                continue;
            }
            try {
                ask(stream, owner).ifPresent(told -> found.put(arn, told));
            } catch (AwsLookup.UnknownException e) {
                unknown.computeIfAbsent(e.getMessage(), reason -> new TreeSet<>())
                        .add(stream.label());
            }
        }
    }

    private Optional<String> ask(DestinationStream stream, Arn owner) throws AwsLookup.UnknownException {
        if (caller.arn() == null) {
            throw new AwsLookup.UnknownException(caller.unknown());
        }
        if (!Arn.parse(caller.arn()).account().equals(owner.account())) {
            throw new AwsLookup.UnknownException("of another account than the AWS credentials here");
        }
        return aws.key(stream, owner);
    }

    /** Returns the ARNs of keys by the ARN of the stream. */
    Map<String, String> found() {
        return found;
    }

    /** Returns the streams of which it is not known whether they are encrypted, by the reason. */
    Map<String, Set<String>> unknown() {
        return unknown;
    }

    /** Returns the streams of given keys that no destination delivers to. */
    Set<String> unused() {
        return unused;
    }
}
