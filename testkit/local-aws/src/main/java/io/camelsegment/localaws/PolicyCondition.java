package io.camelsegment.localaws;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.stream.Collectors;

/**
 * One condition of a statement: a value of the key must match one of the given values. A key that the call lacks does
 * not match.
 *
 * @param key in lower case, since keys ignore case
 * @param name the key as written in the policy
 */
record PolicyCondition(String operator, String key, String name, List<String> values) {
    static final String EXTERNAL_ID = "sts:ExternalId";
    static final String ROLE_SESSION_NAME = "sts:RoleSessionName";
    static final String PRINCIPAL_ARN = "aws:PrincipalArn";
    static final String PRINCIPAL_ACCOUNT = "aws:PrincipalAccount";
    static final String REQUESTED_REGION = "aws:RequestedRegion";
    static final String KMS_VIA_SERVICE = "kms:ViaService";
    static final String KMS_STREAM_ARN = "kms:EncryptionContext:aws:kinesis:arn";

    private static final Map<String, BiPredicate<String, String>> OPERATORS = Map.of(
            "StringEquals", String::equals,
            "StringLike", Wildcards::matches,
            "ArnEquals", Wildcards::matchesArn,
            "ArnLike", Wildcards::matchesArn);

    private static final Set<String> KEYS = Set.of(
                    EXTERNAL_ID,
                    ROLE_SESSION_NAME,
                    PRINCIPAL_ARN,
                    PRINCIPAL_ACCOUNT,
                    REQUESTED_REGION,
                    KMS_VIA_SERVICE,
                    KMS_STREAM_ARN)
            .stream()
            .map(PolicyCondition::lowerCase)
            .collect(Collectors.toSet());

    /**
     * Creates a condition.
     *
     * @throws AwsException {@code MalformedPolicyDocument} if the operator or the key is not evaluated here: a policy
     *     that seems to work must not mean something else in AWS
     */
    static PolicyCondition of(String operator, String name, List<String> values) {
        String key = lowerCase(name);
        if (!OPERATORS.containsKey(operator) || !KEYS.contains(key)) {
            throw PolicyDocument.malformed("local-aws evaluates only the conditions "
                    + OPERATORS.keySet().stream().sorted().toList() + " on "
                    + KEYS.stream().sorted().toList() + ", was " + operator + " on " + name);
        }
        return new PolicyCondition(operator, key, name, values);
    }

    boolean holds(Map<String, ? extends Collection<String>> context) {
        BiPredicate<String, String> matcher = OPERATORS.get(operator);
        Collection<String> actual = context.get(key);
        return actual != null
                && actual.stream().anyMatch(value -> values.stream().anyMatch(pattern -> matcher.test(pattern, value)));
    }

    static String lowerCase(String key) {
        return key.toLowerCase(Locale.ROOT);
    }

    /** Names the key only: the value may be an external ID. */
    @Override
    public String toString() {
        return "PolicyCondition[" + operator + " " + name + "]";
    }
}
