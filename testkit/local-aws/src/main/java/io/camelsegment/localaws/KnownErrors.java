package io.camelsegment.localaws;

/** The statuses and messages that AWS gives with the error codes that a fault can name. */
final class KnownErrors {
    private KnownErrors() {}

    /** An error of the code; an unknown code gets status 400 and a message of its own. */
    static AwsException of(String code, AwsRequest request) {
        String action = request.qualifiedAction();
        return switch (code) {
            case "InternalFailure", "InternalFailureException" ->
                new AwsException(500, code, "Internal service failure.");
            case "ServiceUnavailableException", "ServiceUnavailable" ->
                new AwsException(
                        503, code, request.service() == Service.FIREHOSE ? "Slow down." : "Service is unavailable.");
            case "ThrottlingException", "Throttling", "LimitExceededException" ->
                new AwsException(code, "Rate exceeded");
            case "ProvisionedThroughputExceededException" ->
                new AwsException(code, "Rate exceeded for stream " + request.resource() + ".");
            case "ExpiredTokenException" ->
                new AwsException(code, "The security token included in the request is expired");
            case "UnrecognizedClientException" ->
                new AwsException(code, "The security token included in the request is invalid.");
            case "AccessDeniedException", "AccessDenied" ->
                new AwsException(
                        request.service().speaksQuery() ? 403 : 400,
                        code,
                        "User is not authorized to perform: " + action + " because no identity-based policy allows the "
                                + action + " action");
            default -> new AwsException(code, "Injected " + code + ".");
        };
    }
}
