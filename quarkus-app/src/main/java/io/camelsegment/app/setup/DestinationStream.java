package io.camelsegment.app.setup;

import io.camelsegment.app.routes.AwsAccess;
import io.camelsegment.app.routes.Destination;
import io.camelsegment.aws.StreamArn;
import java.util.List;

/**
 * A stream that a destination delivers to. Destinations that reach the same stream in the same way share it.
 *
 * @param service the service that it belongs to
 * @param name    its name or its ARN, as it was given
 * @param aws     how the destination reaches it
 */
record DestinationStream(StreamService service, String name, AwsAccess aws) {

    /** Returns the destination's streams, sorted. */
    static List<DestinationStream> of(Destination destination) {
        StreamService service = StreamService.of(destination.service());
        return destination.streams().stream()
                .map(name -> new DestinationStream(service, name, destination.aws()))
                .toList();
    }

    /** Returns its ARN: a stream that is called by its name is in the caller's account. */
    Arn arn(String partition, String account) {
        if (StreamArn.isArn(name)) {
            return Arn.parse(name);
        }
        return new Arn(partition, service.word(), aws.region(), account, service.resource() + name);
    }

    Access access() {
        return Access.of(aws);
    }

    /** Names it for people. */
    String label() {
        return service.label() + " " + name;
    }
}
