package io.camelsegment.aws;

import io.camelsegment.sink.SecretOptions;
import java.time.Duration;
import java.util.Set;
import java.util.function.Supplier;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.model.Credentials;

/**
 * Fetches credentials of a role from STS. Blocks, and throws a {@link CredentialsException} with STS's message and the
 * mend. Holds the secret ID, so {@code toString} names only the role. Thread-safe.
 */
public final class AssumeRole implements Supplier<AwsCredentials> {

    private static final Set<String> CALLER_EXPIRED = Set.of("ExpiredToken", "ExpiredTokenException", "RequestExpired");
    private static final Set<String> CALLER_UNKNOWN = Set.of(
            "InvalidClientTokenId",
            "UnrecognizedClientException",
            "SignatureDoesNotMatch",
            "InvalidSignatureException",
            "IncompleteSignature");

    private final StsClient sts;
    private final BackgroundCredentials caller;
    private final String roleAddress;
    private final String secretId;
    private final Supplier<String> sessionName;
    private final Duration sessionDuration;

    /**
     * Creates the source; calls nothing yet.
     *
     * @param sts             client for the region of the credentials; not closed
     * @param caller          the client's credentials
     * @param roleAddress     the role's ARN
     * @param secretId        the role's external ID; null if the role requires none
     * @param sessionName     supplies the session name shown in CloudTrail, 2 to 64 characters; asked at each call
     * @param sessionDuration lifetime of the credentials
     */
    public AssumeRole(
            StsClient sts,
            BackgroundCredentials caller,
            String roleAddress,
            String secretId,
            Supplier<String> sessionName,
            Duration sessionDuration) {
        this.sts = sts;
        this.caller = caller;
        this.roleAddress = roleAddress;
        this.secretId = secretId;
        this.sessionName = sessionName;
        this.sessionDuration = sessionDuration;
    }

    @Override
    public AwsCredentials get() {
        try {
            Credentials credentials = sts.assumeRole(request -> request.roleArn(roleAddress)
                            .externalId(secretId)
                            .roleSessionName(sessionName.get())
                            .durationSeconds((int) sessionDuration.toSeconds()))
                    .credentials();
            return AwsSessionCredentials.builder()
                    .accessKeyId(credentials.accessKeyId())
                    .secretAccessKey(credentials.secretAccessKey())
                    .sessionToken(credentials.sessionToken())
                    .expirationTime(credentials.expiration())
                    .build();
        } catch (AwsServiceException e) {
            throw refused(e);
        } catch (SdkException e) {
            throw failure(e.getClass().getSimpleName(), e.getMessage(), true, "");
        }
    }

    private CredentialsException refused(AwsServiceException e) {
        String code = ErrorClassifier.code(e);
        boolean expired = CALLER_EXPIRED.contains(code);
        if (expired) {
            caller.expire();
        } else if (CALLER_UNKNOWN.contains(code)) {
            caller.refresh();
        }
        boolean passing = expired || e.isThrottlingException() || e.statusCode() >= 500 || e.statusCode() < 400;
        return failure(code, ErrorClassifier.message(e), passing, passing ? "" : mend(code));
    }

    private static String mend(String code) {
        if (CALLER_UNKNOWN.contains(code)) {
            return "; AWS does not know the credentials used to assume the role: check them and that they belong to the"
                    + " role's partition";
        }
        return switch (code) {
            case "RegionDisabledException" -> "; enable the region in the account, or choose another";
            case "ValidationError" ->
                "; if it is about DurationSeconds, lower sessionDuration to the role's maximum, or to 1 hour where a"
                        + " role assumes the role";
            default ->
                "; the role's trust policy must allow this caller, with an sts:ExternalId that equals the secretId";
        };
    }

    /** Masks the secret ID, which a validation error of STS repeats. */
    private CredentialsException failure(String code, String said, boolean passing, String mend) {
        String message = "cannot assume role " + roleAddress + ": " + SecretOptions.mask(said, secretId) + mend;
        return new CredentialsException(code, message, passing);
    }

    /** Names only the role. */
    @Override
    public String toString() {
        return "AssumeRole[" + roleAddress + "]";
    }
}
