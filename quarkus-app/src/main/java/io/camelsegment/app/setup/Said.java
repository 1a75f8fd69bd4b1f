package io.camelsegment.app.setup;

import io.camelsegment.sink.SecretOptions;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;

/** What AWS, or the SDK in its place, said about a call: on one line, and without secrets. */
public final class Said {

    private static final int LONGEST = 300;

    private final SdkException exception;
    private final String secretId;

    /**
     * @param secretId the external ID of the call, which a validation error repeats; null if it had none
     */
    public Said(SdkException exception, String secretId) {
        this.exception = exception;
        this.secretId = secretId;
    }

    /** Returns AWS's error code, or the name of the exception when there was no answer of AWS. */
    String code() {
        return exception instanceof AwsServiceException service
                        && service.awsErrorDetails() != null
                        && service.awsErrorDetails().errorCode() != null
                ? service.awsErrorDetails().errorCode()
                : exception.getClass().getSimpleName();
    }

    /** Returns whether AWS does not let the caller do this; the query protocol calls it AccessDenied. */
    boolean isDenial() {
        return code().startsWith("AccessDenied");
    }

    /** Returns whether there was no answer that says anything about the call: AWS out of reach, busy or broken. */
    boolean isPassing() {
        return !(exception instanceof AwsServiceException service)
                || service.statusCode() >= 500
                || service.statusCode() < 400
                || service.isThrottlingException();
    }

    /** Returns whether nobody answered, so that the next call to the same place is in vain. */
    boolean isSilence() {
        return !(exception instanceof AwsServiceException);
    }

    @Override
    public String toString() {
        String code = code();
        // A rejected signature is explained with the request's headers, the session token among them.
        if (code.contains("Signature")) {
            return code;
        }
        String message = exception instanceof AwsServiceException service && service.awsErrorDetails() != null
                ? service.awsErrorDetails().errorMessage()
                : exception.getMessage();
        String line = String.valueOf(message).strip().lines().findFirst().orElse("");
        line = SecretOptions.mask(line, secretId);
        return code + ": " + (line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "...");
    }
}
