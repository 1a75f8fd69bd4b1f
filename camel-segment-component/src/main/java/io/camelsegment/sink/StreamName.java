package io.camelsegment.sink;

/**
 * The display name of a stream, for logs, health checks and meters.
 *
 * @param service such as {@code kinesis}
 * @param region  place of the service: an AWS region, or a host
 * @param stream  the stream's name within the service
 */
public record StreamName(String service, String region, String stream) {

    @Override
    public String toString() {
        return service + " " + stream + " in " + region;
    }
}
