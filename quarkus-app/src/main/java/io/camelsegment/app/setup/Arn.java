package io.camelsegment.app.setup;

import java.util.Optional;

/**
 * An Amazon Resource Name.
 *
 * @param partition such as {@code aws} or {@code aws-cn}
 * @param service   such as {@code iam}
 * @param region    empty in IAM and STS
 * @param account   12 digits
 * @param resource  what follows the account
 */
record Arn(String partition, String service, String region, String account, String resource) {

    private static final int PARTS = 6;

    /**
     * Takes an ARN apart.
     *
     * @throws IllegalArgumentException if it has not six parts
     */
    static Arn parse(String arn) {
        return find(arn)
                .orElseThrow(() ->
                        new IllegalArgumentException("expected an ARN, such as arn:aws:iam::123456789012:role/name"));
    }

    /** Parses an ARN; empty if it is null or has not six parts. */
    static Optional<Arn> find(String arn) {
        String[] parts = arn == null ? new String[0] : arn.split(":", PARTS);
        return parts.length < PARTS
                ? Optional.empty()
                : Optional.of(new Arn(parts[1], parts[2], parts[3], parts[4], parts[5]));
    }

    /** Returns what follows the last slash: the name of a role, user or stream. */
    String name() {
        return resource.substring(resource.lastIndexOf('/') + 1);
    }

    /** Returns the ARN that means the whole account in a trust policy. */
    Arn accountRoot() {
        return iam("root");
    }

    /**
     * Returns the user or role that has the policies of this caller; empty for any other kind of caller. The ARN of a
     * role's session has the role's name and not its path.
     */
    Optional<Arn> policyOwner() {
        String[] path = resource.split("/", 3);
        return switch (path[0]) {
            case "user" -> Optional.of(this);
            case "assumed-role" -> Optional.of(iam("role/" + path[1]));
            default -> Optional.empty();
        };
    }

    /** Returns the principal that a trust policy must name to mean this caller. */
    Arn principal() {
        return policyOwner().orElse(accountRoot());
    }

    private Arn iam(String iamResource) {
        return new Arn(partition, "iam", "", account, iamResource);
    }

    @Override
    public String toString() {
        return String.join(":", "arn", partition, service, region, account, resource);
    }
}
