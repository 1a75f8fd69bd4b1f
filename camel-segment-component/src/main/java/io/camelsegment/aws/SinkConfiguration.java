package io.camelsegment.aws;

import io.camelsegment.SegmentCredentials;
import io.camelsegment.delivery.BatchingSettings;
import io.camelsegment.delivery.Ordering;
import java.net.URI;
import java.time.Duration;
import java.util.regex.Pattern;
import org.apache.camel.RuntimeCamelException;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriParams;
import software.amazon.awssdk.core.Protocol;

/**
 * The options that both sinks have, named as in {@code aws2-kinesis} where it has them. Not thread-safe: each endpoint has its
 * own copy.
 */
@UriParams
public abstract class SinkConfiguration implements Cloneable {

    @UriParam(
            label = "security",
            description =
                    "The ARN of the role to assume, such as arn:aws:iam::123456789012:role/segment. Without it the given keys or profile are used, else AWS's default credential chain.")
    private String roleAddress;

    @UriParam(
            label = "security",
            secret = true,
            description = "The secret ID: the external ID that the trust policy of the role asks for.")
    @Metadata(secret = true)
    private String secretId;

    @UriParam(
            label = "common",
            defaultValue = SegmentCredentials.DEFAULT_REGION,
            description = "The AWS region of the stream, in lower case, such as eu-west-1.")
    private String region = SegmentCredentials.DEFAULT_REGION;

    @UriParam(
            label = "common",
            description =
                    "Whether AWS is reached at uriEndpointOverride. May be left out: giving uriEndpointOverride is enough.")
    private boolean overrideEndpoint;

    @UriParam(
            label = "common",
            description =
                    "The URI at which the service is reached instead of AWS's own, such as http://localhost:4566.")
    private String uriEndpointOverride;

    @UriParam(label = "security", secret = true, description = "The AWS access key, given together with secretKey.")
    @Metadata(secret = true)
    private String accessKey;

    @UriParam(label = "security", secret = true, description = "The AWS secret key, given together with accessKey.")
    @Metadata(secret = true)
    private String secretKey;

    @UriParam(
            label = "security",
            secret = true,
            description = "The session token of temporary keys, given together with accessKey and secretKey.")
    @Metadata(secret = true)
    private String sessionToken;

    @UriParam(label = "security", description = "The profile of the AWS configuration files to take credentials from.")
    private String profileCredentialsName;

    @UriParam(
            label = "security",
            description =
                    "Whether to use AWS's default credential chain. May be left out: it is used when no keys and no profile are given.")
    private boolean useDefaultCredentialsProvider;

    @UriParam(
            label = "security",
            description = "Whether to trust any certificate of the overriding endpoint. Not for production.")
    private boolean trustAllCertificates;

    @UriParam(
            label = "proxy",
            enums = "HTTP,HTTPS",
            defaultValue = "HTTPS",
            description = "The protocol in which the proxy is spoken to.")
    private Protocol proxyProtocol = Protocol.HTTPS;

    @UriParam(label = "proxy", description = "The host of the proxy, given together with proxyPort.")
    private String proxyHost;

    @UriParam(label = "proxy", description = "The port of the proxy, given together with proxyHost.")
    private Integer proxyPort;

    @UriParam(
            label = "producer",
            defaultValue = "500",
            description =
                    "A batch is sent when it has this many records, 1 to 500. With packing it is sent when it has 10000 events, and a request has at most this many records.")
    private int batchRecords = 500;

    @UriParam(
            label = "producer",
            defaultValue = "false",
            description =
                    "Whether a record waits for lingerTime even when no request is in flight. By default an idle stream sends a record after a pause of 1 ms, or when it is 8 ms old.")
    private boolean batchWhenIdle;

    @UriParam(
            label = "producer",
            defaultValue = "5",
            description = "Most requests to the stream that are under way at a time.")
    private int maxInFlightRequests = 5;

    @UriParam(
            label = "producer,advanced",
            defaultValue = "10s",
            javaType = "java.time.Duration",
            description =
                    "How long the answer to a request is awaited. Then its records are sent again; those that had arrived arrive twice.")
    private Duration requestTimeout = Duration.ofSeconds(10);

    @UriParam(
            label = "producer",
            defaultValue = "30s",
            javaType = "java.time.Duration",
            description = "How long a record is tried. Then its Exchange fails with a DeliveryException.")
    private Duration deliveryTimeout = Duration.ofSeconds(30);

    /**
     * Checks the options that say how AWS is reached.
     *
     * @throws IllegalArgumentException naming the option, what was expected and the mend; never a secret value
     */
    public void validate() {
        expect(AwsNames.REGION, region, "region", "an AWS region such as us-west-2");
        if (roleAddress != null) {
            refuseUnless(
                    AwsNames.ROLE_ADDRESS.matcher(roleAddress).matches(),
                    "roleAddress must be a role's ARN such as arn:aws:iam::123456789012:role/segment, but is something else");
            refuseUnless(
                    secretId != null,
                    "roleAddress is given without secretId; give the external ID that the role's trust policy asks for, or"
                            + " any value of 2 or more characters if it asks for none");
        }
        if (secretId != null) {
            refuseUnless(
                    roleAddress != null,
                    "secretId is given without roleAddress; give the ARN of the role that asks for it");
            refuseUnless(
                    AwsNames.SECRET_ID.matcher(secretId).matches(),
                    "secretId must have 2 to 1224 characters, letters, digits and _+=,.@:/- only, as AWS asks of an"
                            + " external ID; the one given has " + secretId.length());
        }
        refuseUnless(
                (accessKey == null) == (secretKey == null),
                "accessKey and secretKey must be given together, or neither");
        refuseUnless(
                sessionToken == null || accessKey != null, "sessionToken is given without accessKey and secretKey");
        int ways = (accessKey == null ? 0 : 1)
                + (profileCredentialsName == null ? 0 : 1)
                + (roleAddress == null && !useDefaultCredentialsProvider ? 0 : 1);
        refuseUnless(
                ways <= 1,
                "give one of roleAddress (or useDefaultCredentialsProvider), accessKey, and profileCredentialsName; who"
                        + " assumes the role is set by baseCredentials of the bean segmentCredentials");
        refuseUnless(
                (proxyHost == null) == (proxyPort == null),
                "proxyHost and proxyPort must be given together, or neither");
        refuseUnless(
                !overrideEndpoint || uriEndpointOverride != null,
                "overrideEndpoint is true without uriEndpointOverride; give the URI too");
    }

    boolean namesCredentials() {
        return roleAddress != null || accessKey != null || profileCredentialsName != null;
    }

    private static void expect(Pattern pattern, String value, String option, String what) {
        refuseUnless(value != null && pattern.matcher(value).matches(), option + " must be " + what + ", was " + value);
    }

    private static void refuseUnless(boolean good, String message) {
        if (!good) {
            throw new IllegalArgumentException(message);
        }
    }

    /** Returns the options that say how AWS is reached, as one value. */
    public AwsConnection connection() {
        return new AwsConnection(
                region,
                uriEndpointOverride == null ? null : URI.create(uriEndpointOverride),
                trustAllCertificates,
                proxyProtocol,
                proxyHost,
                proxyPort == null ? 0 : proxyPort,
                roleAddress,
                secretId,
                accessKey,
                secretKey,
                sessionToken,
                profileCredentialsName);
    }

    /** Returns the options of batching as one value, which checks them. */
    public BatchingSettings batching() {
        return new BatchingSettings(
                batchRecords,
                getBatchBytes(),
                getLingerTime(),
                batchWhenIdle,
                maxInFlightRequests,
                requestTimeout,
                deliveryTimeout,
                getOrdering());
    }

    /** Returns the bytes at which a batch is sent; the default is the service's. */
    public abstract int getBatchBytes();

    /** Returns how long a record waits for company; the default is the service's. */
    public abstract Duration getLingerTime();

    /** Returns which order records with the same key keep; the default is the service's. */
    public abstract Ordering getOrdering();

    /** Returns whether several events become one record of the service. */
    protected abstract boolean packs();

    /** Returns the destination's name in an event's {@code integrations}; empty when they are not asked. */
    public abstract String getIntegrationName();

    public SinkConfiguration copy() {
        try {
            return (SinkConfiguration) clone();
        } catch (CloneNotSupportedException e) {
            throw new RuntimeCamelException(e);
        }
    }

    public String getRoleAddress() {
        return roleAddress;
    }

    public void setRoleAddress(String roleAddress) {
        this.roleAddress = roleAddress;
    }

    public String getSecretId() {
        return secretId;
    }

    public void setSecretId(String secretId) {
        this.secretId = secretId;
    }

    public String getRegion() {
        return region;
    }

    public void setRegion(String region) {
        this.region = region;
    }

    public boolean isOverrideEndpoint() {
        return overrideEndpoint;
    }

    public void setOverrideEndpoint(boolean overrideEndpoint) {
        this.overrideEndpoint = overrideEndpoint;
    }

    public String getUriEndpointOverride() {
        return uriEndpointOverride;
    }

    public void setUriEndpointOverride(String uriEndpointOverride) {
        this.uriEndpointOverride = uriEndpointOverride;
    }

    public String getAccessKey() {
        return accessKey;
    }

    public void setAccessKey(String accessKey) {
        this.accessKey = accessKey;
    }

    public String getSecretKey() {
        return secretKey;
    }

    public void setSecretKey(String secretKey) {
        this.secretKey = secretKey;
    }

    public String getSessionToken() {
        return sessionToken;
    }

    public void setSessionToken(String sessionToken) {
        this.sessionToken = sessionToken;
    }

    public String getProfileCredentialsName() {
        return profileCredentialsName;
    }

    public void setProfileCredentialsName(String profileCredentialsName) {
        this.profileCredentialsName = profileCredentialsName;
    }

    public boolean isUseDefaultCredentialsProvider() {
        return useDefaultCredentialsProvider;
    }

    public void setUseDefaultCredentialsProvider(boolean useDefaultCredentialsProvider) {
        this.useDefaultCredentialsProvider = useDefaultCredentialsProvider;
    }

    public boolean isTrustAllCertificates() {
        return trustAllCertificates;
    }

    public void setTrustAllCertificates(boolean trustAllCertificates) {
        this.trustAllCertificates = trustAllCertificates;
    }

    public Protocol getProxyProtocol() {
        return proxyProtocol;
    }

    public void setProxyProtocol(Protocol proxyProtocol) {
        this.proxyProtocol = proxyProtocol;
    }

    public String getProxyHost() {
        return proxyHost;
    }

    public void setProxyHost(String proxyHost) {
        this.proxyHost = proxyHost;
    }

    public Integer getProxyPort() {
        return proxyPort;
    }

    public void setProxyPort(Integer proxyPort) {
        this.proxyPort = proxyPort;
    }

    public int getBatchRecords() {
        return batchRecords;
    }

    public void setBatchRecords(int batchRecords) {
        this.batchRecords = batchRecords;
    }

    public boolean isBatchWhenIdle() {
        return batchWhenIdle;
    }

    public void setBatchWhenIdle(boolean batchWhenIdle) {
        this.batchWhenIdle = batchWhenIdle;
    }

    public int getMaxInFlightRequests() {
        return maxInFlightRequests;
    }

    public void setMaxInFlightRequests(int maxInFlightRequests) {
        this.maxInFlightRequests = maxInFlightRequests;
    }

    public Duration getRequestTimeout() {
        return requestTimeout;
    }

    public void setRequestTimeout(Duration requestTimeout) {
        this.requestTimeout = requestTimeout;
    }

    public Duration getDeliveryTimeout() {
        return deliveryTimeout;
    }

    public void setDeliveryTimeout(Duration deliveryTimeout) {
        this.deliveryTimeout = deliveryTimeout;
    }
}
