package io.camelsegment.localaws;

import java.time.Instant;

/** An IAM role that can be assumed. Its external IDs are secrets and are not shown. Immutable. */
public final class Role {
    private final String arn;
    private final String id;
    private final Instant created;
    private final TrustPolicy trustPolicy;

    Role(String arn, String id, Instant created, TrustPolicy trustPolicy) {
        this.arn = arn;
        this.id = id;
        this.created = created;
        this.trustPolicy = trustPolicy;
    }

    public String arn() {
        return arn;
    }

    public String name() {
        return Arns.name(arn);
    }

    /** The unique ID that begins with AROA. */
    String id() {
        return id;
    }

    Instant created() {
        return created;
    }

    TrustPolicy trustPolicy() {
        return trustPolicy;
    }

    /** The ARN of a session of this role. */
    String sessionArn(String sessionName) {
        return arn.replace(":iam::", ":sts::").replaceFirst(":role/.*", ":assumed-role/" + name() + "/" + sessionName);
    }

    @Override
    public String toString() {
        return "Role[" + arn + "]";
    }
}
