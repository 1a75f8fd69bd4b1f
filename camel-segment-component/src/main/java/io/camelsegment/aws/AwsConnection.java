package io.camelsegment.aws;

import io.camelsegment.aws.client.Proxy;
import io.camelsegment.aws.client.ServiceEndpoint;
import java.net.URI;
import software.amazon.awssdk.core.Protocol;

/**
 * How AWS is reached, and with which credentials. Endpoints with equal connections share a client. Holds secrets, so
 * {@code toString} leaves them out. Thread-safe.
 *
 * @param region                  such as {@code us-west-2}
 * @param endpointOverride        null for AWS's own endpoint of the region
 * @param trustAllCertificates    for endpoints with a certificate of their own
 * @param proxyProtocol           protocol of the connection to the proxy
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

    /** Returns the proxy; null for none. */
    AwsProxy proxy() {
        return proxyHost == null ? null : new AwsProxy(proxyProtocol.toString(), proxyHost, proxyPort);
    }

    /**
     * Reads what decides about the endpoints of a service; blocks to read AWS's configuration files.
     *
     * @param service the service's name, such as {@code kinesis}
     */
    public ServiceEndpoint.Settings endpointSettings(String service) {
        return ServiceEndpoint.Settings.read(service, region, endpointOverride);
    }

    /** Returns the proxy on the way to an endpoint; null for the direct way. */
    public Proxy proxyTo(ServiceEndpoint endpoint) {
        return AwsProxy.to(endpoint, proxy());
    }

    /** Returns a key of everything that distinguishes streams of the same name, without secrets; not for display. */
    String place() {
        return String.join(
                "\n",
                region,
                String.valueOf(endpointOverride),
                String.valueOf(roleAddress),
                String.valueOf(accessKey),
                String.valueOf(profileCredentialsName));
    }

    /** Names region, endpoint and role; leaves secrets out. */
    @Override
    public String toString() {
        return "AwsConnection[region=" + region + ", endpointOverride=" + endpointOverride + ", roleAddress="
                + roleAddress + "]";
    }
}
