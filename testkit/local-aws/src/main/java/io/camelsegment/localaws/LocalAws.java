package io.camelsegment.localaws;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;

/**
 * A local stand-in for AWS: Kinesis Data Streams, Data Firehose, STS and IAM on one port, for any AWS SDK or the AWS
 * CLI.
 *
 * <pre>{@code
 * try (LocalAws aws = LocalAws.start()) {
 *     KinesisStream events = aws.createStream("events", 4);
 *     // ... send with any AWS client that has aws.endpoint() as its endpoint override and any static key pair ...
 *     List<KinesisRecord> arrived = events.records();
 * }
 * }</pre>
 *
 * Any static key pair is an administrator of the account. {@code AssumeRole} needs a role ({@link #createRole} or IAM's
 * CreateRole), enforces its trust policy and issues keys. They work only with their session token, until they expire,
 * and within the role's permission policies. Streams belong to a region, as in AWS; the methods of this class use the
 * {@linkplain Builder#region default region}.
 *
 * <p>State is in memory and bounded by {@link Builder#maxRetainedBytes}. One thread serves all requests. Thread-safe.
 */
public final class LocalAws implements AutoCloseable {
    /** Longer than the ten seconds for which a closing SDK client may hold Netty's one global thread. */
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(30);

    private static final int HTTP2_WINDOW_BYTES = 16 * 1024 * 1024;

    private final Vertx vertx;
    private final Account account;
    private final LocalAwsRegion defaultRegion;
    private final Roles roles;
    private final AccessKeys accessKeys;
    private final Faults faults;
    private final CallLog calls;
    private final URI endpoint;
    private final AtomicBoolean closed = new AtomicBoolean();

    private LocalAws(Builder builder) {
        account = new Account(builder.accountId, builder.clock, builder.maxRetainedBytes);
        defaultRegion = account.region(builder.region);
        roles = new Roles(account);
        accessKeys = new AccessKeys(account);
        Permissions permissions = new Permissions(roles);
        Map<Service, AwsService> services = Map.of(
                Service.KINESIS, new KinesisService(account, permissions),
                Service.FIREHOSE, new FirehoseService(account, permissions),
                Service.STS, new StsService(roles, accessKeys, builder.sessionDuration),
                Service.IAM, new IamService(roles));
        ActionNames actions = new ActionNames();
        services.forEach((service, code) -> actions.add(service, code.actions()));
        faults = new Faults(account, actions);
        calls = new CallLog(actions);
        vertx = Vertx.vertx(new VertxOptions()
                .setEventLoopPoolSize(1)
                .setWorkerPoolSize(1)
                .setInternalBlockingPoolSize(1)
                .setUseDaemonThread(true)
                .setFileSystemOptions(
                        new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false)));
        ContentPages pages = new ContentPages(account, builder.region);
        AwsServer server =
                new AwsServer(vertx, account, accessKeys, permissions, services, actions, faults, calls, pages);
        endpoint = listen(server, builder.host, builder.port);
    }

    private URI listen(AwsServer server, String host, int port) {
        HttpServerOptions options = new HttpServerOptions()
                .setHandle100ContinueAutomatically(true)
                .setHttp2ConnectionWindowSize(HTTP2_WINDOW_BYTES)
                .setInitialSettings(new Http2Settings().setInitialWindowSize(HTTP2_WINDOW_BYTES));
        try {
            HttpServer http = vertx.createHttpServer(options)
                    .requestHandler(server::receive)
                    .listen(port, host)
                    .toCompletionStage()
                    .toCompletableFuture()
                    .join();
            String reachable = host.equals("0.0.0.0") || host.equals("::") ? "127.0.0.1" : host;
            String authority = reachable.contains(":") ? "[" + reachable + "]" : reachable;
            return URI.create("http://" + authority + ":" + http.actualPort());
        } catch (CompletionException e) {
            vertx.close();
            throw new IllegalStateException(
                    "local AWS cannot listen on " + host + ":" + port + "; choose another port, or 0 for a free one",
                    e);
        }
    }

    /** Starts with the defaults: a free port of 127.0.0.1. */
    public static LocalAws start() {
        return builder().start();
    }

    public static Builder builder() {
        return new Builder();
    }

    /** The endpoint of all services: the endpoint override for AWS clients. */
    public URI endpoint() {
        return endpoint;
    }

    /** The account's number: 12 digits. */
    public String accountId() {
        return account.id();
    }

    /** The region of this name; any name works. */
    public LocalAwsRegion region(String name) {
        return account.region(Objects.requireNonNull(name, "name"));
    }

    /** The region that the methods of this class use. */
    public LocalAwsRegion defaultRegion() {
        return defaultRegion;
    }

    /** Creates a stream in the default region; see {@link LocalAwsRegion#createStream}. */
    public KinesisStream createStream(String name, int shardCount) {
        return defaultRegion.createStream(name, shardCount);
    }

    /** Finds a stream in the default region; see {@link LocalAwsRegion#stream}. */
    public KinesisStream stream(String name) {
        return defaultRegion.stream(name);
    }

    /** Deletes a stream of the default region; see {@link LocalAwsRegion#deleteStream}. */
    public void deleteStream(String name) {
        defaultRegion.deleteStream(name);
    }

    /** Creates a delivery stream in the default region; see {@link LocalAwsRegion#createDeliveryStream}. */
    public DeliveryStream createDeliveryStream(String name) {
        return defaultRegion.createDeliveryStream(name);
    }

    /** Finds a delivery stream in the default region; see {@link LocalAwsRegion#deliveryStream}. */
    public DeliveryStream deliveryStream(String name) {
        return defaultRegion.deliveryStream(name);
    }

    /** Deletes a delivery stream of the default region; see {@link LocalAwsRegion#deleteDeliveryStream}. */
    public void deleteDeliveryStream(String name) {
        defaultRegion.deleteDeliveryStream(name);
    }

    /**
     * Creates a role that may be assumed with one of the external IDs, or by anyone if none is given. Its sessions may
     * do everything until the role gets its first permission policy: {@link Role#allow}, {@link Role#putPolicy}.
     *
     * @param nameOrArn a role name in this account, or the ARN of a role in any account
     * @throws IllegalArgumentException if the role exists, or the ARN is not a role's
     */
    public Role createRole(String nameOrArn, String... externalIds) {
        String arn = nameOrArn.startsWith("arn:")
                ? nameOrArn
                : Arns.role(Arns.partition(defaultRegion.name()), account.id(), "/", nameOrArn);
        if (!arn.matches("arn:[^:]+:iam::\\d{12}:role/.+")) {
            throw new IllegalArgumentException(
                    "expected a role name or an ARN like arn:aws:iam::123456789012:role/name, was " + nameOrArn);
        }
        Role role = roles.create(arn, TrustPolicy.ofExternalIds(List.of(externalIds)), Role.LONGEST_SESSION, false);
        if (role == null) {
            throw new IllegalArgumentException("role " + arn + " exists; delete it first");
        }
        return role;
    }

    /**
     * Finds a role, however it was created.
     *
     * @param nameOrArn a role name in this account, or the ARN of a role in any account
     * @throws NoSuchElementException when there is none
     */
    public Role role(String nameOrArn) {
        Role role = nameOrArn.startsWith("arn:")
                ? roles.find(nameOrArn)
                : roles.findByName(Arns.partition(defaultRegion.name()), account.id(), nameOrArn);
        if (role == null) {
            throw new NoSuchElementException("no role " + nameOrArn + "; create it first");
        }
        return role;
    }

    /**
     * Deletes a role. Its sessions are denied everything from now on if it has permission policies, even if a role of
     * the same name is created again; without permission policies they work until they expire.
     */
    public void deleteRole(Role role) {
        roles.delete(role.arn());
    }

    /** Expires all issued credentials now; calls with them are then answered with ExpiredTokenException. */
    public void expireSessions() {
        accessKeys.expireSessions();
    }

    /** The faults of the services. */
    public Faults faults() {
        return faults;
    }

    /** The calls made. */
    public CallLog calls() {
        return calls;
    }

    /** Deletes all streams, delivery streams, roles and sessions, ends all faults and forgets all calls. */
    public void reset() {
        account.reset();
        roles.clear();
        accessKeys.clear();
        faults.clear();
        calls.clear();
    }

    /** Stops the server and closes its connections. Must not be called from one of its callbacks. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            vertx.close()
                    .toCompletionStage()
                    .toCompletableFuture()
                    .orTimeout(STOP_TIMEOUT.toSeconds(), TimeUnit.SECONDS)
                    .join();
        }
    }

    @Override
    public String toString() {
        return "LocalAws[" + endpoint + "]";
    }

    /** Collects the settings. Used by one thread. */
    public static final class Builder {
        private static final Pattern ACCOUNT_ID = Pattern.compile("\\d{12}");

        private String host = "127.0.0.1";
        private int port;
        private String region = "us-west-2";
        private String accountId = "000000000000";
        private Duration sessionDuration;
        private long maxRetainedBytes = 256L * 1024 * 1024;
        private InstantSource clock = InstantSource.system();

        private Builder() {}

        /** The address to listen on. Default 127.0.0.1; another one admits other machines, without protection. */
        public Builder host(String host) {
            this.host = Objects.requireNonNull(host, "host");
            return this;
        }

        /**
         * The port to listen on. Default 0, a free one.
         *
         * @throws IllegalArgumentException if not in 0 to 65535
         */
        public Builder port(int port) {
            if (port < 0 || port > 65_535) {
                throw new IllegalArgumentException("expected a port of 0 to 65535, was " + port);
            }
            this.port = port;
            return this;
        }

        /** The region of {@link LocalAws#createStream} and similar methods. Default us-west-2; clients may use any. */
        public Builder region(String region) {
            this.region = Objects.requireNonNull(region, "region");
            return this;
        }

        /**
         * The account's number. Default 000000000000.
         *
         * @throws IllegalArgumentException if it does not have 12 digits
         */
        public Builder accountId(String accountId) {
            if (!ACCOUNT_ID.matcher(accountId).matches()) {
                throw new IllegalArgumentException("expected an accountId of 12 digits, was " + accountId);
            }
            this.accountId = accountId;
            return this;
        }

        /**
         * The lifetime of issued credentials, whatever AssumeRole requests, so that tests see them expire. Default: the
         * requested one, at least 15 minutes in AWS.
         *
         * @throws IllegalArgumentException if not positive
         */
        public Builder sessionDuration(Duration duration) {
            if (duration.isNegative() || duration.isZero()) {
                throw new IllegalArgumentException("expected a positive sessionDuration, was " + duration);
            }
            this.sessionDuration = duration;
            return this;
        }

        /**
         * Most record bytes that each stream and delivery stream keeps; beyond that the oldest records are dropped.
         * Default 256 MiB; 0 keeps nothing and only counts, for benchmarks.
         *
         * @throws IllegalArgumentException if negative
         */
        public Builder maxRetainedBytes(long bytes) {
            if (bytes < 0) {
                throw new IllegalArgumentException("expected maxRetainedBytes from 0, was " + bytes);
            }
            this.maxRetainedBytes = bytes;
            return this;
        }

        /** The clock of arrival times and of the expiry of credentials. Default: the system's. */
        public Builder clock(InstantSource clock) {
            this.clock = Objects.requireNonNull(clock, "clock");
            return this;
        }

        /**
         * Starts the server.
         *
         * @throws IllegalStateException if it cannot listen on the host and port
         */
        public LocalAws start() {
            return new LocalAws(this);
        }
    }
}
