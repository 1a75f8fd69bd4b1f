package io.camelsegment.localaws;

/** Builds Amazon Resource Names. */
final class Arns {
    private Arns() {}

    /**
     * The partition of a region.
     *
     * @see <a href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html">Amazon Resource Names</a>
     */
    static String partition(String region) {
        if (region.startsWith("cn-")) {
            return "aws-cn";
        }
        if (region.startsWith("us-gov-")) {
            return "aws-us-gov";
        }
        if (region.startsWith("us-iso-")) {
            return "aws-iso";
        }
        if (region.startsWith("us-isob-")) {
            return "aws-iso-b";
        }
        if (region.startsWith("eu-isoe-")) {
            return "aws-iso-e";
        }
        if (region.startsWith("us-isof-") || region.startsWith("eu-isof-")) {
            return "aws-iso-f";
        }
        return "aws";
    }

    static String stream(String region, String accountId, String name) {
        return "arn:" + partition(region) + ":kinesis:" + region + ":" + accountId + ":stream/" + name;
    }

    static String deliveryStream(String region, String accountId, String name) {
        return "arn:" + partition(region) + ":firehose:" + region + ":" + accountId + ":deliverystream/" + name;
    }

    /** The part after the last slash: a role's or a stream's name. */
    static String name(String arn) {
        return arn.substring(arn.lastIndexOf('/') + 1);
    }
}
