package io.camelsegment.app.setup;

import io.camelsegment.app.local.LocalMode;
import io.camelsegment.app.settings.Settings;
import java.net.URI;
import java.time.Duration;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;

/**
 * The principal that assumes the destinations' roles, and where it does.
 *
 * @param credentials     the base credentials, also for destinations without a role; null for AWS's default chain
 * @param roleAddress     a role that is assumed first and then assumes the others; null for none
 * @param secretId        that role's external ID, a secret; null without one
 * @param sessionDuration how long the sessions of roles are to last
 * @param stsEndpoint     where STS is; null for AWS
 * @param iamEndpoint     where IAM is; null for AWS
 */
public record RoleAssumer(
        AwsCredentialsProvider credentials,
        String roleAddress,
        String secretId,
        Duration sessionDuration,
        URI stsEndpoint,
        URI iamEndpoint) {

    /**
     * Returns the principal of the settings.
     *
     * @param baseCredentials null for AWS's default chain
     */
    public static RoleAssumer of(Settings.Credentials settings, AwsCredentialsProvider baseCredentials) {
        return new RoleAssumer(
                baseCredentials,
                settings.baseRoleAddress(),
                settings.baseSecretId(),
                settings.sessionDuration(),
                settings.stsEndpoint(),
                settings.endpointOverride());
    }

    /** Returns the principal of local mode, whose stand-in for AWS is at the endpoint. */
    public static RoleAssumer inLocalMode(URI endpoint) {
        return new RoleAssumer(
                LocalMode.CREDENTIALS, null, null, Settings.Credentials.DEFAULT.sessionDuration(), endpoint, endpoint);
    }

    RoleAssumer with(AwsCredentialsProvider found) {
        return new RoleAssumer(found, roleAddress, secretId, sessionDuration, stsEndpoint, iamEndpoint);
    }

    /** Prints no secret. */
    @Override
    public String toString() {
        return "RoleAssumer[" + roleAddress + "]";
    }
}
