package io.camelsegment.app;

import io.camelsegment.routes.AwsAccess;
import io.camelsegment.routes.Destination;
import java.util.List;

/**
 * A stream that a destination delivers to.
 *
 * @param name         the stream's name
 * @param arn          its ARN, in the account of the destination's role
 * @param isDataStream whether it is a Kinesis data stream; else a Firehose delivery stream
 * @param aws          how the destination reaches it
 */
record DestinationStream(String name, String arn, boolean isDataStream, AwsAccess aws) {

    /**
     * Returns the destination's streams, sorted.
     *
     * @param owner the role, or without one who runs the collector: a stream that is called by name is of the caller's account
     */
    static List<DestinationStream> of(Destination destination, Arn owner) {
        boolean isDataStream = destination instanceof Destination.Kinesis;
        AwsAccess aws = destination.aws();
        String prefix = "arn:" + owner.partition() + (isDataStream ? ":kinesis:" : ":firehose:") + aws.region() + ":"
                + owner.account() + (isDataStream ? ":stream/" : ":deliverystream/");
        return destination.streams().stream()
                .map(name -> new DestinationStream(name, prefix + name, isDataStream, aws))
                .toList();
    }

    /** Names it for people. */
    String label() {
        return (isDataStream ? "Kinesis stream " : "Firehose delivery stream ") + name;
    }
}
