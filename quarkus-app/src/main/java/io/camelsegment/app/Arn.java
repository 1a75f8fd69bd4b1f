package io.camelsegment.app;

/**
 * The parts of an Amazon Resource Name that count here.
 *
 * @param partition such as {@code aws} or {@code aws-cn}
 * @param region    empty in IAM and STS
 * @param account   12 digits
 * @param resource  what follows the account
 */
record Arn(String partition, String region, String account, String resource) {

    /**
     * Takes an ARN apart.
     *
     * @throws IllegalArgumentException if it has not six parts
     */
    static Arn parse(String arn) {
        String[] parts = arn.split(":", 6);
        if (parts.length < 6) {
            throw new IllegalArgumentException("expected an ARN, such as arn:aws:iam::123456789012:role/name");
        }
        return new Arn(parts[1], parts[3], parts[4], parts[5]);
    }

    /** Returns the ARN that means the whole account in a trust policy. */
    String accountRoot() {
        return "arn:" + partition + ":iam::" + account + ":root";
    }

    /** Returns what follows the last slash: the name of a role, user or stream. */
    String name() {
        return resource.substring(resource.lastIndexOf('/') + 1);
    }
}
