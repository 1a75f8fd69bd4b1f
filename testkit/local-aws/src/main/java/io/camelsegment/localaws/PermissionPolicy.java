package io.camelsegment.localaws;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** A permission policy of a role, under its name. Immutable. */
record PermissionPolicy(String name, String document, List<PolicyStatement> statements) {

    /**
     * Reads a policy.
     *
     * @throws AwsException {@code MalformedPolicyDocument} if it is no policy, or is not evaluated here
     */
    static PermissionPolicy parse(String name, String document) {
        return new PermissionPolicy(name, document, PolicyDocument.permissions(document));
    }

    /** A policy of one statement. */
    static PermissionPolicy of(String name, String effect, String action, List<String> resources) {
        ObjectNode policy = PolicyDocument.JSON.createObjectNode().put("Version", "2012-10-17");
        ObjectNode statement = policy.putArray("Statement").addObject();
        statement.put("Effect", effect).put("Action", action);
        resources.forEach(statement.putArray("Resource")::add);
        return parse(name, policy.toString());
    }

    /** The decision of this policy alone. */
    Decision decide(String action, String resource, Map<String, ? extends Collection<String>> context) {
        Decision decision = Decision.IMPLICIT_DENY;
        for (PolicyStatement statement : statements) {
            if (statement.matches(action, resource, context)) {
                if (!statement.allows()) {
                    return Decision.EXPLICIT_DENY;
                }
                decision = Decision.ALLOWED;
            }
        }
        return decision;
    }

    /** The decision of the policies together. */
    static Decision decide(
            Collection<PermissionPolicy> policies,
            String action,
            String resource,
            Map<String, ? extends Collection<String>> context) {
        Decision decision = Decision.IMPLICIT_DENY;
        for (PermissionPolicy policy : policies) {
            Decision one = policy.decide(action, resource, context);
            if (one == Decision.EXPLICIT_DENY) {
                return one;
            }
            decision = one == Decision.ALLOWED ? one : decision;
        }
        return decision;
    }
}
