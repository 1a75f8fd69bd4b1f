package io.camelsegment.localaws;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;

/**
 * Reads policy documents. Documents that AWS refuses are refused in its words; documents not evaluated here are refused
 * with a message that begins with {@code local-aws}.
 *
 * @see <a href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html">Grammar of the IAM
 *     JSON policy language</a>, read 2026-11-22
 */
final class PolicyDocument {
    static final ObjectMapper JSON = new ObjectMapper()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY);

    private static final Set<String> VERSIONS = Set.of("2012-10-17", "2008-10-17");
    private static final Set<String> TOP_ELEMENTS = Set.of("Version", "Id", "Statement");
    private static final Set<String> ELEMENTS = Set.of(
            "Sid",
            "Effect",
            "Principal",
            "NotPrincipal",
            "Action",
            "NotAction",
            "Resource",
            "NotResource",
            "Condition");
    private static final Set<String> PRINCIPAL_KINDS = Set.of("AWS", "Service", "Federated", "CanonicalUser");
    private static final Pattern ACTION = Pattern.compile("\\*|[A-Za-z0-9-]+:[A-Za-z0-9*?]+");
    private static final Pattern RESOURCE = Pattern.compile("\\*|arn:.*");
    private static final Pattern PRINCIPAL =
            Pattern.compile("\\*|\\d{12}|arn:aws[a-z-]*:(iam::\\d{12}:(root|user/.+|role/.+)|sts::\\d{12}:"
                    + "assumed-role/[^/]+/[^/]+)");

    private PolicyDocument() {}

    /** Reads a role's permission policy. */
    static List<PolicyStatement> permissions(String document) {
        return statements(document).stream().map(PolicyDocument::permission).toList();
    }

    /** Reads a role's trust policy. */
    static List<PolicyStatement> trust(String document) {
        return statements(document).stream().map(PolicyDocument::trusting).toList();
    }

    private static List<JsonNode> statements(String document) {
        JsonNode policy;
        try {
            policy = JSON.readTree(document);
        } catch (JsonProcessingException e) {
            throw malformed("This policy contains invalid Json");
        }
        if (!policy.isObject() || !onlyHas(policy, TOP_ELEMENTS)) {
            throw malformed("Syntax errors in policy.");
        }
        if (policy.has("Version") && !VERSIONS.contains(policy.path("Version").asText())) {
            throw malformed("The policy must contain a valid version string");
        }
        List<JsonNode> statements = oneOrMore(policy.path("Statement"));
        if (statements.isEmpty()) {
            throw malformed("The policy must contain at least one statement.");
        }
        for (JsonNode statement : statements) {
            String effect = statement.path("Effect").asText();
            if (!statement.isObject()
                    || !onlyHas(statement, ELEMENTS)
                    || !(effect.equals("Allow") || effect.equals("Deny"))) {
                throw malformed("Syntax errors in policy.");
            }
        }
        return statements;
    }

    private static PolicyStatement permission(JsonNode statement) {
        if (statement.has("Principal") || statement.has("NotPrincipal")) {
            throw malformed("Policy document should not specify a principal.");
        }
        PolicyStatement.Selection resources = selection(statement, "Resource", "resources");
        for (String resource : resources.patterns()) {
            if (!RESOURCE.matcher(resource).matches()) {
                throw malformed("Resource " + resource + " must be in ARN format or \"*\".");
            }
        }
        return new PolicyStatement(allows(statement), actions(statement), resources, List.of(), conditions(statement));
    }

    private static PolicyStatement trusting(JsonNode statement) {
        if (statement.has("NotPrincipal")) {
            throw malformed("local-aws evaluates only Principal in a trust policy, was NotPrincipal");
        }
        if (statement.has("Resource") || statement.has("NotResource")) {
            throw malformed("Has prohibited field Resource");
        }
        if (!statement.has("Principal")) {
            throw malformed("Missing required field Principal");
        }
        PolicyStatement.Selection actions = actions(statement);
        if (actions.others() || !actions.patterns().stream().allMatch(action -> action.startsWith("sts:"))) {
            throw malformed("AssumeRole policy may only specify STS AssumeRole actions.");
        }
        return new PolicyStatement(
                allows(statement),
                actions,
                PolicyStatement.Selection.ALL,
                principals(statement.path("Principal")),
                conditions(statement));
    }

    private static boolean allows(JsonNode statement) {
        return statement.path("Effect").asText().equals("Allow");
    }

    private static PolicyStatement.Selection actions(JsonNode statement) {
        PolicyStatement.Selection actions = selection(statement, "Action", "actions");
        for (String action : actions.patterns()) {
            if (!ACTION.matcher(action).matches()) {
                throw malformed("Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.");
            }
        }
        return new PolicyStatement.Selection(
                actions.patterns().stream()
                        .map(action -> action.toLowerCase(Locale.ROOT))
                        .toList(),
                actions.others());
    }

    private static PolicyStatement.Selection selection(JsonNode statement, String element, String what) {
        boolean others = statement.has("Not" + element);
        if (others && statement.has(element)) {
            throw malformed("Syntax errors in policy.");
        }
        List<String> patterns = texts(statement.path(others ? "Not" + element : element));
        if (patterns.isEmpty()) {
            throw malformed("Policy statement must contain " + what + ".");
        }
        return new PolicyStatement.Selection(patterns, others);
    }

    /** Reads the callers. Skips services and identity providers, which do not call here. */
    private static List<String> principals(JsonNode principal) {
        if (principal.isTextual()) {
            if (!principal.textValue().equals("*")) {
                throw malformed("Invalid principal in policy.");
            }
            return List.of("*");
        }
        if (!principal.isObject() || principal.isEmpty() || !onlyHas(principal, PRINCIPAL_KINDS)) {
            throw malformed("Invalid principal in policy.");
        }
        List<String> principals = texts(principal.path("AWS"));
        for (String arn : principals) {
            if (!PRINCIPAL.matcher(arn).matches()) {
                throw malformed("Invalid principal in policy: \"AWS\":\"" + arn + "\"");
            }
        }
        return principals;
    }

    private static List<PolicyCondition> conditions(JsonNode statement) {
        JsonNode condition = statement.path("Condition");
        if (!condition.isMissingNode() && !condition.isObject()) {
            throw malformed("Syntax errors in policy.");
        }
        List<PolicyCondition> conditions = new ArrayList<>();
        for (Map.Entry<String, JsonNode> operator : condition.properties()) {
            for (Map.Entry<String, JsonNode> key : operator.getValue().properties()) {
                conditions.add(PolicyCondition.of(operator.getKey(), key.getKey(), texts(key.getValue())));
            }
        }
        return List.copyOf(conditions);
    }

    private static List<String> texts(JsonNode node) {
        List<String> texts = new ArrayList<>();
        for (JsonNode value : oneOrMore(node)) {
            if (!value.isTextual()) {
                throw malformed("Syntax errors in policy.");
            }
            if (value.textValue().contains("${")) {
                throw malformed("local-aws does not evaluate policy variables like ${aws:username}");
            }
            texts.add(value.textValue());
        }
        return List.copyOf(texts);
    }

    /** Reads a list, for which policies allow a single value. */
    private static List<JsonNode> oneOrMore(JsonNode node) {
        if (node.isMissingNode()) {
            return List.of();
        }
        return node.isArray() ? StreamSupport.stream(node.spliterator(), false).toList() : List.of(node);
    }

    private static boolean onlyHas(JsonNode object, Set<String> names) {
        for (Iterator<String> fields = object.fieldNames(); fields.hasNext(); ) {
            if (!names.contains(fields.next())) {
                return false;
            }
        }
        return true;
    }

    static AwsException malformed(String message) {
        return new AwsException("MalformedPolicyDocument", message);
    }
}
