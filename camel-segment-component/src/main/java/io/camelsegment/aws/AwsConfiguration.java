package io.camelsegment.aws;

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
 * Options of both sinks, named as in {@code aws2-kinesis} where it has them. Not thread-safe: each endpoint has a copy.
 */
@UriParams
public abstract class AwsConfiguration implements Cloneable {

    @UriParam(
            label = "security",
            description = "ARN of the role to assume, such as arn:aws:iam::123456789012:role/segment. Without it, the"
                    + " given keys or profile are used, else AWS's default credential chain.")
    private String roleAddress;

    @UriParam(
            label = "security",
            secret = true,
            description = "Secret ID: the external ID required by the role's trust policy.")
    @Metadata(secret = true)
    private String secretId;

    @UriParam(
            label = "common",
            defaultValue = SegmentCredentials.DEFAULT_REGION,
            description = "AWS region of the stream, in lower case, such as eu-west-1. An ARN names it itself.")
    private String region = SegmentCredentials.DEFAULT_REGION;

    @UriParam(label = "common", description = "Whether to use uriEndpointOverride. Implied by uriEndpointOverride.")
    private boolean overrideEndpoint;

    @UriParam(
            label = "common",
            description = "URI of the service, such as http://localhost:4566, instead of AWS's own.")
    private String uriEndpointOverride;

    @UriParam(label = "security", secret = true, description = "AWS access key. Requires secretKey.")
    @Metadata(secret = true)
    private String accessKey;

    @UriParam(label = "security", secret = true, description = "AWS secret key. Requires accessKey.")
    @Metadata(secret = true)
    private String secretKey;

    @UriParam(
            label = "security",
            secret = true,
            description = "Session token of temporary keys. Requires accessKey and secretKey.")
    @Metadata(secret = true)
    private String sessionToken;

    @UriParam(label = "security", description = "Profile of the AWS configuration files to take credentials from.")
    private String profileCredentialsName;

    @UriParam(
            label = "security",
            description = "Whether to use AWS's default credential chain. Implied without keys and profile.")
    private boolean useDefaultCredentialsProvider;

    @UriParam(
            label = "security",
            description = "Whether to trust any certificate of the overriding endpoint. Not for production.")
    private boolean trustAllCertificates;

    @UriParam(
            label = "proxy",
            enums = "HTTP,HTTPS",
            defaultValue = "HTTPS",
            description = "Protocol of the connection to the proxy.")
    private Protocol proxyProtocol = Protocol.HTTPS;

    @UriParam(label = "proxy", description = "Host of the proxy to the service and to STS. Requires proxyPort.")
    private String proxyHost;

    @UriParam(label = "proxy", description = "Port of the proxy. Requires proxyHost.")
    private Integer proxyPort;

    @UriParam(
            label = "producer",
            defaultValue = "500",
            description =
                    "Maximum records in a batch, 1 to 500; a full batch is sent at once. With packing, a batch holds"
                            + " up to 10000 events, and this limits the records in a request.")
    private int batchRecords = 500;

    @UriParam(
            label = "producer",
            defaultValue = "false",
            description = "Whether a record waits for lingerTime even when no request is in flight. By default an idle"
                    + " stream sends it after a pause of 1 ms, or at an age of 8 ms.")
    private boolean batchWhenIdle;

    @UriParam(
            label = "producer",
            defaultValue = "5",
            description = "Maximum requests to the stream in flight at a time.")
    private int maxInFlightRequests = 5;

    @UriParam(
            label = "producer,advanced",
            defaultValue = "10s",
            javaType = "java.time.Duration",
            description = "How long to wait for the response to a request. Its records are then sent again; those"
                    + " already stored are stored twice.")
    private Duration requestTimeout = Duration.ofSeconds(10);

    @UriParam(
            label = "producer",
            defaultValue = "30s",
            javaType = "java.time.Duration",
            description = "How long to try to deliver a record. Its Exchange then fails with a DeliveryException.")
    private Duration deliveryTimeout = Duration.ofSeconds(30);

    /**
     * Checks the options of the connection to AWS.
     *
     * @throws IllegalArgumentException naming the option, what was expected and the mend; never a secret value
     */
    public void validate() {
        expect(AwsNames.REGION, region, "region", "an AWS region such as us-west-2");
        if (roleAddress != null) {
            refuseUnless(
                    AwsNames.ROLE_ADDRESS.matcher(roleAddress).matches(),
                    "roleAddress must be a role's ARN such as arn:aws:iam::123456789012:role/segment, but is something"
                            + " else");
            refuseUnless(
                    secretId != null,
                    "roleAddress is given without secretId; give the external ID required by the role's trust policy,"
                            + " or any value of 2 or more characters if it requires none");
        }
        if (secretId != null) {
            refuseUnless(
                    roleAddress != null,
                    "secretId is given without roleAddress; give the ARN of the role that requires it");
            refuseUnless(
                    AwsNames.SECRET_ID.matcher(secretId).matches(),
                    "secretId must have 2 to 1224 characters, letters, digits and _+=,.@:/- only, as AWS requires of an"
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
                "give one of roleAddress (or useDefaultCredentialsProvider), accessKey, and profileCredentialsName; set"
                        + " the credentials that assume the role as baseCredentials of the bean segmentCredentials");
        refuseUnless(
                (proxyHost == null) == (proxyPort == null),
                "proxyHost and proxyPort must be given together, or neither");
        refuseUnless(
                !overrideEndpoint || uriEndpointOverride != null,
                "overrideEndpoint is true without uriEndpointOverride; give the URI too");
        refuseUnless(
                uriEndpointOverride == null || AwsNames.isEndpoint(uriEndpointOverride),
                "uriEndpointOverride must be an http or https URI without a user, such as http://localhost:4566, but is"
                        + " something else");
    }

    private static void expect(Pattern pattern, String value, String option, String what) {
        refuseUnless(value != null && pattern.matcher(value).matches(), option + " must be " + what + ", was " + value);
    }

    private static void refuseUnless(boolean good, String message) {
        if (!good) {
            throw new IllegalArgumentException(message);
        }
    }

    /** Returns the options of the connection to AWS as one value. */
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

    /**
     * Returns the batching options as one value.
     *
     * @throws IllegalArgumentException if a value is out of its range
     */
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

    /** Returns the most bytes in a batch; the service sets the default. */
    public abstract int getBatchBytes();

    /** Returns how long a record waits for more; the service sets the default. */
    public abstract Duration getLingerTime();

    /** Returns the order kept among records with the same key; the service sets the default. */
    public abstract Ordering getOrdering();

    /** Returns whether events share records. */
    protected abstract boolean packs();

    /** Returns the destination's name in an event's {@code integrations}; empty to ignore them. */
    public abstract String getIntegrationName();

    public AwsConfiguration copy() {
        try {
            return (AwsConfiguration) clone();
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
