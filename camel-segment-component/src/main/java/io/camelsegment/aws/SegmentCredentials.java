package io.camelsegment.aws;

import io.camelsegment.sink.SharedBeans;
import io.micrometer.core.instrument.Counter;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.function.Supplier;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.RuntimeCamelException;
import org.apache.camel.support.service.ServiceSupport;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.ProfileCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.ResolveIdentityRequest;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.firehose.FirehoseClient;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.sts.StsAsyncClient;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.utils.SdkAutoCloseable;

/**
 * Supplies AWS credentials by role address and secret ID, as Segment's destinations are set up: the role is assumed
 * with the secret ID as its external ID. Each role address, secret ID and region has one provider, shared by all
 * callers. It fetches and renews credentials on threads of its own, so it never blocks an asynchronous client.
 *
 * <p>There is one per CamelContext, in the registry as {@link #BEAN}, created if absent. To change a setting, bind your
 * own under that name before the routes are built. Prints no secret ID. Thread-safe once in use.
 */
public class SegmentCredentials extends ServiceSupport implements CamelContextAware {

    /** The name in the registry. */
    public static final String BEAN = "segmentCredentials";

    /** The region when none is given, as in Segment. */
    public static final String DEFAULT_REGION = "us-west-2";

    private static final Duration SHORTEST_SESSION = Duration.ofMinutes(15);
    private static final Duration LONGEST_SESSION = Duration.ofHours(12);
    private static final Duration LONGEST_CHAINED_SESSION = Duration.ofHours(1);

    private static final int LONGEST_SESSION_NAME = 64;
    private static final int LONGEST_APPLICATION_NAME = 31;
    private static final Duration STS_TIMEOUT = Duration.ofSeconds(10);

    private CamelContext camelContext;
    private URI endpointOverride;
    private URI stsEndpointOverride;
    private Duration sessionDuration = Duration.ofHours(1);
    private AwsCredentialsProvider baseCredentials;
    private String baseRoleAddress;
    private String baseSecretId;

    private final Map<Identity, BackgroundCredentials> providers = new ConcurrentHashMap<>();
    private final Map<Identity, Set<String>> streams = new ConcurrentHashMap<>();
    private final Map<Caller, StsClient> stsClients = new ConcurrentHashMap<>();
    private final Queue<SdkAutoCloseable> closeables = new ConcurrentLinkedQueue<>();

    /** Returns the context's bean; creates and binds it if absent. */
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
     * Returns the provider of a role, the same for equal arguments. It calls STS at the first use.
     *
     * @param roleAddress the role's ARN; null for the base credentials themselves
     * @param secretId    the role's external ID; null if the role requires none
     * @param region      region of STS; null for {@link #DEFAULT_REGION}
     * @throws IllegalArgumentException if AWS would refuse the role address or the secret ID; names no secret ID
     */
    public AwsCredentialsProvider provider(String roleAddress, String secretId, String region) {
        return roleAddress == null ? base() : role(new Identity(roleAddress, secretId, regionOrDefault(region), null));
    }

    /**
     * Returns the provider of {@link #provider(String, String, String)}, and shows the stream in CloudTrail.
     *
     * @param stream part of the name of the role's session from the next renewal on
     */
    public AwsCredentialsProvider provider(String roleAddress, String secretId, String region, String stream) {
        if (roleAddress != null) {
            shows(stream, new Identity(roleAddress, secretId, regionOrDefault(region), null));
        }
        return provider(roleAddress, secretId, region);
    }

    /**
     * Returns the provider of a connection's role. It reaches STS through the proxy of the connection; without one this
     * is {@link #provider(String, String, String, String)}.
     *
     * @param stream part of the name of the role's session from the next renewal on
     */
    public AwsCredentialsProvider provider(AwsConnection connection, String stream) {
        if (connection.proxy() == null || connection.roleAddress() == null) {
            return provider(connection.roleAddress(), connection.secretId(), connection.region(), stream);
        }
        Identity identity =
                new Identity(connection.roleAddress(), connection.secretId(), connection.region(), connection.proxy());
        shows(stream, identity);
        return role(identity);
    }

    private void shows(String stream, Identity identity) {
        streams.computeIfAbsent(identity, key -> new ConcurrentSkipListSet<>()).add(stream);
    }

    /**
     * Returns a provider of the one role that is configured with a secret ID, by an endpoint that has started, as base
     * role or for a provider. The role is looked up at each use, so this can be called before the routes are built. A
     * use fails with a {@link CredentialsException} when no role or another one too is configured with the secret ID
     * then. A role counts until the context stops, so give the role address too where roles share a secret ID.
     *
     * @param secretId the external ID of the role
     * @throws IllegalArgumentException if AWS would refuse the secret ID, or several roles are configured with it;
     *     names no secret ID
     */
    public AwsCredentialsProvider provider(String secretId) {
        return bySecretId(secretId, null);
    }

    private AwsCredentialsProvider bySecretId(String secretId, String region) {
        refuseUnless(
                secretId != null && AwsNames.SECRET_ID.matcher(secretId).matches(),
                "expected as secret ID 2 to 1224 letters, digits and _+=,.@:/-, as AWS requires of an external ID, but"
                        + " was something else");
        Set<String> roles = rolesOf(secretId);
        refuseUnless(roles.size() <= 1, severalRoles(roles));
        return new RoleOfSecretId(secretId, region);
    }

    /** Returns the addresses of the roles that are configured with a secret ID, sorted. */
    private Set<String> rolesOf(String secretId) {
        Set<String> roles = new TreeSet<>();
        if (baseRoleAddress != null && secretId.equals(baseSecretId)) {
            roles.add(baseRoleAddress);
        }
        for (Identity identity : providers.keySet()) {
            if (secretId.equals(identity.secretId)) {
                roles.add(identity.roleAddress);
            }
        }
        return roles;
    }

    private static String severalRoles(Set<String> roles) {
        return "expected one role with this secret ID, but there are several: " + String.join(", ", roles)
                + "; give the role address too";
    }

    /** Returns the provider of a profile of the AWS configuration files, the same for equal names. */
    public AwsCredentialsProvider profile(String name) {
        return providers.computeIfAbsent(
                new Identity("profile " + name, null, null, null),
                key -> resolving(
                        closing(ProfileCredentialsProvider.create(name)),
                        "no credentials from profile " + name + " of the AWS configuration files: ",
                        false));
    }

    /**
     * Creates a synchronous client for stock producers, as in {@code aws2-kinesis:events?amazonKinesisClient=#name}.
     * This bean closes it.
     *
     * @param roleAddress the role's ARN; null for the base credentials themselves
     * @param secretId    the role's external ID; null if the role requires none
     * @param region      null for {@link #DEFAULT_REGION}
     */
    public KinesisClient kinesisClient(String roleAddress, String secretId, String region) {
        return client(KinesisClient.builder(), provider(roleAddress, secretId, region), region);
    }

    /**
     * Creates a synchronous client for stock producers, as in
     * {@code aws2-kinesis-firehose:lake?amazonKinesisFirehoseClient=#name}. This bean closes it.
     *
     * @param roleAddress the role's ARN; null for the base credentials themselves
     * @param secretId    the role's external ID; null if the role requires none
     * @param region      null for {@link #DEFAULT_REGION}
     */
    public FirehoseClient firehoseClient(String roleAddress, String secretId, String region) {
        return client(FirehoseClient.builder(), provider(roleAddress, secretId, region), region);
    }

    /**
     * Creates a client as {@link #kinesisClient(String, String, String)} does, for the role of
     * {@link #provider(String)}.
     *
     * @param region of the stream and of STS; null for {@link #DEFAULT_REGION}
     * @throws IllegalArgumentException as {@link #provider(String)} does
     */
    public KinesisClient kinesisClient(String secretId, String region) {
        return client(KinesisClient.builder(), bySecretId(secretId, region), region);
    }

    /**
     * Creates a client as {@link #firehoseClient(String, String, String)} does, for the role of
     * {@link #provider(String)}.
     *
     * @param region of the stream and of STS; null for {@link #DEFAULT_REGION}
     * @throws IllegalArgumentException as {@link #provider(String)} does
     */
    public FirehoseClient firehoseClient(String secretId, String region) {
        return client(FirehoseClient.builder(), bySecretId(secretId, region), region);
    }

    private <B extends AwsSyncClientBuilder<B, C> & AwsClientBuilder<B, C>, C extends SdkAutoCloseable> C client(
            B builder, AwsCredentialsProvider provider, String region) {
        builder.region(Region.of(regionOrDefault(region)))
                .credentialsProvider(provider)
                .httpClientBuilder(UrlConnectionHttpClient.builder());
        if (endpointOverride != null) {
            builder.endpointOverride(endpointOverride);
        }
        return closing(builder.build());
    }

    private static String regionOrDefault(String region) {
        return region == null ? DEFAULT_REGION : region;
    }

    private BackgroundCredentials role(Identity identity) {
        BackgroundCredentials known = providers.get(identity);
        if (known != null) {
            return known;
        }
        identity.validate();
        BackgroundCredentials caller = baseRoleAddress == null || baseRoleAddress.equals(identity.roleAddress)
                ? base()
                : role(new Identity(baseRoleAddress, baseSecretId, identity.region, identity.proxy));
        return providers.computeIfAbsent(
                identity,
                key -> background(counted(() -> new AssumeRole(
                                stsClients.computeIfAbsent(new Caller(caller, key.region, key.proxy), this::stsClient),
                                caller,
                                key.roleAddress,
                                key.secretId,
                                () -> sessionName(key),
                                sessionDuration)
                        .get())));
    }

    private Supplier<AwsCredentials> counted(Supplier<AwsCredentials> assumeRole) {
        return () -> {
            boolean assumed = false;
            try {
                AwsCredentials credentials = assumeRole.get();
                assumed = true;
                return credentials;
            } finally {
                Counter.builder("segment.roles.assumed")
                        .description("Calls of AssumeRole, for the first session of a role and for its renewal")
                        .tag("camelContext", camelContext.getName())
                        .tag("outcome", assumed ? "success" : "failure")
                        .register(SharedBeans.meterRegistry(camelContext))
                        .increment();
            }
        };
    }

    private BackgroundCredentials base() {
        return providers.computeIfAbsent(
                Identity.BASE,
                key -> baseCredentials == null
                        ? resolving(
                                closing(DefaultCredentialsProvider.builder().build()),
                                "no AWS credentials; give this process a role (IRSA, EKS Pod Identity, an ECS task"
                                        + " role, an instance profile), AWS_ACCESS_KEY_ID with AWS_SECRET_ACCESS_KEY,"
                                        + " or AWS_PROFILE: ",
                                true)
                        : resolving(baseCredentials, "no AWS credentials from baseCredentials: ", true));
    }

    private StsClient stsClient(Caller caller) {
        if (caller.proxy == null) {
            return closing(sts(StsClient.builder(), caller)
                    .httpClientBuilder(UrlConnectionHttpClient.builder())
                    .build());
        }
        return closing(new ProxiedSts(sts(StsAsyncClient.builder(), caller)
                .httpClientBuilder(AwsProxy.through(caller.proxy, NettyNioAsyncHttpClient.builder()))
                .build()));
    }

    private <B extends AwsClientBuilder<B, C>, C> B sts(B builder, Caller caller) {
        return builder.region(Region.of(caller.region))
                .credentialsProvider(caller.credentials)
                .endpointOverride(stsEndpointOverride != null ? stsEndpointOverride : endpointOverride)
                .overrideConfiguration(config -> config.apiCallTimeout(STS_TIMEOUT));
    }

    /** Returns the session name shown in CloudTrail, application and streams, such as {@code my-app@events,lake}. */
    private String sessionName(Identity identity) {
        String application = camelContext.getNameStrategy().isFixedName() ? camelContext.getName() : "camel-segment";
        String name = shortened(application, LONGEST_APPLICATION_NAME) + "@"
                + String.join(",", streams.getOrDefault(identity, Set.of()));
        return shortened(name.replaceAll("[^\\w+=,.@-]", "-"), LONGEST_SESSION_NAME);
    }

    private static String shortened(String text, int length) {
        return text.length() <= length ? text : text.substring(0, length);
    }

    /**
     * Wraps a provider of the SDK or of the user, so that it is called in the background.
     *
     * @param passing whether a failure may pass without an operator, as while a credentials service starts
     */
    private BackgroundCredentials resolving(AwsCredentialsProvider provider, String failure, boolean passing) {
        return background(() -> {
            try {
                return provider.resolveCredentials();
            } catch (SdkException e) {
                throw new CredentialsException("NoCredentials", failure + e.getMessage(), passing);
            }
        });
    }

    private BackgroundCredentials background(Supplier<AwsCredentials> source) {
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
    protected void doInit() {
        if (baseRoleAddress == null) {
            refuseUnless(
                    baseSecretId == null,
                    "baseSecretId is given without baseRoleAddress; give the ARN of the role that requires it");
        } else {
            new Identity(baseRoleAddress, baseSecretId, DEFAULT_REGION, null).validate();
            refuseUnless(
                    sessionDuration.compareTo(LONGEST_CHAINED_SESSION) <= 0,
                    "sessionDuration must be at most 1 hour with baseRoleAddress, as AWS requires where a role assumes"
                            + " a role, was " + sessionDuration);
        }
    }

    private static void refuseUnless(boolean good, String message) {
        if (!good) {
            throw new IllegalArgumentException(message);
        }
    }

    @Override
    protected void doStop() {
        providers.clear();
        streams.clear();
        stsClients.clear();
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

    /**
     * Sets the endpoint of the created clients, and of STS unless it has its own; null for AWS's.
     *
     * @throws IllegalArgumentException if it is no http or https URI, or one with a user
     */
    public void setEndpointOverride(URI endpointOverride) {
        checkEndpoint("endpointOverride", endpointOverride);
        this.endpointOverride = endpointOverride;
    }

    public URI getStsEndpointOverride() {
        return stsEndpointOverride;
    }

    /**
     * Sets the endpoint of STS; null for that of {@link #setEndpointOverride}, else AWS's endpoint of the region.
     *
     * @throws IllegalArgumentException if it is no http or https URI, or one with a user
     */
    public void setStsEndpointOverride(URI stsEndpointOverride) {
        checkEndpoint("stsEndpointOverride", stsEndpointOverride);
        this.stsEndpointOverride = stsEndpointOverride;
    }

    private static void checkEndpoint(String property, URI endpoint) {
        if (endpoint != null && !AwsNames.isEndpoint(endpoint.toString())) {
            throw new IllegalArgumentException(
                    property + " must be an http or https URI without a user, such as http://localhost:4566, but is"
                            + " something else");
        }
    }

    public Duration getSessionDuration() {
        return sessionDuration;
    }

    /**
     * Sets the lifetime of assumed credentials; 1 hour by default. AWS allows at most the role's own maximum, and 1
     * hour where a role assumes the role, as with {@link #setBaseRoleAddress}.
     *
     * @param sessionDuration 15 minutes to 12 hours
     * @throws IllegalArgumentException if it is shorter or longer
     */
    public void setSessionDuration(Duration sessionDuration) {
        refuseUnless(
                sessionDuration.compareTo(SHORTEST_SESSION) >= 0 && sessionDuration.compareTo(LONGEST_SESSION) <= 0,
                "sessionDuration must be 15 minutes to 12 hours, was " + sessionDuration);
        this.sessionDuration = sessionDuration;
    }

    public AwsCredentialsProvider getBaseCredentials() {
        return baseCredentials;
    }

    /**
     * Sets the credentials that assume the roles, and that send where there is no role; null for AWS's default
     * credential chain. This bean does not close them.
     */
    public void setBaseCredentials(AwsCredentialsProvider baseCredentials) {
        this.baseCredentials = baseCredentials;
    }

    public String getBaseRoleAddress() {
        return baseRoleAddress;
    }

    /**
     * Sets a role that the base credentials assume first and that then assumes the others (role chaining); null for
     * none. Where there is no role to assume, the base credentials themselves are used.
     */
    public void setBaseRoleAddress(String baseRoleAddress) {
        this.baseRoleAddress = baseRoleAddress;
    }

    /** Sets the external ID of the role of {@link #setBaseRoleAddress}, a secret; null if the role requires none. */
    public void setBaseSecretId(String baseSecretId) {
        this.baseSecretId = baseSecretId;
    }

    /** A role to assume. Holds the secret ID, so {@code toString} names only the role. */
    private record Identity(String roleAddress, String secretId, String region, AwsProxy proxy) {

        static final Identity BASE = new Identity(null, null, null, null);

        void validate() {
            refuseUnless(
                    AwsNames.ROLE_ADDRESS.matcher(roleAddress).matches(),
                    "expected a role's ARN such as arn:aws:iam::123456789012:role/segment, but was something else");
            refuseUnless(
                    secretId == null || AwsNames.SECRET_ID.matcher(secretId).matches(),
                    "expected as secret ID of role " + roleAddress
                            + " 2 to 1224 letters, digits and _+=,.@:/-, as AWS requires of an external ID, but was"
                            + " something else");
        }

        @Override
        public String toString() {
            return "Identity[" + roleAddress + "]";
        }
    }

    /** Looks the role up at each use, as the endpoints that name it may come later. */
    private final class RoleOfSecretId implements AwsCredentialsProvider {

        private final String secretId;
        private final String region;

        RoleOfSecretId(String secretId, String region) {
            this.secretId = secretId;
            this.region = region;
        }

        private AwsCredentialsProvider role() {
            Set<String> roles = rolesOf(secretId);
            if (roles.size() != 1) {
                throw new CredentialsException(
                        "NoCredentials",
                        roles.isEmpty()
                                ? "expected one role with this secret ID, but there is none; give an endpoint its"
                                        + " roleAddress and secretId, or give the role address too"
                                : severalRoles(roles),
                        false);
            }
            String role = roles.iterator().next();
            for (Identity identity : providers.keySet()) { // with its session, its proxy and its STS
                if (secretId.equals(identity.secretId) && role.equals(identity.roleAddress)) {
                    return SegmentCredentials.this.role(identity);
                }
            }
            return provider(role, secretId, region);
        }

        @Override
        public AwsCredentials resolveCredentials() {
            return role().resolveCredentials();
        }

        @Override
        public CompletableFuture<AwsCredentialsIdentity> resolveIdentity(ResolveIdentityRequest request) {
            try {
                return role().resolveIdentity(request);
            } catch (CredentialsException e) {
                return CompletableFuture.failedFuture(e);
            }
        }

        /** Names no secret ID. */
        @Override
        public String toString() {
            return "RoleOfSecretId" + rolesOf(secretId);
        }
    }

    /** The credentials that assume roles, the region of STS, and the proxy to it; null for none. */
    private record Caller(BackgroundCredentials credentials, String region, AwsProxy proxy) {}
}
