package io.camelsegment.aws;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import software.amazon.awssdk.regions.PartitionMetadata;
import software.amazon.awssdk.regions.Region;

/**
 * The ARN of a Kinesis data stream or of a Firehose delivery stream, in any partition. Immutable.
 *
 * @param partition such as {@code aws} or {@code aws-cn}
 * @param service   {@code kinesis} or {@code firehose}
 * @param account   12 digits
 * @param name      the stream's name
 * @see <a href="https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonkinesisdatastreams.html">
 *     Resource types of Kinesis Data Streams</a>, read 2026-11-30
 */
public record StreamArn(String partition, String service, String region, String account, String name) {

    private static final String PREFIX = "arn:";

    private static final Map<String, String> RESOURCES = Map.of("kinesis", "stream", "firehose", "deliverystream");

    private static final Pattern ARN = Pattern.compile("arn:(aws(?:-[a-z]+)*):(" + String.join("|", RESOURCES.keySet())
            + "):(" + AwsNames.REGION + "):([0-9]{12}):([a-z]+)/([\\w.-]{1,128})");
    private static final int PARTITION = 1;
    private static final int SERVICE = 2;
    private static final int REGION = 3;
    /** Behind the region, whose pattern has a group. */
    private static final int ACCOUNT = 5;

    private static final int RESOURCE = 6;
    private static final int NAME = 7;

    /** Returns whether a text is, or is meant to be, an ARN. Names of streams have no colon. */
    public static boolean isArn(String stream) {
        return stream.startsWith(PREFIX);
    }

    /** Takes an ARN apart; empty for a name, and for an ARN that is no stream's. */
    public static Optional<StreamArn> find(String stream) {
        Matcher matcher = ARN.matcher(stream);
        return matcher.matches() && matcher.group(RESOURCE).equals(RESOURCES.get(matcher.group(SERVICE)))
                ? Optional.of(new StreamArn(
                        matcher.group(PARTITION),
                        matcher.group(SERVICE),
                        matcher.group(REGION),
                        matcher.group(ACCOUNT),
                        matcher.group(NAME)))
                : Optional.empty();
    }

    /** Returns the name of a stream that is given by its name or its ARN. */
    public static String name(String stream) {
        return find(stream).map(StreamArn::name).orElse(stream);
    }

    /** Returns the ARN of an example stream, for messages. */
    public static StreamArn example(String service) {
        return new StreamArn("aws", service, SegmentCredentials.DEFAULT_REGION, "123456789012", "events");
    }

    /**
     * Returns whether the region is one of the partition. Regions that the SDK does not know count as of {@code aws}.
     */
    public boolean isOfPartition() {
        return PartitionMetadata.of(Region.of(region)).id().equals(partition);
    }

    @Override
    public String toString() {
        return String.join(":", "arn", partition, service, region, account, RESOURCES.get(service) + "/" + name);
    }
}
