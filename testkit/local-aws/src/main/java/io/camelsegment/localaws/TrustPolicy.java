package io.camelsegment.localaws;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** A role's trust policy: the callers who may assume it. Immutable. */
final class TrustPolicy {
    private static final String ASSUME_ROLE = "sts:AssumeRole";

    private final String document;
    private final List<PolicyStatement> statements;

    private TrustPolicy(String document, List<PolicyStatement> statements) {
        this.document = document;
        this.statements = statements;
    }

    /** How far a caller is trusted. */
    enum Trust {
        /** Not at all. */
        NONE,
        /** As a member of a trusted account, which must allow it, too. */
        ACCOUNT,
        /** By name. */
        CALLER
    }

    /** A policy that trusts everyone with one of the external IDs; everyone if there are none. */
    static TrustPolicy ofExternalIds(Collection<String> externalIds) {
        ObjectNode policy = PolicyDocument.JSON.createObjectNode().put("Version", "2012-10-17");
        ObjectNode statement = policy.putArray("Statement").addObject();
        statement.put("Effect", "Allow").put("Action", ASSUME_ROLE);
        statement.putObject("Principal").put("AWS", "*");
        if (!externalIds.isEmpty()) {
            ArrayNode values =
                    statement.putObject("Condition").putObject("StringEquals").putArray(PolicyCondition.EXTERNAL_ID);
            externalIds.forEach(values::add);
        }
        return parse(policy.toString());
    }

    /**
     * Reads a policy document.
     *
     * @throws AwsException {@code MalformedPolicyDocument} if it is no trust policy, or is not evaluated here
     */
    static TrustPolicy parse(String document) {
        return new TrustPolicy(document, PolicyDocument.trust(document));
    }

    /** How far the caller may assume the role in this context: external ID, session name and so on. */
    Trust of(Principal caller, Map<String, ? extends Collection<String>> context) {
        Trust most = Trust.NONE;
        for (PolicyStatement statement : statements) {
            if (statement.matches(ASSUME_ROLE, "*", context)) {
                Trust trust = statement.principals().stream()
                        .map(principal -> trust(principal, caller))
                        .max(Trust::compareTo)
                        .orElse(Trust.NONE);
                if (!statement.allows() && trust != Trust.NONE) {
                    return Trust.NONE;
                }
                most = trust.compareTo(most) > 0 ? trust : most;
            }
        }
        return most;
    }

    private static Trust trust(String principal, Principal caller) {
        if (principal.equals("*")
                || principal.equals(caller.arn())
                || (caller.role() != null && principal.equals(caller.role().arn()))) {
            return Trust.CALLER;
        }
        boolean account = principal.equals(caller.accountId())
                || principal.equals("arn:" + caller.partition() + ":iam::" + caller.accountId() + ":root");
        return account ? Trust.ACCOUNT : Trust.NONE;
    }

    String document() {
        return document;
    }
}
