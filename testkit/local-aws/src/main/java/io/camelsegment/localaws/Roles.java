package io.camelsegment.localaws;

import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** The roles by ARN. Thread-safe. */
final class Roles {
    private final Account account;
    private final ConcurrentMap<String, Role> byArn = new ConcurrentHashMap<>();

    Roles(Account account) {
        this.account = account;
    }

    /**
     * Creates a role; returns null if the ARN is taken.
     *
     * @param restricted whether its sessions may do only what its permission policies allow
     */
    Role create(String arn, TrustPolicy trustPolicy, Duration maxSession, boolean restricted) {
        Role role = new Role(arn, RandomIds.unique("AROA"), account.now(), maxSession, trustPolicy, restricted);
        return byArn.putIfAbsent(arn, role) == null ? role : null;
    }

    /** The role, or null. */
    Role find(String arn) {
        return byArn.get(arn);
    }

    /** The account's role with the name, whatever its path, or null; null for a null name. */
    Role findByName(String partition, String accountId, String name) {
        String start = Arns.role(partition, accountId, "/", "");
        return byArn.values().stream()
                .filter(role -> role.arn().startsWith(start) && role.name().equals(name))
                .findFirst()
                .orElse(null);
    }

    /** Deletes a role if it exists. */
    void delete(String arn) {
        Role role = byArn.remove(arn);
        if (role != null) {
            role.delete();
        }
    }

    void clear() {
        byArn.clear();
    }
}
