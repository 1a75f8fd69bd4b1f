package io.camelsegment.aws;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.scheme.AwsV4AuthScheme;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.AsyncSignRequest;
import software.amazon.awssdk.http.auth.spi.signer.AsyncSignedRequest;
import software.amazon.awssdk.http.auth.spi.signer.SignRequest;
import software.amazon.awssdk.http.auth.spi.signer.SignedRequest;
import software.amazon.awssdk.http.auth.spi.signer.SignerProperty;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.IdentityProvider;
import software.amazon.awssdk.identity.spi.IdentityProviders;

/**
 * Signs as the SDK does, without copying the body of a {@link BatchCall}: the SDK's signer of asynchronous requests
 * copies a body to hash it, its signer of synchronous requests does not. Thread-safe.
 */
final class BatchCallAuthScheme implements AwsV4AuthScheme {

    private final AwsV4HttpSigner signer = new Signer();

    @Override
    public String schemeId() {
        return SCHEME_ID;
    }

    @Override
    public IdentityProvider<AwsCredentialsIdentity> identityProvider(IdentityProviders providers) {
        return providers.identityProvider(AwsCredentialsIdentity.class);
    }

    @Override
    public AwsV4HttpSigner signer() {
        return signer;
    }

    private static final class Signer implements AwsV4HttpSigner {

        private final AwsV4HttpSigner sdk = AwsV4HttpSigner.create();

        @Override
        public SignedRequest sign(SignRequest<? extends AwsCredentialsIdentity> request) {
            return sdk.sign(request);
        }

        @Override
        public CompletableFuture<AsyncSignedRequest> signAsync(
                AsyncSignRequest<? extends AwsCredentialsIdentity> request) {
            if (!(request.payload().orElse(null) instanceof BatchBody body)) {
                return sdk.signAsync(request);
            }
            try {
                // Signing changes only chunked bodies, and batches are not chunked.
                SignedRequest signed = sdk.sign(new Synchronous<>(request, body::newInputStream));
                return CompletableFuture.completedFuture(AsyncSignedRequest.builder()
                        .request(signed.request())
                        .payload(body)
                        .build());
            } catch (RuntimeException e) {
                return CompletableFuture.failedFuture(e);
            }
        }
    }

    /** The asynchronous request as a synchronous one, with its body as a stream. */
    private record Synchronous<I extends AwsCredentialsIdentity>(
            AsyncSignRequest<I> asynchronous, ContentStreamProvider body) implements SignRequest<I> {

        @Override
        public SdkHttpRequest request() {
            return asynchronous.request();
        }

        @Override
        public Optional<ContentStreamProvider> payload() {
            return Optional.of(body);
        }

        @Override
        public I identity() {
            return asynchronous.identity();
        }

        @Override
        public <T> T property(SignerProperty<T> property) {
            return asynchronous.property(property);
        }

        @Override
        public Builder<I> toBuilder() {
            throw new UnsupportedOperationException("the properties of a request cannot be listed");
        }
    }
}
