package io.camelsegment.app.setup;

import static io.camelsegment.app.setup.Check.Step.CLOCK;
import static io.camelsegment.app.setup.Check.Step.IDENTITY;

import java.time.Clock;
import java.util.Set;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.model.AssumeRoleResponse;

/**
 * The identity of the process in a region, before it assumes any role.
 *
 * @param identity what GetCallerIdentity came to
 * @param clock    how its answer's time compares
 * @param arn      the caller's ARN; null if it is not known
 * @param sts      the client that the identity was asked with; null if there are no credentials
 * @param provider the credentials; null if there are none
 * @param baseRole its identity in the base role, which then assumes the others; null if there is none, or it was not
 *     tried
 */
record BaseIdentity(
        Check identity,
        Check clock,
        String arn,
        StsClient sts,
        AwsCredentialsProvider provider,
        BaseIdentity baseRole) {

    /** Returns whether more can be asked with these credentials. */
    boolean isUsable() {
        return provider != null && identity.outcome() != Outcome.FAIL && !identity.passing();
    }

    /** Returns the number of the caller's account, or null. */
    String account() {
        return Arn.find(arn).map(Arn::account).orElse(null);
    }

    /** Asks in a region which principal has the credentials. Thread-safe. */
    static final class Examiner {

        /** AWS's error codes for credentials that it refuses in any call. */
        private static final Set<String> BAD_CREDENTIALS = Set.of(
                "AuthFailure",
                "ExpiredToken",
                "ExpiredTokenException",
                "IncompleteSignature",
                "InvalidAccessKeyId",
                "InvalidClientTokenId",
                "InvalidToken",
                "OptInRequired",
                "RegionDisabledException",
                "SignatureDoesNotMatch",
                "UnrecognizedClientException");

        private final AwsClients clients;
        private final RoleAssumer assumer;
        private final Clock clock;

        Examiner(AwsClients clients, RoleAssumer assumer, Clock clock) {
            this.clients = clients;
            this.assumer = assumer;
            this.clock = clock;
        }

        BaseIdentity examine(String region) {
            BaseIdentity base = examineBase(region);
            return assumer.roleAddress() == null || !base.isUsable()
                    ? base
                    : new BaseIdentity(
                            base.identity, base.clock, base.arn, base.sts, base.provider, inBaseRole(base, region));
        }

        private BaseIdentity inBaseRole(BaseIdentity base, String region) {
            try {
                AssumeRoleResponse session = RoleSession.Examiner.assume(
                        base.sts, assumer.roleAddress(), assumer.secretId(), assumer.sessionDuration());
                AwsCredentialsProvider provider = RoleSession.Examiner.credentials(session);
                String arn = session.assumedRoleUser().arn();
                return new BaseIdentity(
                        Check.pass(IDENTITY, base.identity.found() + ", then " + arn),
                        base.clock,
                        arn,
                        clients.sts(region, assumer.stsEndpoint(), provider),
                        provider,
                        null);
            } catch (SdkException e) {
                Check failed = RoleSession.Examiner.refused(
                        IDENTITY, new Said(e, assumer.secretId()), assumer.secretId() != null, base);
                return new BaseIdentity(failed, base.clock, base.arn, null, null, null);
            }
        }

        private BaseIdentity examineBase(String region) {
            AwsCredentialsProvider found;
            try {
                found = StaticCredentialsProvider.create(assumer.credentials().resolveCredentials());
            } catch (RuntimeException e) {
                Check none = Check.fail(
                        IDENTITY,
                        "there are no AWS credentials",
                        "give the process a role (IRSA, EKS Pod Identity, ECS task role, instance profile), or set"
                                + " AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE");
                return new BaseIdentity(none, Check.untried(CLOCK, IDENTITY), null, null, null, null);
            }
            ClockSkew skew = new ClockSkew(clock);
            StsClient sts = clients.sts(region, assumer.stsEndpoint(), found, skew);
            try {
                String arn = sts.getCallerIdentity().arn();
                return new BaseIdentity(Check.pass(IDENTITY, arn), skew.check(), arn, sts, found, null);
            } catch (SdkException e) {
                return new BaseIdentity(refused(new Said(e, null), region), skew.check(), null, sts, found, null);
            }
        }

        private static Check refused(Said said, String region) {
            if (said.isPassing()) {
                return Check.unanswered(IDENTITY, said);
            }
            if (said.code().equals("RegionDisabledException")) {
                return Check.fail(
                        IDENTITY, said.toString(), "activate STS for " + region + " in the account settings of IAM");
            }
            if (said.code().startsWith("ExpiredToken")) {
                return Check.fail(
                        IDENTITY, said.toString(), "renew the credentials and see that the process gets the new ones");
            }
            return BAD_CREDENTIALS.contains(said.code())
                    ? Check.fail(
                            IDENTITY,
                            said.toString(),
                            "give the process credentials that are valid in the partition of " + region)
                    : Check.unknown(
                            IDENTITY, said.toString(), "allow sts:GetCallerIdentity in the policy of the VPC endpoint");
        }
    }

    /** Prints no credentials. */
    @Override
    public String toString() {
        return "BaseIdentity[" + arn + "]";
    }
}
