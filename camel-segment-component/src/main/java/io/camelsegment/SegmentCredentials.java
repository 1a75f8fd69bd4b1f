package io.camelsegment;

import io.camelsegment.aws.BackgroundCredentials;
import io.camelsegment.aws.CredentialsException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.RuntimeCamelException;
import org.apache.camel.support.service.ServiceSupport;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.ProfileCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.firehose.FirehoseClient;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.model.Credentials;
import software.amazon.awssdk.utils.SdkAutoCloseable;

/**
 * Hands out AWS credentials by role address and secret ID, as Segment's destinations are set up: the role is assumed with the
 * secret ID as its external ID. There is one live provider per role address, secret ID and region, whoever asks for it. It
 * never blocks an asynchronous client: it fetches and renews on threads of its own.
 *
 * <p>One per CamelContext, in the registry as {@link #BEAN}; made when absent. To change a setting, bind your own under that
 * name before the routes are built. No secret ID is ever printed. Thread-safe once it is in use.
 */
public class SegmentCredentials extends ServiceSupport implements CamelContextAware {

    /** The name in the registry. */
    public static final String BEAN = "segmentCredentials";

    /** The region when none is given, as in Segment. */
    public static final String DEFAULT_REGION = "us-west-2";

    private static final int LONGEST_SESSION_NAME = 64;
    private static final Duration STS_TIMEOUT = Duration.ofSeconds(10);

    private CamelContext camelContext;
    private URI endpointOverride;
    private URI stsEndpointOverride;
    private Duration sessionDuration = Duration.ofHours(1);
    private AwsCredentialsProvider baseCredentials;
    private DefaultCredentialsProvider defaultChain;

    private final Map<Identity, AwsCredentialsProvider> providers = new ConcurrentHashMap<>();
    private final Map<String, StsClient> stsClients = new ConcurrentHashMap<>();
    private final Queue<SdkAutoCloseable> closeables = new ConcurrentLinkedQueue<>();

    /** Returns the context's bean, made and bound if there is none. */
    public static synchronized SegmentCredentials of(CamelContext context) {
        SegmentCredentials bean = context.getRegistry().lookupByNameAndType(BEAN, SegmentCredentials.class);
        if (bean == null) {
            bean = new SegmentCredentials();
            context.getRegistry().bind(BEAN, bean);
        }
        if (!context.hasService(bean)) {
            bean.setCamelContext(context);
            try {
                context.addService(bean);
            } catch (Exception e) {
                throw RuntimeCamelException.wrapRuntimeCamelException(e);
            }
        }
        return bean;
    }

    /**
     * Returns the provider for a role, the same for the same arguments. It asks STS at the first use and not now.
     *
     * @param roleAddress the role's ARN; null for the base credentials themselves
     * @param secretId    the role's external ID; null for a role that asks for none
     * @param region      where STS is asked; null for {@link #DEFAULT_REGION}
     */
    public AwsCredentialsProvider provider(String roleAddress, String secretId, String region) {
        if (roleAddress == null) {
            return providers.computeIfAbsent(Identity.BASE, key -> backgroundOf(baseOrDefaultChain()));
        }
        String stsRegion = region == null ? DEFAULT_REGION : region;
        return providers.computeIfAbsent(
                new Identity(roleAddress, secretId, stsRegion),
                key -> background(() -> assumeRole(roleAddress, secretId, stsRegion)));
    }

    /** Returns the provider for a profile of the AWS configuration files, the same for the same name. */
    public AwsCredentialsProvider profile(String name) {
        return providers.computeIfAbsent(
                new Identity("profile " + name, null, null),
                key -> backgroundOf(closing(ProfileCredentialsProvider.create(name))));
    }

    /**
     * Returns a new synchronous client for stock producers, as in {@code aws2-kinesis:events?amazonKinesisClient=#name}. It is
     * closed with this bean.
     *
     * @param roleAddress the role's ARN; null for the base credentials themselves
     * @param secretId    the role's external ID; null for a role that asks for none
     * @param region      null for {@link #DEFAULT_REGION}
     */
    public KinesisClient kinesisClient(String roleAddress, String secretId, String region) {
        return client(KinesisClient.builder(), roleAddress, secretId, region);
    }

    /**
     * Returns a new synchronous client for stock producers, as in
     * {@code aws2-kinesis-firehose:lake?amazonKinesisFirehoseClient=#name}. It is closed with this bean.
     *
     * @param roleAddress the role's ARN; null for the base credentials themselves
     * @param secretId    the role's external ID; null for a role that asks for none
     * @param region      null for {@link #DEFAULT_REGION}
     */
    public FirehoseClient firehoseClient(String roleAddress, String secretId, String region) {
        return client(FirehoseClient.builder(), roleAddress, secretId, region);
    }

    private <B extends AwsSyncClientBuilder<B, C> & AwsClientBuilder<B, C>, C extends SdkAutoCloseable> C client(
            B builder, String roleAddress, String secretId, String region) {
        builder.region(Region.of(region == null ? DEFAULT_REGION : region))
                .credentialsProvider(provider(roleAddress, secretId, region))
                .httpClientBuilder(UrlConnectionHttpClient.builder());
        if (endpointOverride != null) {
            builder.endpointOverride(endpointOverride);
        }
        return closing(builder.build());
    }

    private synchronized AwsCredentialsProvider baseOrDefaultChain() {
        if (baseCredentials != null) {
            return baseCredentials;
        }
        if (defaultChain == null) {
            defaultChain = closing(DefaultCredentialsProvider.builder().build());
        }
        return defaultChain;
    }

    private AwsCredentials assumeRole(String roleAddress, String secretId, String region) {
        try {
            Credentials credentials = stsClients
                    .computeIfAbsent(region, this::stsClient)
                    .assumeRole(request -> request.roleArn(roleAddress)
                            .externalId(secretId)
                            .roleSessionName(sessionName())
                            .durationSeconds((int) sessionDuration.toSeconds()))
                    .credentials();
            return AwsSessionCredentials.builder()
                    .accessKeyId(credentials.accessKeyId())
                    .secretAccessKey(credentials.secretAccessKey())
                    .sessionToken(credentials.sessionToken())
                    .expirationTime(credentials.expiration())
                    .build();
        } catch (SdkException e) {
            throw cannotAssume(roleAddress, secretId, e);
        }
    }

    /** Says what STS said, without the secret ID, which a validation error of STS repeats. */
    private static CredentialsException cannotAssume(String roleAddress, String secretId, SdkException e) {
        boolean refused = e instanceof AwsServiceException service
                && service.statusCode() >= 400
                && service.statusCode() < 500
                && !service.isThrottlingException();
        String code = e instanceof AwsServiceException service && service.awsErrorDetails() != null
                ? service.awsErrorDetails().errorCode()
                : e.getClass().getSimpleName();
        String said = e instanceof AwsServiceException service && service.awsErrorDetails() != null
                ? service.awsErrorDetails().errorMessage()
                : e.getMessage();
        String mend = refused
                ? "; the role's trust policy must allow this caller, with an sts:ExternalId that equals the secretId"
                : "";
        String message = "cannot assume role " + roleAddress + ": " + said + mend;
        return new CredentialsException(
                code, secretId == null ? message : message.replace(secretId, "xxxxxx"), !refused);
    }

    private StsClient stsClient(String region) {
        URI endpoint = stsEndpointOverride != null ? stsEndpointOverride : endpointOverride;
        return closing(StsClient.builder()
                .region(Region.of(region))
                .credentialsProvider(baseOrDefaultChain())
                .endpointOverride(endpoint)
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .overrideConfiguration(config -> config.apiCallTimeout(STS_TIMEOUT))
                .build());
    }

    /** Names the application in CloudTrail. */
    private String sessionName() {
        String name = "camel-segment-" + camelContext.getName().replaceAll("[^\\w+=,.@-]", "-");
        return name.length() <= LONGEST_SESSION_NAME ? name : name.substring(0, LONGEST_SESSION_NAME);
    }

    private AwsCredentialsProvider backgroundOf(AwsCredentialsProvider provider) {
        return background(() -> {
            try {
                return provider.resolveCredentials();
            } catch (SdkException e) {
                throw new CredentialsException(e.getClass().getSimpleName(), e.getMessage(), false);
            }
        });
    }

    private AwsCredentialsProvider background(Supplier<AwsCredentials> source) {
        return new BackgroundCredentials(
                source,
                task -> camelContext
                        .getExecutorServiceManager()
                        .newThread("SegmentCredentials", task)
                        .start(),
                Clock.systemUTC());
    }

    private <T extends SdkAutoCloseable> T closing(T closeable) {
        closeables.add(closeable);
        return closeable;
    }

    @Override
    protected void doStop() {
        providers.clear();
        stsClients.clear();
        defaultChain = null;
        closeables.forEach(SdkAutoCloseable::close);
        closeables.clear();
    }

    @Override
    public CamelContext getCamelContext() {
        return camelContext;
    }

    @Override
    public void setCamelContext(CamelContext camelContext) {
        this.camelContext = camelContext;
    }

    public URI getEndpointOverride() {
        return endpointOverride;
    }

    /** Sets the endpoint of the clients handed out, and of STS unless it has its own; null for AWS's. */
    public void setEndpointOverride(URI endpointOverride) {
        this.endpointOverride = endpointOverride;
    }

    public URI getStsEndpointOverride() {
        return stsEndpointOverride;
    }

    /** Sets the endpoint at which roles are assumed; null for {@link #setEndpointOverride}, else AWS's of the region. */
    public void setStsEndpointOverride(URI stsEndpointOverride) {
        this.stsEndpointOverride = stsEndpointOverride;
    }

    public Duration getSessionDuration() {
        return sessionDuration;
    }

    /** Sets how long assumed credentials live: 15 minutes to 12 hours as AWS allows, 1 hour unless set. */
    public void setSessionDuration(Duration sessionDuration) {
        this.sessionDuration = sessionDuration;
    }

    public AwsCredentialsProvider getBaseCredentials() {
        return baseCredentials;
    }

    /** Sets who assumes the roles, and who sends where there is no role; null for AWS's default chain. It is not closed. */
    public void setBaseCredentials(AwsCredentialsProvider baseCredentials) {
        this.baseCredentials = baseCredentials;
    }

    /** Who one is: has the secret ID, so it prints nothing. */
    private record Identity(String roleAddress, String secretId, String region) {

        static final Identity BASE = new Identity(null, null, null);

        @Override
        public String toString() {
            return "Identity[" + roleAddress + "]";
        }
    }
}
