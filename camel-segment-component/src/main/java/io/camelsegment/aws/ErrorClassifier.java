package io.camelsegment.aws;

import io.camelsegment.delivery.RecordResult;
import io.camelsegment.delivery.Verdict;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkServiceException;

/**
 * Maps AWS's error codes to verdicts. Both services share one table, since their codes agree. The HTTP status decides
 * about codes that are not listed; without a status, the record is sent again. Thread-safe.
 *
 * @see <a href="https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecords.html">PutRecords errors</a>
 * @see <a href="https://docs.aws.amazon.com/firehose/latest/APIReference/API_PutRecordBatch.html">PutRecordBatch
 *     errors</a>
 * @see <a href="https://docs.aws.amazon.com/kinesis/latest/APIReference/CommonErrors.html">Common errors</a>, read
 *     2026-11-21
 */
final class ErrorClassifier {

    private static final Map<String, Verdict> VERDICTS = Map.ofEntries(
            Map.entry("ProvisionedThroughputExceededException", Verdict.THROTTLED),
            Map.entry("KMSThrottlingException", Verdict.THROTTLED),
            Map.entry("LimitExceededException", Verdict.THROTTLED),
            Map.entry("ThrottlingException", Verdict.THROTTLED),
            Map.entry("Throttling", Verdict.THROTTLED),
            Map.entry("ServiceUnavailableException", Verdict.THROTTLED),
            Map.entry("ServiceUnavailable", Verdict.THROTTLED),
            Map.entry("InternalFailure", Verdict.RETRY),
            Map.entry("InternalFailureException", Verdict.RETRY),
            Map.entry("ExpiredToken", Verdict.RETRY),
            Map.entry("ExpiredTokenException", Verdict.RETRY),
            Map.entry("RequestExpired", Verdict.RETRY),
            Map.entry("InvalidSignatureException", Verdict.RETRY),
            Map.entry("InvalidArgumentException", Verdict.FAIL),
            Map.entry("ValidationException", Verdict.FAIL),
            Map.entry("ValidationError", Verdict.FAIL),
            Map.entry("SerializationException", Verdict.FAIL),
            Map.entry("ResourceNotFoundException", Verdict.PARK),
            Map.entry("AccessDeniedException", Verdict.PARK),
            Map.entry("AccessDenied", Verdict.PARK),
            Map.entry("UnrecognizedClientException", Verdict.PARK),
            Map.entry("InvalidClientTokenId", Verdict.PARK),
            Map.entry("OptInRequired", Verdict.PARK),
            Map.entry("KMSAccessDeniedException", Verdict.PARK),
            Map.entry("KMSDisabledException", Verdict.PARK),
            Map.entry("KMSInvalidStateException", Verdict.PARK),
            Map.entry("KMSNotFoundException", Verdict.PARK),
            Map.entry("KMSOptInRequired", Verdict.PARK),
            Map.entry("InvalidKMSResourceException", Verdict.PARK),
            Map.entry("InvalidSourceException", Verdict.PARK));

    private static final Set<String> ACTION_DENIED = Set.of("AccessDeniedException", "AccessDenied");

    private static final Set<String> STALE_CREDENTIALS =
            Set.of("ExpiredToken", "ExpiredTokenException", "UnrecognizedClientException", "InvalidClientTokenId");

    /** AWS's messages with these codes may repeat the request's headers, and so the session token. */
    private static final Set<String> BAD_SIGNATURE = Set.of("InvalidSignatureException", "SignatureDoesNotMatch");

    private static final String UNKNOWN_KEY =
            "the access key or its role was deleted, or belongs to another partition, or the region is not enabled in"
                    + " the account";

    private static final Map<String, String> HINTS = Map.of(
            "UnrecognizedClientException", UNKNOWN_KEY,
            "InvalidClientTokenId", UNKNOWN_KEY,
            "ResourceNotFoundException", "check the stream's name, the region, and the account of the credentials");

    private static final Pattern SHARD = Pattern.compile("shardId-\\d{12}");

    private static final int FORBIDDEN = 403;
    private static final int NOT_FOUND = 404;
    private static final int REQUEST_TIMEOUT = 408;
    private static final int TOO_MANY_REQUESTS = 429;

    private ErrorClassifier() {}

    /** Returns the result of one record from its error in a response. */
    static RecordResult record(String errorCode, String errorMessage) {
        Verdict verdict = VERDICTS.getOrDefault(errorCode, Verdict.RETRY);
        return verdict == Verdict.THROTTLED
                ? RecordResult.throttled(shard(errorMessage), errorCode, errorMessage)
                : RecordResult.failed(verdict, errorCode, errorMessage);
    }

    /** Finds the shard in Kinesis's message {@code Rate exceeded for shard shardId-000000000000 in stream ...}. */
    private static String shard(String errorMessage) {
        Matcher matcher = SHARD.matcher(errorMessage == null ? "" : errorMessage);
        return matcher.find() ? matcher.group() : null;
    }

    /**
     * Returns the result of each record of a call that failed as a whole. An error that fails a single record for good
     * splits a request of several.
     */
    static RecordResult call(Throwable error, int records) {
        RecordResult broken = RecordResult.ofError(error);
        if (broken != null) {
            return broken;
        }
        Throwable cause = cause(error);
        if (cause instanceof CredentialsException credentials) {
            Verdict verdict = credentials.isPassing() ? Verdict.RETRY : Verdict.PARK;
            return RecordResult.failed(verdict, credentials.getErrorCode(), credentials.getMessage());
        }
        if (cause instanceof SdkServiceException service) {
            String code = code(service);
            Verdict verdict = VERDICTS.getOrDefault(code, byStatus(service.statusCode()));
            Verdict ofCall = verdict == Verdict.FAIL && records > 1 ? Verdict.SPLIT : verdict;
            return RecordResult.failed(ofCall, code, withHint(code, message(service)));
        }
        return RecordResult.failed(Verdict.RETRY, cause.getClass().getSimpleName(), cause.getMessage());
    }

    private static String withHint(String code, String message) {
        String hint = HINTS.get(code);
        return hint == null ? message : message + "; " + hint;
    }

    /** Returns AWS's error code, or the status of a response without one. */
    static String code(SdkServiceException e) {
        AwsErrorDetails details = details(e);
        return details == null || details.errorCode() == null ? "HTTP " + e.statusCode() : details.errorCode();
    }

    /** Returns AWS's message, without anything that must not be logged. */
    static String message(SdkServiceException e) {
        if (BAD_SIGNATURE.contains(code(e))) {
            return "the signature does not match; check the secret key and this machine's clock";
        }
        AwsErrorDetails details = details(e);
        return details == null ? e.getMessage() : details.errorMessage();
    }

    private static AwsErrorDetails details(SdkServiceException e) {
        return e instanceof AwsServiceException aws ? aws.awsErrorDetails() : null;
    }

    /** Returns the failure of a call, without what a future wraps it in. */
    static Throwable cause(Throwable error) {
        return error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
    }

    /** Returns whether the service accepts the credentials but denies them the action. */
    static boolean deniesAction(RecordResult result) {
        return ACTION_DENIED.contains(result.errorCode());
    }

    /** Returns whether the service denies the caller this action; another action may be allowed. */
    static boolean isActionDenied(Throwable error) {
        return cause(error) instanceof AwsServiceException aws
                && aws.awsErrorDetails() != null
                && ACTION_DENIED.contains(String.valueOf(aws.awsErrorDetails().errorCode()));
    }

    private static Verdict byStatus(int status) {
        return switch (status) {
            case FORBIDDEN, NOT_FOUND -> Verdict.PARK;
            case TOO_MANY_REQUESTS -> Verdict.THROTTLED;
            case REQUEST_TIMEOUT -> Verdict.RETRY;
            default -> status >= 500 || status < 400 ? Verdict.RETRY : Verdict.FAIL;
        };
    }

    /** Returns whether the service no longer accepts the credentials: expired, or of a deleted role. */
    static boolean rejectsCredentials(RecordResult result) {
        return STALE_CREDENTIALS.contains(result.errorCode());
    }
}
