package io.camelsegment.app.setup;

import io.camelsegment.app.routes.AwsAccess;

/**
 * The rights that destinations with the same role share in a region.
 *
 * @param roleAddress null for the base credentials
 * @param secretId    the role's external ID, a secret; null without one
 */
record Access(String region, String roleAddress, String secretId) {

    static Access of(AwsAccess aws) {
        return new Access(aws.region(), aws.roleAddress(), aws.secretId());
    }

    /** Names everything but the secret ID. */
    @Override
    public String toString() {
        return "Access[" + region + ", " + roleAddress + "]";
    }
}
