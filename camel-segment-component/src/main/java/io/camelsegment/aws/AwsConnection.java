package io.camelsegment.aws;

import java.net.URI;
import software.amazon.awssdk.core.Protocol;

/**
 * How AWS is reached and as whom: two endpoints with equal connections share a client. Holds secrets, so it prints none.
 * Thread-safe.
 *
 * @param region                  such as {@code us-west-2}
 * @param endpointOverride        null for AWS's own endpoint of the region
 * @param trustAllCertificates    for endpoints with a certificate of their own
 * @param proxyProtocol           how the proxy is spoken to
 * @param proxyHost               null for no proxy
 * @param proxyPort               0 for no proxy
 * @param roleAddress             null to use the base credentials themselves
 * @param secretId                the role's external ID, null without one
 * @param accessKey               null unless keys are given
 * @param secretKey               null unless keys are given
 * @param sessionToken            null unless temporary keys are given
 * @param profileCredentialsName  null unless a profile is given
 */
public record AwsConnection(
        String region,
        URI endpointOverride,
        boolean trustAllCertificates,
        Protocol proxyProtocol,
        String proxyHost,
        int proxyPort,
        String roleAddress,
        String secretId,
        String accessKey,
        String secretKey,
        String sessionToken,
        String profileCredentialsName) {

    /** Returns all that decides which stream of a name is meant, and no secret; not for people. */
    String place() {
        return String.join(
                "\n",
                region,
                String.valueOf(endpointOverride),
                String.valueOf(roleAddress),
                String.valueOf(accessKey),
                String.valueOf(profileCredentialsName));
    }

    /** Names region, endpoint and role, and no secret. */
    @Override
    public String toString() {
        return "AwsConnection[region=" + region + ", endpointOverride=" + endpointOverride + ", roleAddress="
                + roleAddress + "]";
    }
}
