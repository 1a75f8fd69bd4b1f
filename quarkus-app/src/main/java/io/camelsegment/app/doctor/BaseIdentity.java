package io.camelsegment.app.doctor;

import static io.camelsegment.app.doctor.Check.Step.CLOCK;
import static io.camelsegment.app.doctor.Check.Step.IDENTITY;

import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.Set;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.model.AssumeRoleResponse;

/**
 * Who the process is in a region, before it assumes any role.
 *
 * @param identity what GetCallerIdentity came to
 * @param clock    how its answer's time compares
 * @param arn      the caller's ARN; null if it is not known
 * @param sts      the client that the identity was asked with; null if there are no credentials
 * @param provider the credentials; null if there are none
 * @param baseRole who it is in the base role, which then assumes the others; null if there is none, or it was not tried
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
        return arn == null ? null : Arns.account(arn);
    }

    /** Asks once for all regions who has the credentials. Thread-safe. */
    static final class Examiner {

        /**
         * How far AWS lets the time of a signature be from its own.
         *
         * @see <a href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html">AWS Signature Version 4</a>, read
         *     2026-11-22
         */
        private static final Duration MOST_SKEW = Duration.ofMinutes(5);

        private static final Duration MUCH_SKEW = Duration.ofMinutes(1);

        /** What AWS says of keys that it does not take from anyone, whatever the call. */
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
        private final Caller caller;
        private final Clock clock;

        Examiner(AwsClients clients, Caller caller, Clock clock) {
            this.clients = clients;
            this.caller = caller;
            this.clock = clock;
        }

        BaseIdentity examine(String region) {
            BaseIdentity base = examineBase(region);
            return caller.roleAddress() == null || !base.isUsable()
                    ? base
                    : new BaseIdentity(
                            base.identity, base.clock, base.arn, base.sts, base.provider, inBaseRole(base, region));
        }

        private BaseIdentity inBaseRole(BaseIdentity base, String region) {
            try {
                AssumeRoleResponse session = RoleSession.Examiner.assume(
                        base.sts, caller.roleAddress(), caller.secretId(), caller.sessionDuration());
                AwsCredentialsProvider provider = RoleSession.Examiner.credentials(session);
                String arn = session.assumedRoleUser().arn();
                return new BaseIdentity(
                        Check.pass(IDENTITY, base.identity.found() + ", then " + arn),
                        base.clock,
                        arn,
                        clients.sts(region, provider, new Skew(clock)),
                        provider,
                        null);
            } catch (SdkException e) {
                Check failed = RoleSession.Examiner.refused(
                        IDENTITY, new Said(e, caller.secretId()), caller.secretId() != null, base);
                return new BaseIdentity(failed, base.clock, base.arn, null, null, null);
            }
        }

        private BaseIdentity examineBase(String region) {
            AwsCredentialsProvider found;
            try {
                found = StaticCredentialsProvider.create(caller.credentials().resolveCredentials());
            } catch (RuntimeException e) {
                Check none = Check.fail(
                        IDENTITY,
                        "there are no AWS credentials",
                        "give the process a role (IRSA, EKS Pod Identity, ECS task role, instance profile), or set"
                                + " AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE");
                return new BaseIdentity(none, Check.untried(CLOCK, IDENTITY), null, null, null, null);
            }
            Skew skew = new Skew(clock);
            StsClient sts = clients.sts(region, found, skew);
            try {
                String arn = sts.getCallerIdentity().arn();
                return new BaseIdentity(Check.pass(IDENTITY, arn), skew.check(), arn, sts, found, null);
            } catch (SdkException e) {
                return new BaseIdentity(refused(new Said(e, null), region), skew.check(), null, sts, found, null);
            }
        }

        private static Check refused(Said said, String region) {
            if (said.isPassing()) {
                return Check.unanswered(IDENTITY, said.toString());
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

        /** Keeps how far the clock is from the time of the last answer. */
        private static final class Skew implements ExecutionInterceptor {

            private final Clock clock;
            private volatile Duration ahead;

            Skew(Clock clock) {
                this.clock = clock;
            }

            /** Called for each answer, also for those that the SDK repeats a request after. */
            @Override
            public void afterTransmission(Context.AfterTransmission context, ExecutionAttributes attributes) {
                Optional<String> date = context.httpResponse().firstMatchingHeader("Date");
                if (date.isPresent() && ahead == null) {
                    try {
                        Instant theirs = DateTimeFormatter.RFC_1123_DATE_TIME.parse(date.get(), Instant::from);
                        ahead = Duration.between(theirs, clock.instant());
                    } catch (DateTimeException e) {
                        ahead = null;
                    }
                }
            }

            Check check() {
                Duration skew = ahead;
                if (skew == null) {
                    return Check.unanswered(CLOCK, "AWS told no time");
                }
                String mend = "let the host take its time from NTP, such as chrony with 169.254.169.123 in AWS";
                String found = "the clock is " + skew.abs().toSeconds() + " s "
                        + (skew.isNegative() ? "behind" : "ahead of") + " AWS";
                if (skew.abs().compareTo(MOST_SKEW) > 0) {
                    return Check.fail(CLOCK, found + ", and AWS refuses what is signed more than 300 s off", mend);
                }
                return skew.abs().compareTo(MUCH_SKEW) > 0
                        ? Check.warn(CLOCK, found + "; from 300 s AWS refuses", mend)
                        : Check.pass(CLOCK, found);
            }
        }
    }

    /** Prints no credentials. */
    @Override
    public String toString() {
        return "BaseIdentity[" + arn + "]";
    }
}
