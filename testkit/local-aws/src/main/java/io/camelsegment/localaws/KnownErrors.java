package io.camelsegment.localaws;

/** AWS's statuses and messages of error codes, for faults. */
final class KnownErrors {
    private static final String KMS_KEY = "key/00000000-0000-0000-0000-000000000000";

    private KnownErrors() {}

    /** An error of the code; an unknown code gets status 400 and a message of its own. */
    static AwsException of(String code, AwsRequest request, Principal caller, Account account) {
        String action = request.qualifiedAction();
        return switch (code) {
            case "InternalFailure", "InternalFailureException" -> internalFailure(code);
            case "ServiceUnavailableException", "ServiceUnavailable" ->
                new AwsException(
                        503, code, request.service() == Service.FIREHOSE ? "Slow down." : "Service is unavailable.");
            case "ThrottlingException", "Throttling", "LimitExceededException" ->
                new AwsException(code, "Rate exceeded");
            case "ProvisionedThroughputExceededException" ->
                new AwsException(code, "Rate exceeded for stream " + request.resource() + ".");
            case "ResourceNotFoundException" ->
                AwsException.notFound((request.service() == Service.FIREHOSE ? "Firehose " : "Stream ")
                        + request.resource() + " under account " + account.id() + " not found.");
            case "ExpiredTokenException" ->
                new AwsException(code, "The security token included in the request is expired");
            case "UnrecognizedClientException" ->
                new AwsException(code, "The security token included in the request is invalid.");
            case "InvalidSignatureException", "SignatureDoesNotMatch" ->
                new AwsException(
                        request.service().speaksQuery() ? 403 : 400,
                        code,
                        "The request signature we calculated does not match the signature you provided. Check your AWS "
                                + "Secret Access Key and signing method. Consult the service documentation for "
                                + "details.");
            case "RequestTimeTooSkewed" ->
                new AwsException(
                        403, code, "The difference between the request time and the current time is too large.");
            case "AccessDeniedException", "AccessDenied" ->
                new AwsException(
                        request.service().speaksQuery() ? 403 : 400,
                        code,
                        Permissions.denial(caller, action, request.resourceArn(caller), Decision.IMPLICIT_DENY));
            case "KMSAccessDeniedException" ->
                new AwsException(
                        code,
                        Permissions.denial(
                                caller, "kms:GenerateDataKey", kmsKey(request, account), Decision.IMPLICIT_DENY));
            case "KMSDisabledException" -> new AwsException(code, kmsKey(request, account) + " is disabled.");
            case "KMSInvalidStateException" ->
                new AwsException(code, kmsKey(request, account) + " is pending deletion.");
            case "KMSNotFoundException" ->
                new AwsException(code, "Key '" + kmsKey(request, account) + "' does not exist");
            case "KMSOptInRequired" ->
                new AwsException(code, "The AWS access key ID needs a subscription for AWS KMS.");
            case "KMSThrottlingException" -> new AwsException(code, "Rate exceeded");
            case "InvalidKMSResourceException" ->
                new AwsException(
                        code,
                        "Firehose cannot use " + kmsKey(request, account)
                                + ": it may be disabled, or its grant revoked.");
            default -> new AwsException(code, "Injected " + code + ".");
        };
    }

    static AwsException internalFailure(String code) {
        return new AwsException(500, code, "Internal service failure.");
    }

    private static String kmsKey(AwsRequest request, Account account) {
        return "arn:" + Arns.partition(request.region()) + ":kms:" + request.region() + ":" + account.id() + ":"
                + KMS_KEY;
    }
}
