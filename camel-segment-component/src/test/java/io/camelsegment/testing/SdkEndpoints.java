package io.camelsegment.testing;

import io.camelsegment.aws.client.ServiceEndpoint;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsAsyncClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.utils.SdkAutoCloseable;

/** Where clients of the AWS SDK turn to, and for what they sign. */
public final class SdkEndpoints {

    private static final Pattern SCOPE = Pattern.compile("/\\d{8}/([^/]+)/([^/]+)/aws4_request");

    private SdkEndpoints() {}

    /**
     * Returns the endpoint that a call goes to, or what the SDK says of it instead.
     *
     * @param <C> the client
     */
    public static <B extends AwsAsyncClientBuilder<B, C> & AwsClientBuilder<B, C>, C extends SdkAutoCloseable>
            Object called(B builder, String region, Function<C, CompletableFuture<?>> call) {
        RefusingHttp http = new RefusingHttp();
        try (C client = builder.region(Region.of(region))
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("key", "secret")))
                .httpClient(http)
                .overrideConfiguration(config -> config.retryStrategy(DefaultRetryStrategy.doNotRetry()))
                .build()) {
            Throwable failure =
                    call.apply(client).handle((done, error) -> error).join();
            SdkHttpRequest request = http.last();
            if (request == null) {
                return failure.getCause().getMessage();
            }
            Matcher scope =
                    SCOPE.matcher(request.firstMatchingHeader("Authorization").orElse(""));
            if (!scope.find()) {
                throw new IllegalStateException("not signed");
            }
            return new ServiceEndpoint(
                    request.host(),
                    request.port(),
                    request.protocol().equals("https"),
                    request.encodedPath(),
                    scope.group(1),
                    scope.group(2));
        }
    }

    /** Returns an endpoint, or what the SDK's rules say of it instead. */
    public static Object found(Supplier<ServiceEndpoint> endpoint) {
        try {
            return endpoint.get();
        } catch (SdkClientException e) {
            return e.getMessage();
        }
    }
}
