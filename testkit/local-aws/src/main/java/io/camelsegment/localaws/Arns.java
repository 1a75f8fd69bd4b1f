package io.camelsegment.localaws;

/** Builds Amazon Resource Names, and takes them apart. */
final class Arns {
    /** Suffix of pseudo regions such as {@code aws-cn-global}, for which SDKs sign where a service has no regions. */
    private static final String GLOBAL = "-global";

    private Arns() {}

    /**
     * The partition of a region.
     *
     * @see <a href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html">Amazon Resource Names</a>
     */
    static String partition(String region) {
        if (region.endsWith(GLOBAL)) {
            return region.substring(0, region.length() - GLOBAL.length());
        }
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
        if (region.startsWith("eusc-")) {
            return "aws-eusc";
        }
        return "aws";
    }

    static String stream(String region, String accountId, String name) {
        return "arn:" + partition(region) + ":kinesis:" + region + ":" + accountId + ":stream/" + name;
    }

    static String deliveryStream(String region, String accountId, String name) {
        return "arn:" + partition(region) + ":firehose:" + region + ":" + accountId + ":deliverystream/" + name;
    }

    /**
     * A role's ARN.
     *
     * @param path begins and ends with a slash
     */
    static String role(String partition, String accountId, String path, String name) {
        return "arn:" + partition + ":iam::" + accountId + ":role" + path + name;
    }

    /** The ARN of a KMS key, given by its ARN or its ID. */
    static String key(String region, String accountId, String keyId) {
        return keyId.startsWith("arn:")
                ? keyId
                : "arn:" + partition(region) + ":kms:" + region + ":" + accountId + ":key/" + keyId;
    }

    /** The partition in an ARN; empty if the text is no ARN. */
    static String partitionOf(String arn) {
        return field(arn, 1);
    }

    /** The account in an ARN; empty if there is none. */
    static String accountOf(String arn) {
        return field(arn, 4);
    }

    private static String field(String arn, int index) {
        String[] fields = arn.split(":", 6);
        return fields.length == 6 ? fields[index] : "";
    }

    /** The part after the last slash: a role's or a stream's name. */
    static String name(String arn) {
        return arn.substring(arn.lastIndexOf('/') + 1);
    }
}
