package io.camelsegment.aws.client;

import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import software.amazon.awssdk.awscore.endpoint.AwsClientEndpointProvider;
import software.amazon.awssdk.awscore.endpoint.DualstackEnabledProvider;
import software.amazon.awssdk.awscore.endpoint.FipsEnabledProvider;
import software.amazon.awssdk.awscore.endpoints.AwsEndpointAttribute;
import software.amazon.awssdk.awscore.endpoints.authscheme.EndpointAuthScheme;
import software.amazon.awssdk.awscore.endpoints.authscheme.SigV4AuthScheme;
import software.amazon.awssdk.endpoints.Endpoint;
import software.amazon.awssdk.profiles.ProfileFile;
import software.amazon.awssdk.profiles.ProfileFileSystemSetting;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.utils.CompletableFutureUtils;
import software.amazon.awssdk.utils.http.SdkHttpUtils;

/**
 * Where the calls to a stream go, and for what they are signed. Thread-safe.
 *
 * @param host          the host's name or address
 * @param port          1 to 65535
 * @param isTls         whether the connection is encrypted
 * @param path          as the request line has it, such as {@code /}
 * @param signingRegion the region in the signature
 * @param signingName   the service in the signature
 */
public record ServiceEndpoint(
        String host, int port, boolean isTls, String path, String signingRegion, String signingName) {

    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;

    /**
     * Returns an endpoint that the AWS SDK's rules have found.
     *
     * @param found    the answer of the service's {@code EndpointProvider}, which is there at once
     * @param settings the settings given to the provider
     * @param name     the service's name in signatures, unless the rules name another
     * @throws software.amazon.awssdk.core.exception.SdkClientException if the rules find none
     */
    public static ServiceEndpoint of(CompletableFuture<Endpoint> found, Settings settings, String name) {
        Endpoint endpoint = CompletableFutureUtils.joinLikeSync(found);
        URI uri = endpoint.url();
        boolean isTls = "https".equalsIgnoreCase(uri.getScheme());
        int defaultPort = isTls ? HTTPS_PORT : HTTP_PORT;
        SigV4AuthScheme scheme = scheme(endpoint.attribute(AwsEndpointAttribute.AUTH_SCHEMES));
        return new ServiceEndpoint(
                uri.getHost(),
                uri.getPort() < 0 ? defaultPort : uri.getPort(),
                isTls,
                SdkHttpUtils.appendUri(uri.getRawPath() == null ? "" : uri.getRawPath(), "/"),
                scheme == null || scheme.signingRegion() == null ? settings.region() : scheme.signingRegion(),
                scheme == null || scheme.signingName() == null ? name : scheme.signingName());
    }

    private static SigV4AuthScheme scheme(List<EndpointAuthScheme> schemes) {
        return schemes == null
                ? null
                : schemes.stream()
                        .filter(SigV4AuthScheme.class::isInstance)
                        .map(SigV4AuthScheme.class::cast)
                        .findFirst()
                        .orElse(null);
    }

    /** Returns the value of the header {@code Host}: without the port where that is the protocol's own. */
    String hostHeader() {
        return port == (isTls ? HTTPS_PORT : HTTP_PORT) ? host : host + ':' + port;
    }

    /** Returns the path as it is signed: normalised, and encoded a second time. */
    String canonicalPath() {
        String normal = URI.create("http://host" + path).normalize().getRawPath();
        return SdkHttpUtils.urlEncodeIgnoreSlashes(normal);
    }

    /** Returns the host and the port, for messages. */
    @Override
    public String toString() {
        return host + ':' + port;
    }

    /**
     * What decides about endpoints of a region, from where the AWS SDK's own clients read it.
     *
     * @param region       such as {@code us-west-2}
     * @param useFips      whether endpoints are to meet FIPS 140
     * @param useDualStack whether endpoints are to have IPv6 addresses, too
     * @param override     the URI to call instead of AWS's own; null for none
     */
    public record Settings(String region, boolean useFips, boolean useDualStack, String override) {

        /**
         * Reads the settings; blocks to read AWS's configuration files.
         *
         * @param service  the service's name in settings, such as {@code kinesis}
         * @param override the URI to call, whatever the settings say; null to go by them
         * @throws software.amazon.awssdk.core.exception.SdkClientException if they cannot be read
         */
        public static Settings read(String service, String region, URI override) {
            String upperCase = service.toUpperCase(Locale.ROOT);
            String capitalized = upperCase.charAt(0) + service.substring(1);
            AwsClientEndpointProvider endpoint = AwsClientEndpointProvider.builder()
                    .clientEndpointOverride(override)
                    .serviceEndpointOverrideEnvironmentVariable("AWS_ENDPOINT_URL_" + upperCase)
                    .serviceEndpointOverrideSystemProperty("aws.endpointUrl" + capitalized)
                    .serviceProfileProperty(service)
                    .profileFile(ProfileFile::defaultProfileFile)
                    .profileName(ProfileFileSystemSetting.AWS_PROFILE.getStringValueOrThrow())
                    .serviceEndpointPrefix(service)
                    .defaultProtocol("https")
                    .region(Region.of(region))
                    .build();
            boolean fips = FipsEnabledProvider.builder().build().isFipsEnabled().orElse(false);
            boolean dualStack = DualstackEnabledProvider.builder()
                    .build()
                    .isDualstackEnabled()
                    .orElse(false);
            return new Settings(
                    region,
                    fips,
                    dualStack,
                    endpoint.isEndpointOverridden() ? endpoint.clientEndpoint().toString() : null);
        }

        /** Returns the region as the endpoint providers take it. */
        public Region sdkRegion() {
            return Region.of(region);
        }
    }
}
