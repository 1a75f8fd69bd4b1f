package io.camelsegment.localaws;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** The roles by ARN. Thread-safe. */
final class Roles {
    private final Account account;
    private final ConcurrentMap<String, Role> byArn = new ConcurrentHashMap<>();

    Roles(Account account) {
        this.account = account;
    }

    /** The ARN of a role of this account. */
    String arn(String path, String name) {
        return "arn:aws:iam::" + account.id() + ":role" + path + name;
    }

    /** Creates a role; returns null when the ARN is taken. */
    Role create(String arn, TrustPolicy trustPolicy) {
        Role role = new Role(arn, RandomIds.unique("AROA"), account.now(), trustPolicy);
        return byArn.putIfAbsent(arn, role) == null ? role : null;
    }

    /** The role, or null. */
    Role find(String arn) {
        return byArn.get(arn);
    }

    /** The role of this account with the name, whatever its path, or null. */
    Role findByName(String name) {
        String account = arn("/", "");
        return byArn.values().stream()
                .filter(role -> role.arn().startsWith(account) && role.name().equals(name))
                .findFirst()
                .orElse(null);
    }

    /** Deletes a role; returns whether it was there. */
    boolean delete(String arn) {
        return byArn.remove(arn) != null;
    }

    void clear() {
        byArn.clear();
    }
}
