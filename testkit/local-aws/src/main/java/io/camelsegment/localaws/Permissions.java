package io.camelsegment.localaws;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Decides whether a caller may make a call, by the permission policies of its role. Thread-safe.
 *
 * @see <a href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html">Policy
 *     evaluation logic</a>, read 2026-11-22
 */
final class Permissions {
    /** Actions not checked here: GetCallerIdentity is never denied, and the trust policy has a say in AssumeRole. */
    private static final Set<String> NOT_CHECKED = Set.of("sts:GetCallerIdentity", "sts:AssumeRole");

    private final Roles roles;

    Permissions(Roles roles) {
        this.roles = roles;
    }

    /**
     * Checks that the caller may make the call.
     *
     * @throws AwsException {@code AccessDeniedException} in AWS's words
     */
    void check(AwsRequest request, Principal caller) {
        String action = request.qualifiedAction();
        if (!caller.isRestricted() || NOT_CHECKED.contains(action)) {
            return;
        }
        String resource = resourceArn(request, caller);
        Decision decision = caller.role().decide(action, resource, context(request, caller));
        if (decision != Decision.ALLOWED) {
            throw new AwsException(
                    request.service().speaksQuery() ? 403 : 400,
                    "AccessDeniedException",
                    denial(caller, action, resource, decision));
        }
    }

    private String resourceArn(AwsRequest request, Principal caller) {
        Role role = request.service() == Service.IAM
                ? roles.findByName(caller.partition(), caller.accountId(), request.resource())
                : null;
        return role == null ? request.resourceArn(caller) : role.arn();
    }

    /**
     * Checks that the caller may use the key of an encrypted stream.
     *
     * @param action {@code kms:GenerateDataKey} to write, {@code kms:Decrypt} to read
     * @throws AwsException {@code KMSAccessDeniedException} in AWS's words
     */
    void checkKey(AwsRequest request, Principal caller, String action, KinesisStream stream) {
        if (!stream.hasCustomerKey() || !caller.isRestricted()) {
            return;
        }
        String key = Arns.key(request.region(), caller.accountId(), stream.keyId());
        Map<String, List<String>> context = keyContext(request, caller);
        put(context, PolicyCondition.KMS_STREAM_ARN, stream.arn());
        Decision decision = caller.role().decide(action, key, context);
        if (decision != Decision.ALLOWED) {
            throw new AwsException("KMSAccessDeniedException", denial(caller, action, key, decision));
        }
    }

    /**
     * Checks that the caller may use the customer's key of a delivery stream. Since April 2026 AWS requires the
     * permissions of the writers themselves, not only of the role that Firehose delivers with.
     *
     * @throws AwsException {@code InvalidKMSResourceException}
     */
    void checkKey(AwsRequest request, Principal caller, DeliveryStream stream) {
        String key = stream.keyArn();
        if (key == null || !caller.isRestricted()) {
            return;
        }
        Map<String, List<String>> context = keyContext(request, caller);
        for (String action : List.of("kms:GenerateDataKey", "kms:Decrypt")) {
            Decision decision = caller.role().decide(action, key, context);
            if (decision != Decision.ALLOWED) {
                throw new AwsException("InvalidKMSResourceException", denial(caller, action, key, decision));
            }
        }
    }

    private static Map<String, List<String>> keyContext(AwsRequest request, Principal caller) {
        Map<String, List<String>> context = context(request, caller);
        put(
                context,
                PolicyCondition.KMS_VIA_SERVICE,
                request.service().prefix() + "." + request.region() + ".amazonaws.com");
        return context;
    }

    /** The condition keys of every call. */
    static Map<String, List<String>> context(AwsRequest request, Principal caller) {
        Map<String, List<String>> context = new HashMap<>();
        put(context, PolicyCondition.REQUESTED_REGION, request.region());
        put(context, PolicyCondition.PRINCIPAL_ACCOUNT, caller.accountId());
        put(
                context,
                PolicyCondition.PRINCIPAL_ARN,
                caller.role() == null ? caller.arn() : caller.role().arn());
        return context;
    }

    /** Sets a condition key. */
    static void put(Map<String, List<String>> context, String key, String value) {
        context.put(PolicyCondition.lowerCase(key), List.of(value));
    }

    /**
     * AWS's message of a denial.
     *
     * @see <a href="https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html">Troubleshoot
     *     access denied error messages</a>, read 2026-11-22
     */
    static String denial(Principal caller, String action, String resource, Decision decision) {
        return "User: " + caller.arn() + " is not authorized to perform: " + action + " on resource: " + resource
                + (decision == Decision.EXPLICIT_DENY
                        ? " with an explicit deny in an identity-based policy"
                        : " because no identity-based policy allows the " + action + " action");
    }
}
