package io.camelsegment.app.setup;

import static io.camelsegment.app.setup.Check.Step.ASSUME_ROLE;
import static io.camelsegment.app.setup.Check.Step.EXTERNAL_ID;
import static io.camelsegment.app.setup.Check.Step.IDENTITY;

import java.time.Duration;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.model.AssumeRoleResponse;
import software.amazon.awssdk.services.sts.model.Credentials;

/**
 * The identity that delivers: a session of the role, or the base identity where there is none.
 *
 * @param assumed     what assuming the role with the secret ID came to
 * @param externalId  what assuming it without came to
 * @param credentials what a destination delivers with; null if there are none
 * @param access      with which rights
 * @param policyOwner the ARN of the role or user whose policies count, as far as it is known; else null
 * @param account     the number of the account in which a stream is found by its name; null if it is not known
 */
record RoleSession(
        Check assumed,
        Check externalId,
        AwsCredentialsProvider credentials,
        Access access,
        String policyOwner,
        String account) {

    /** Returns the step that gave no credentials. */
    Check.Step missingStep() {
        return assumed.outcome() == Outcome.PASS ? IDENTITY : ASSUME_ROLE;
    }

    /** Prints no credentials. */
    @Override
    public String toString() {
        return "RoleSession[" + access + "]";
    }

    /** Assumes roles as deliveries do, for sessions of its own. Thread-safe. */
    static final class Examiner {

        private static final String SESSION_NAME = "camel-segment-doctor";

        /** The shortest that AWS gives. */
        private static final Duration SHORTEST_SESSION = Duration.ofMinutes(15);

        private final Duration sessionDuration;

        /**
         * @param sessionDuration how long sessions are to last, which the role must allow
         */
        Examiner(Duration sessionDuration) {
            this.sessionDuration = sessionDuration;
        }

        RoleSession examine(Access access, BaseIdentity base) {
            if (access.roleAddress() == null) {
                return withoutRole(access, base);
            }
            String account = account(access.roleAddress());
            if (!base.isUsable()) {
                return new RoleSession(
                        Check.untried(ASSUME_ROLE, IDENTITY),
                        Check.untried(EXTERNAL_ID, IDENTITY),
                        null,
                        access,
                        access.roleAddress(),
                        account);
            }
            try {
                AssumeRoleResponse session =
                        assume(base.sts(), access.roleAddress(), access.secretId(), sessionDuration);
                return new RoleSession(
                        Check.pass(
                                ASSUME_ROLE,
                                "assumed with " + (access.secretId() == null ? "no" : "the") + " secret ID"),
                        anyone(access, base),
                        credentials(session),
                        access,
                        access.roleAddress(),
                        account);
            } catch (SdkException e) {
                return new RoleSession(
                        refused(ASSUME_ROLE, new Said(e, access.secretId()), access.secretId() != null, base),
                        Check.untried(EXTERNAL_ID, ASSUME_ROLE),
                        null,
                        access,
                        access.roleAddress(),
                        account);
            }
        }

        static Check refused(Check.Step step, Said said, boolean withSecretId, BaseIdentity base) {
            if (said.isPassing()) {
                return Check.unanswered(step, said);
            }
            // Not the session, which is another one for deliveries.
            String owner = policyOwner(base.arn());
            String caller = owner != null ? owner : base.arn() != null ? base.arn() : "this caller";
            return Check.fail(
                    step,
                    said.toString(),
                    said.isDenial()
                            ? "see that the role exists, that its trust policy allows sts:AssumeRole to " + caller
                                    + (withSecretId
                                            ? ", and that its sts:ExternalId equals the secret ID"
                                            : " and asks for no sts:ExternalId")
                                    + "; across accounts that caller's own policy must allow it too"
                            : "correct what AWS complains of");
        }

        /** Nobody may use the role without the secret ID. */
        private static Check anyone(Access access, BaseIdentity base) {
            if (access.secretId() == null) {
                return account(access.roleAddress()).equals(base.account())
                        ? Check.pass(
                                EXTERNAL_ID, "no secret ID is configured, and the role is of the caller's own account")
                        : Check.warn(
                                EXTERNAL_ID,
                                "no secret ID is configured, though the role is of another account",
                                "have its trust policy ask for an sts:ExternalId, and set it as secret-id");
            }
            try {
                assume(base.sts(), access.roleAddress(), null, SHORTEST_SESSION);
                return Check.warn(
                        EXTERNAL_ID,
                        "the role can be assumed without the secret ID too (confused deputy)",
                        "have its trust policy ask for the secret ID:"
                                + " \"Condition\": {\"StringEquals\": {\"sts:ExternalId\": ...}}");
            } catch (SdkException e) {
                Said said = new Said(e, access.secretId());
                if (said.isDenial()) {
                    return Check.pass(EXTERNAL_ID, "refused without the secret ID");
                }
                return said.isPassing()
                        ? Check.unanswered(EXTERNAL_ID, said.toString())
                        : Check.unknown(EXTERNAL_ID, said.toString(), null);
            }
        }

        static AssumeRoleResponse assume(StsClient sts, String roleAddress, String secretId, Duration duration) {
            return sts.assumeRole(request -> request.roleArn(roleAddress)
                    .externalId(secretId)
                    .roleSessionName(SESSION_NAME)
                    .durationSeconds((int) duration.toSeconds()));
        }

        static AwsCredentialsProvider credentials(AssumeRoleResponse session) {
            Credentials keys = session.credentials();
            return StaticCredentialsProvider.create(
                    AwsSessionCredentials.create(keys.accessKeyId(), keys.secretAccessKey(), keys.sessionToken()));
        }

        private static RoleSession withoutRole(Access access, BaseIdentity base) {
            return new RoleSession(
                    Check.pass(ASSUME_ROLE, "not needed: no role address is configured"),
                    Check.pass(EXTERNAL_ID, "not needed: no role address is configured"),
                    base.isUsable() ? base.provider() : null,
                    access,
                    policyOwner(base.arn()),
                    base.account());
        }

        private static String account(String roleAddress) {
            return Arn.parse(roleAddress).account();
        }

        /** Returns the ARN of the user or role whose policies IAM is to be asked about; null if it is not known. */
        private static String policyOwner(String caller) {
            return Arn.find(caller).flatMap(Arn::policyOwner).map(Arn::toString).orElse(null);
        }
    }
}
