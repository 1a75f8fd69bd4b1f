package io.camelsegment.localaws;

/** An error answer of an AWS service: HTTP status, error code and message. It has no stack trace. */
final class AwsException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String code;

    AwsException(int status, String code, String message) {
        super(message, null, false, false);
        this.status = status;
        this.code = code;
    }

    /** A client error: status 400. */
    AwsException(String code, String message) {
        this(400, code, message);
    }

    static AwsException validation(String message) {
        return new AwsException("ValidationException", message);
    }

    static AwsException invalidArgument(String message) {
        return new AwsException("InvalidArgumentException", message);
    }

    static AwsException notFound(String message) {
        return new AwsException("ResourceNotFoundException", message);
    }

    static AwsException serialization(String message) {
        return new AwsException("SerializationException", message);
    }

    int status() {
        return status;
    }

    String code() {
        return code;
    }
}
