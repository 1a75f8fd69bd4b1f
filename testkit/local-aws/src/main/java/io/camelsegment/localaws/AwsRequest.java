package io.camelsegment.localaws;

import io.vertx.core.MultiMap;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * One call, parsed.
 *
 * @param id the request ID, repeated in the answer
 * @param service the service called
 * @param action the action, without the service: {@code PutRecords}
 * @param wire the body's format; null in the query protocol of STS and IAM, which answers in XML
 * @param signature the sender's; null when not signed
 * @param put the records of a put, else null
 * @param input the fields of any other call, else null
 * @param resource the name of the stream, delivery stream or role that the call is about, or null
 */
record AwsRequest(
        String id,
        Service service,
        String action,
        Wire wire,
        Signature signature,
        PutRequest put,
        Input input,
        String resource) {
    private static final String TARGET = "X-Amz-Target";

    /**
     * Reads a call.
     *
     * @param wire the body's format, from {@link #wire(MultiMap)}
     * @throws AwsException when the action is unknown or the body or the signature cannot be read
     */
    static AwsRequest read(String id, MultiMap headers, Wire wire, byte[] body, ActionNames actions) {
        Signature signature = Signature.read(headers);
        if (wire == null) {
            Input input = Input.readForm(body);
            Service service = Service.ofMarker(input.text("Version"));
            String action = input.text("Action");
            if (service == null || !service.speaksQuery() || !actions.contains(service, action)) {
                throw new AwsException(
                        "InvalidAction",
                        "Could not find operation " + action + " for version " + input.text("Version")
                                + "; local-aws has " + actions);
            }
            String resource = Stream.of("RoleName", "RoleArn", "PolicySourceArn")
                    .map(input::text)
                    .filter(Objects::nonNull)
                    .findFirst()
                    .map(Arns::name)
                    .orElse(null);
            return new AwsRequest(id, service, action, null, signature, null, input, resource);
        }
        String target = headers.get(TARGET);
        int dot = target.indexOf('.');
        Service service = Service.ofMarker(target.substring(0, Math.max(dot, 0)));
        String action = target.substring(dot + 1);
        if (service == null || service.speaksQuery() || !actions.contains(service, action)) {
            throw new AwsException("UnknownOperationException", target + " is unknown; local-aws has " + actions);
        }
        if (action.startsWith("Put")) {
            PutRequest put = PutRequest.read(wire, body);
            String resource = name(put.streamName(), put.streamArn());
            return new AwsRequest(id, service, action, wire, signature, put, null, resource);
        }
        Input input = Input.read(wire, body);
        String resource =
                switch (action) {
                    case "GetRecords" -> KinesisReader.streamName(input.text("ShardIterator"));
                    case "ListShards" -> KinesisService.listedStream(input);
                    default ->
                        service == Service.FIREHOSE
                                ? input.text("DeliveryStreamName")
                                : name(input.text("StreamName"), input.text("StreamARN"));
                };
        return new AwsRequest(id, service, action, wire, signature, null, input, resource);
    }

    /** The format of a request and of its answer: null for the query protocol, which answers in XML. */
    static Wire wire(MultiMap headers) {
        if (!headers.contains(TARGET)) {
            return null;
        }
        String contentType = headers.get("Content-Type");
        return contentType != null && contentType.startsWith(Wire.CBOR.contentType()) ? Wire.CBOR : Wire.JSON;
    }

    /** The action as IAM policies write it: {@code kinesis:PutRecords}. */
    String qualifiedAction() {
        return service.prefix() + ":" + action;
    }

    /** The region that the caller signed for; empty when not signed. */
    String region() {
        return signature == null ? "" : signature.region();
    }

    /**
     * The ARN of the call's resource, or {@code *}. A stream or role given by name belongs to the caller's account.
     */
    String resourceArn(Principal caller) {
        if (resource == null) {
            return "*";
        }
        return switch (service) {
            case KINESIS -> {
                String arn = put == null ? input.text("StreamARN") : put.streamArn();
                yield arn == null ? Arns.stream(region(), caller.accountId(), resource) : arn;
            }
            case FIREHOSE -> Arns.deliveryStream(region(), caller.accountId(), resource);
            case STS -> input.text("RoleArn");
            case IAM -> {
                String arn = input.text("PolicySourceArn");
                String path = input.text("Path") == null ? "/" : input.text("Path");
                yield arn == null ? Arns.role(caller.partition(), caller.accountId(), path, resource) : arn;
            }
        };
    }

    /** The number of records in the call. */
    int records() {
        return put == null || put.entries() == null ? 0 : put.entries().size();
    }

    private static String name(String name, String arn) {
        return name != null || arn == null ? name : Arns.name(arn);
    }
}
