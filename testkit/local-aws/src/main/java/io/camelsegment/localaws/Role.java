package io.camelsegment.localaws;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * An IAM role that can be assumed. Its external IDs are secrets and never shown.
 *
 * <p>A role of {@link LocalAws#createRole} may do everything until it gets its first permission policy; from then on,
 * and for roles of IAM's CreateRole from the start, its sessions may do what its policies allow and no more.
 * Thread-safe.
 */
public final class Role {
    /** The longest session of a role by CreateRole's default. */
    static final Duration DEFAULT_MAX_SESSION = Duration.ofHours(1);

    /** The longest session of any role. */
    static final Duration LONGEST_SESSION = Duration.ofHours(12);

    private final String arn;
    private final String id;
    private final Instant created;
    private final Duration maxSession;
    private final ConcurrentNavigableMap<String, PermissionPolicy> policies = new ConcurrentSkipListMap<>();
    private volatile TrustPolicy trustPolicy;
    private volatile boolean restricted;
    private int statements;

    Role(String arn, String id, Instant created, Duration maxSession, TrustPolicy trustPolicy, boolean restricted) {
        this.arn = arn;
        this.id = id;
        this.created = created;
        this.maxSession = maxSession;
        this.trustPolicy = trustPolicy;
        this.restricted = restricted;
    }

    public String arn() {
        return arn;
    }

    public String name() {
        return Arns.name(arn);
    }

    /**
     * Allows an action by a separate permission policy.
     *
     * @param action {@code kinesis:PutRecords}; {@code *} and {@code ?} are wildcards
     * @param resources ARNs, with wildcards if need be; none for all resources
     * @return this role
     * @throws IllegalArgumentException when the action has no service or a resource is no ARN
     */
    public Role allow(String action, String... resources) {
        return add("Allow", action, resources);
    }

    /**
     * Denies an action by a separate permission policy, which overrides any that allow it.
     *
     * @param action {@code kinesis:PutRecords}; {@code *} and {@code ?} are wildcards
     * @param resources ARNs, with wildcards if need be; none for all resources
     * @return this role
     * @throws IllegalArgumentException when the action has no service or a resource is no ARN
     */
    public Role deny(String action, String... resources) {
        return add("Deny", action, resources);
    }

    private synchronized Role add(String effect, String action, String... resources) {
        String name = effect + "-" + ++statements;
        List<String> arns = resources.length == 0 ? List.of("*") : Arrays.asList(resources);
        explained(() -> put(PermissionPolicy.of(name, effect, action, arns)));
        return this;
    }

    /**
     * Adds a permission policy, or replaces the one of that name, as PutRolePolicy does.
     *
     * @return this role
     * @throws IllegalArgumentException if the document is no permission policy, or has a condition not evaluated here
     */
    public Role putPolicy(String name, String document) {
        explained(() -> put(PermissionPolicy.parse(name, document)));
        return this;
    }

    /** Removes all permission policies, so that its sessions may do nothing. */
    public synchronized void denyEverything() {
        restricted = true;
        policies.clear();
    }

    /**
     * Replaces the trust policy, as UpdateAssumeRolePolicy does.
     *
     * @return this role
     * @throws IllegalArgumentException if the document is no trust policy, or has a condition not evaluated here
     */
    public Role trust(String document) {
        explained(() -> trust(TrustPolicy.parse(document)));
        return this;
    }

    private static void explained(Runnable change) {
        try {
            change.run();
        } catch (AwsException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    synchronized void put(PermissionPolicy policy) {
        policies.put(policy.name(), policy);
        restricted = true;
    }

    boolean deletePolicy(String name) {
        return policies.remove(name) != null;
    }

    /** The permission policies by name. */
    Map<String, PermissionPolicy> policies() {
        return policies;
    }

    /** Whether permission policies are enforced. */
    boolean isRestricted() {
        return restricted;
    }

    /** The decision of the role's policies on an action of its sessions. */
    Decision decide(String action, String resource, Map<String, ? extends Collection<String>> context) {
        return restricted ? PermissionPolicy.decide(policies.values(), action, resource, context) : Decision.ALLOWED;
    }

    /** Ends the role. The sessions of a restricted one lose all permissions. */
    void delete() {
        policies.clear();
    }

    /** The unique ID that begins with AROA. */
    String id() {
        return id;
    }

    Instant created() {
        return created;
    }

    /** The longest session that may be requested. */
    Duration maxSession() {
        return maxSession;
    }

    TrustPolicy trustPolicy() {
        return trustPolicy;
    }

    void trust(TrustPolicy policy) {
        trustPolicy = policy;
    }

    /** The ARN of a session of this role. */
    String sessionArn(String sessionName) {
        return arn.replace(":iam::", ":sts::").replaceFirst(":role/.*", ":assumed-role/" + name() + "/" + sessionName);
    }

    @Override
    public String toString() {
        return "Role[" + arn + "]";
    }
}
