package io.camelsegment.aws;

/**
 * Credentials could not be obtained, or are not those that the options ask for. The message names the role and STS's
 * answer, never a secret; so there is no cause.
 */
public final class CredentialsException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String errorCode;
    private final boolean passing;

    /**
     * Creates the exception.
     *
     * @param errorCode the service's error code, or the name of an exception
     * @param message   a whole sentence without secrets
     * @param passing   whether the fault may pass without an operator
     */
    public CredentialsException(String errorCode, String message, boolean passing) {
        super(message, null, false, false);
        this.errorCode = errorCode;
        this.passing = passing;
    }

    /** Returns the service's error code, or the name of an exception. */
    public String getErrorCode() {
        return errorCode;
    }

    /** Returns whether the fault may pass without an operator: unlike a wrong secret ID, an unreachable STS may. */
    public boolean isPassing() {
        return passing;
    }
}
