package io.camelsegment.app.setup;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.iam.model.ContextEntry;
import software.amazon.awssdk.services.iam.model.EvaluationResult;
import software.amazon.awssdk.services.iam.model.PolicyEvaluationDecisionType;

/** IAM's answers to what a principal may do, by action and resource. */
final class PolicySimulation {

    private static final Decision NONE = new Decision(false, List.of("an answer of IAM"), "");

    private final Map<String, Decision> decisions = new HashMap<>();

    private PolicySimulation() {}

    /**
     * Asks IAM.
     *
     * @param policyOwner the ARN of the user or role
     * @throws software.amazon.awssdk.core.exception.SdkException if IAM does not tell
     */
    static PolicySimulation of(
            IamClient iam,
            String policyOwner,
            List<String> actions,
            Collection<String> resources,
            List<ContextEntry> context) {
        PolicySimulation simulation = new PolicySimulation();
        iam.simulatePrincipalPolicyPaginator(request -> request.policySourceArn(policyOwner)
                        .actionNames(actions)
                        .resourceArns(resources)
                        .contextEntries(context))
                .evaluationResults()
                .forEach(simulation::add);
        return simulation;
    }

    Decision decision(String action, String resource) {
        return decisions.getOrDefault(action + " " + resource, NONE);
    }

    private void add(EvaluationResult result) {
        String why = reason(result);
        if (!result.hasResourceSpecificResults()) {
            put(
                    result.evalActionName(),
                    result.evalResourceName(),
                    result.evalDecision(),
                    result.missingContextValues(),
                    why);
        }
        result.resourceSpecificResults()
                .forEach(on -> put(
                        result.evalActionName(),
                        on.evalResourceName(),
                        on.evalResourceDecision(),
                        on.missingContextValues(),
                        why));
    }

    private void put(
            String action, String resource, PolicyEvaluationDecisionType decision, List<String> missing, String why) {
        boolean denied = decision == PolicyEvaluationDecisionType.EXPLICIT_DENY;
        decisions.put(
                action + " " + resource,
                new Decision(
                        decision == PolicyEvaluationDecisionType.ALLOWED,
                        missing,
                        denied ? ", a policy denies it" + why : why));
    }

    private static String reason(EvaluationResult result) {
        if (result.organizationsDecisionDetail() != null
                && Boolean.FALSE.equals(result.organizationsDecisionDetail().allowedByOrganizations())) {
            return ", the organization's policies do not allow it";
        }
        return result.permissionsBoundaryDecisionDetail() != null
                        && Boolean.FALSE.equals(
                                result.permissionsBoundaryDecisionDetail().allowedByPermissionsBoundary())
                ? ", the permissions boundary does not allow it"
                : "";
    }

    /**
     * IAM's decision on one action on one resource.
     *
     * @param missing the keys that conditions ask for and that were not given
     * @param reason  continues a sentence, or is empty
     */
    record Decision(boolean allowed, List<String> missing, String reason) {

        /** Whether it depends on what is not known here. A denial may, such as one of all but one VPC endpoint. */
        boolean isOpen() {
            return !allowed && !missing.isEmpty();
        }

        String condition() {
            return " depends on conditions on " + String.join(", ", missing) + ", which are not known here";
        }
    }
}
