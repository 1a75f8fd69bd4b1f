package io.camelsegment.app.routes;

import java.net.URI;
import java.util.Map;

/**
 * How a destination reaches AWS.
 *
 * @param region           such as {@code us-west-2}; null for the endpoint's default
 * @param roleAddress      the ARN of the role to assume; null to deliver with AWS's default credentials
 * @param secretId         the role's external ID, a secret; null without a role that asks for one
 * @param endpointOverride where all AWS calls go instead of AWS, for a LocalStack-like server; null for AWS
 * @param options          further options of the endpoints, by name
 */
public record AwsAccess(
        String region, String roleAddress, String secretId, URI endpointOverride, Map<String, String> options) {

    /** An access with the defaults of all further options. */
    public AwsAccess(String region, String roleAddress, String secretId, URI endpointOverride) {
        this(region, roleAddress, secretId, endpointOverride, Map.of());
    }

    /** Returns the same with all AWS calls going to another place; null for AWS. */
    public AwsAccess withEndpointOverride(URI other) {
        return new AwsAccess(region, roleAddress, secretId, other, options);
    }

    /** Names everything but the secret ID. */
    @Override
    public String toString() {
        return "AwsAccess[region=" + region + ", roleAddress=" + roleAddress + ", endpointOverride=" + endpointOverride
                + "]";
    }
}
