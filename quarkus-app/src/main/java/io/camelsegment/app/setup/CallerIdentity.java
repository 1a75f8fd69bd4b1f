package io.camelsegment.app.setup;

import io.camelsegment.app.settings.Settings;

/**
 * The principal that the AWS credentials here belong to.
 *
 * @param arn     a user, a role or an account's root; null when AWS did not tell
 * @param unknown why it did not; null when it did
 */
record CallerIdentity(String arn, String unknown) {

    static CallerIdentity ask(AwsLookup aws, String region, Settings.Credentials credentials) {
        try {
            return new CallerIdentity(
                    aws.caller(region, credentials.stsEndpoint(), credentials.endpointOverride()), null);
        } catch (AwsLookup.UnknownException e) {
            return new CallerIdentity(null, e.getMessage());
        }
    }
}
