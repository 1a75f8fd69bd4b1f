package io.camelsegment.app.doctor;

import java.net.URI;
import java.time.Duration;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;

/**
 * Who assumes the roles, and where.
 *
 * @param credentials      the base credentials, also for destinations without a role; null for AWS's default chain
 * @param roleAddress      a role that is assumed first and then assumes the others; null for none
 * @param secretId         that role's external ID, a secret; null without one
 * @param sessionDuration  how long the sessions of roles are to last
 * @param stsEndpoint      where STS is; null for AWS
 * @param iamEndpoint      where IAM is; null for AWS
 */
public record Caller(
        AwsCredentialsProvider credentials,
        String roleAddress,
        String secretId,
        Duration sessionDuration,
        URI stsEndpoint,
        URI iamEndpoint) {

    Caller with(AwsCredentialsProvider found) {
        return new Caller(found, roleAddress, secretId, sessionDuration, stsEndpoint, iamEndpoint);
    }

    /** Prints no secret. */
    @Override
    public String toString() {
        return "Caller[" + roleAddress + "]";
    }
}
