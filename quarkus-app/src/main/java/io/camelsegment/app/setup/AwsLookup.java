package io.camelsegment.app.setup;

import java.net.URI;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkException;

/** Asks AWS what the settings do not say, with the default credentials. For one thread. */
final class AwsLookup implements AutoCloseable {

    private final DefaultCredentialsProvider credentials =
            DefaultCredentialsProvider.builder().build();
    private final AwsClients clients = new AwsClients();

    /** What AWS did not tell; the message says why, in a few words without a secret. */
    static final class UnknownException extends Exception {

        private static final long serialVersionUID = 1L;

        UnknownException(String message) {
            super(message);
        }
    }

    /**
     * Returns the principal that the credentials belong to: a user, a role (without its path when IAM may not be asked
     * for it) or an account's root.
     *
     * @param stsEndpoint where STS is asked; null for AWS's
     * @param iamEndpoint where IAM is asked; null for AWS's
     */
    String caller(String region, URI stsEndpoint, URI iamEndpoint) throws UnknownException {
        try {
            Arn principal = Arn.parse(clients.sts(region, stsEndpoint, credentials)
                            .getCallerIdentity()
                            .arn())
                    .principal();
            return principal.resource().startsWith("role/") ? withPath(principal, iamEndpoint) : principal.toString();
        } catch (SdkException e) {
            throw unknown(e);
        }
    }

    /** IAM refuses a trust policy that names a role without its path; those of the Identity Center have one. */
    private String withPath(Arn role, URI iamEndpoint) {
        try {
            return clients.iam(role.partition(), iamEndpoint, credentials)
                    .getRole(request -> request.roleName(role.name()))
                    .role()
                    .arn();
        } catch (SdkException e) {
            return role.toString();
        }
    }

    /**
     * Returns the ARN of the KMS key that writers of the stream need; empty when they need none.
     *
     * @param owner the principal that reaches the stream, in the caller's account
     */
    Optional<String> key(DestinationStream stream, Arn owner) throws UnknownException {
        try {
            Optional<KmsKey> key =
                    stream.service().check(stream, clients, credentials).key();
            return arn(key, stream.arn(owner.partition(), owner.account()));
        } catch (SdkException e) {
            throw unknown(e);
        }
    }

    /**
     * Returns the ARN of the key that a stream is encrypted with.
     *
     * @throws UnknownException if the service names it by an alias, which policies cannot name
     */
    static Optional<String> arn(Optional<KmsKey> key, Arn stream) throws UnknownException {
        Optional<String> arn = key.flatMap(known -> known.arn(stream));
        if (key.isPresent() && arn.isEmpty()) {
            throw new UnknownException("encrypted with " + key.get().name() + ", which policies cannot name");
        }
        return arn;
    }

    /** Without AWS's own words, which may repeat a session token. */
    private static UnknownException unknown(SdkException e) {
        return new UnknownException(
                String.valueOf(e.getMessage()).startsWith("Unable to load credentials")
                        ? "no AWS credentials"
                        : new Said(e, null).code());
    }

    @Override
    public void close() {
        clients.close();
        credentials.close();
    }
}
