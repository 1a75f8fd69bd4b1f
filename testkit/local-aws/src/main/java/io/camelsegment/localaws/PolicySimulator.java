package io.camelsegment.localaws;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;

/**
 * IAM's SimulatePrincipalPolicy: tests a role's permissions without a call.
 *
 * @see <a href="https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html">
 *     SimulatePrincipalPolicy</a>, read 2026-11-22
 */
final class PolicySimulator {
    private static final Pattern ENTITY = Pattern.compile("arn:aws[a-z-]*:iam::\\d{12}:(role|user|group)/.+");
    private static final List<String> NOT_EVALUATED = List.of(
            "CallerArn",
            "PermissionsBoundaryPolicyInputList.member.1",
            "PolicyInputList.member.1",
            "ResourceHandlingOption",
            "ResourceOwner",
            "ResourcePolicy");

    private final Roles roles;

    PolicySimulator(Roles roles) {
        this.roles = roles;
    }

    Answer simulate(AwsRequest request, Principal caller) {
        Input input = request.input();
        String sourceArn = input.text("PolicySourceArn");
        List<String> actions = input.members("ActionNames");
        List<String> resources = input.members("ResourceArns");
        check(sourceArn, actions, resources);
        for (String field : NOT_EVALUATED) {
            if (input.has(field)) {
                throw invalidInput("local-aws does not evaluate " + field);
            }
        }
        Collection<PermissionPolicy> policies = policies(sourceArn, caller);
        Map<String, List<String>> context = context(input);
        Set<String> missing = missingKeys(policies, context);
        List<Simulated> results = new ArrayList<>();
        for (String action : actions) {
            List<OnResource> each = new ArrayList<>();
            for (String resource : resources.isEmpty() ? List.of("*") : resources) {
                each.add(
                        new OnResource(action, resource, PermissionPolicy.decide(policies, action, resource, context)));
            }
            results.add(new Simulated(action, each));
        }
        String kind = sourceArn.substring(sourceArn.lastIndexOf(':') + 1, sourceArn.indexOf('/'));
        String prefix = kind + "_" + Arns.name(sourceArn) + "_";
        return Xml.answer(request, xml -> xml.element("IsTruncated", false)
                .list("EvaluationResults", results, (member, result) -> {
                    OnResource worst = result.worst();
                    member.element("EvalActionName", result.action)
                            .element("EvalResourceName", worst.resource)
                            .element("EvalDecision", worst.decision.text())
                            .list("MatchedStatements", matched(policies, worst, context), statement(prefix))
                            .list("MissingContextValues", resources.isEmpty() ? missing : Set.<String>of(), Xml::text);
                    if (!resources.isEmpty()) {
                        member.list("ResourceSpecificResults", result.each, (specific, on) -> specific.element(
                                        "EvalResourceName", on.resource)
                                .element("EvalResourceDecision", on.decision.text())
                                .list("MatchedStatements", matched(policies, on, context), statement(prefix))
                                .list("MissingContextValues", missing, Xml::text));
                    }
                }));
    }

    private static BiConsumer<Xml, PermissionPolicy> statement(String prefix) {
        return (statement, policy) ->
                statement.element("SourcePolicyId", prefix + policy.name()).element("SourcePolicyType", "IAM Policy");
    }

    private static void check(String sourceArn, List<String> actions, List<String> resources) {
        Constraints constraints = new Constraints();
        constraints.notNull(sourceArn, "policySourceArn");
        constraints.text(sourceArn, "policySourceArn", 20, 2048, null);
        constraints.notNull(actions.isEmpty() ? null : actions, "actionNames");
        for (String action : actions) {
            constraints.text(action, "actionNames", 3, 128, null);
        }
        for (String resource : resources) {
            constraints.text(resource, "resourceArns", 1, 2048, null);
        }
        constraints.verify();
        if (!ENTITY.matcher(sourceArn).matches()) {
            throw invalidInput("Invalid Entity Arn: " + sourceArn + " does not clearly define entity type and name.");
        }
        for (String action : actions) {
            if (action.indexOf(':') < 1) {
                throw invalidInput("Invalid Action: " + action);
            }
        }
        for (String resource : resources) {
            if (!resource.equals("*") && Arns.partitionOf(resource).isEmpty()) {
                throw invalidInput("Invalid Resource Arn: " + resource);
            }
        }
    }

    /** The role's policies; an unrestricted role or user has one that allows everything. */
    private Collection<PermissionPolicy> policies(String sourceArn, Principal caller) {
        Role role = roles.find(sourceArn);
        boolean foreign = !caller.accountId().equals(Arns.accountOf(sourceArn));
        boolean administrator = sourceArn.equals(
                "arn:" + caller.partition() + ":iam::" + caller.accountId() + ":user/" + AccessKeys.ADMINISTRATOR);
        if (foreign || (role == null && !administrator)) {
            throw IamService.noSuchRole(Arns.name(sourceArn));
        }
        return role != null && role.isRestricted()
                ? List.copyOf(role.policies().values())
                : List.of(PermissionPolicy.of("AdministratorAccess", "Allow", "*", List.of("*")));
    }

    private static Map<String, List<String>> context(Input input) {
        Map<String, List<String>> context = new HashMap<>();
        String name;
        for (int i = 1; (name = input.text("ContextEntries.member." + i + ".ContextKeyName")) != null; i++) {
            context.put(
                    PolicyCondition.lowerCase(name), input.members("ContextEntries.member." + i + ".ContextKeyValues"));
        }
        return context;
    }

    private static Set<String> missingKeys(Collection<PermissionPolicy> policies, Map<String, List<String>> context) {
        Set<String> missing = new TreeSet<>();
        for (PermissionPolicy policy : policies) {
            for (PolicyStatement statement : policy.statements()) {
                for (PolicyCondition condition : statement.conditions()) {
                    if (!context.containsKey(condition.key())) {
                        missing.add(condition.name());
                    }
                }
            }
        }
        return missing;
    }

    private static List<PermissionPolicy> matched(
            Collection<PermissionPolicy> policies, OnResource result, Map<String, List<String>> context) {
        return policies.stream()
                .filter(policy -> result.decision != Decision.IMPLICIT_DENY
                        && policy.decide(result.action, result.resource, context) == result.decision)
                .toList();
    }

    private static AwsException invalidInput(String message) {
        return new AwsException("InvalidInput", message);
    }

    /** One action: AWS gives one result, and that of each resource if any were given. */
    private record Simulated(String action, List<OnResource> each) {

        /** The most restrictive result, since AWS does not document which it shows. */
        OnResource worst() {
            return each.stream()
                    .filter(on -> on.decision != Decision.ALLOWED)
                    .findFirst()
                    .orElse(each.get(0));
        }
    }

    private record OnResource(String action, String resource, Decision decision) {}
}
