package io.camelsegment.aws;

/** Credentials could not be had. The message names the role and what STS said, never a secret; so there is no cause. */
public final class CredentialsException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String errorCode;
    private final boolean passing;

    /**
     * Makes one.
     *
     * @param errorCode as the service gave it, or the name of the exception
     * @param message   a whole sentence, free of secrets
     * @param passing   whether it may go away without an operator
     */
    public CredentialsException(String errorCode, String message, boolean passing) {
        super(message, null, false, false);
        this.errorCode = errorCode;
        this.passing = passing;
    }

    /** Returns the code as the service gave it, or the name of the exception. */
    public String getErrorCode() {
        return errorCode;
    }

    /** Returns whether it may go away without an operator: STS out of reach, and not a wrong secret ID. */
    public boolean isPassing() {
        return passing;
    }
}
