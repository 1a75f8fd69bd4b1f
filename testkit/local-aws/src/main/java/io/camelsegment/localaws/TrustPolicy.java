package io.camelsegment.localaws;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.StreamSupport;

/**
 * A role's trust policy, as far as it is evaluated here: {@code Allow} statements for {@code sts:AssumeRole}, each open to
 * all callers or only to those that bring one of its external IDs. Immutable.
 */
final class TrustPolicy {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String EXTERNAL_ID = "sts:ExternalId";

    private final String document;

    /** For each statement its external IDs, or null when it asks for none. */
    private final List<Set<String>> statements;

    private TrustPolicy(String document, List<Set<String>> statements) {
        this.document = document;
        this.statements = statements;
    }

    /** A policy that trusts everyone who brings one of the external IDs; everyone at all when there are none. */
    static TrustPolicy ofExternalIds(Collection<String> externalIds) {
        ObjectNode policy = JSON.createObjectNode().put("Version", "2012-10-17");
        ObjectNode statement = policy.putArray("Statement").addObject();
        statement.put("Effect", "Allow").put("Action", "sts:AssumeRole");
        statement.putObject("Principal").put("AWS", "*");
        if (!externalIds.isEmpty()) {
            ArrayNode values =
                    statement.putObject("Condition").putObject("StringEquals").putArray(EXTERNAL_ID);
            externalIds.forEach(values::add);
        }
        return parse(policy.toString());
    }

    /**
     * Reads a policy document.
     *
     * @throws AwsException {@code MalformedPolicyDocument} when it is no policy, or has a condition not evaluated here
     */
    static TrustPolicy parse(String document) {
        JsonNode policy;
        try {
            policy = JSON.readTree(document);
        } catch (JsonProcessingException e) {
            throw malformed("This policy contains invalid Json");
        }
        List<Set<String>> statements = new ArrayList<>();
        for (JsonNode statement : oneOrMore(policy.path("Statement"))) {
            if (!statement.path("Effect").asText().equals("Allow")) {
                throw malformed("expected Effect Allow in a trust policy, was " + statement.path("Effect"));
            }
            if (oneOrMore(statement.path("Action")).stream().anyMatch(action -> Set.of("sts:assumerole", "sts:*", "*")
                    .contains(action.asText().toLowerCase(Locale.ROOT)))) {
                statements.add(externalIds(statement.path("Condition")));
            }
        }
        if (statements.isEmpty()) {
            throw malformed("expected a Statement that allows sts:AssumeRole");
        }
        return new TrustPolicy(document, statements);
    }

    private static Set<String> externalIds(JsonNode condition) {
        Set<String> externalIds = null;
        for (Map.Entry<String, JsonNode> operator : condition.properties()) {
            for (Map.Entry<String, JsonNode> key : operator.getValue().properties()) {
                if (!operator.getKey().equals("StringEquals") || !key.getKey().equalsIgnoreCase(EXTERNAL_ID)) {
                    throw malformed("local-aws evaluates only StringEquals on " + EXTERNAL_ID + ", was "
                            + operator.getKey() + " on " + key.getKey());
                }
                externalIds = new TreeSet<>();
                for (JsonNode value : oneOrMore(key.getValue())) {
                    externalIds.add(value.asText());
                }
            }
        }
        return externalIds;
    }

    /** Policies allow a single value in place of a list. */
    private static List<JsonNode> oneOrMore(JsonNode node) {
        if (node.isMissingNode()) {
            return List.of();
        }
        return node.isArray() ? StreamSupport.stream(node.spliterator(), false).toList() : List.of(node);
    }

    private static AwsException malformed(String message) {
        return new AwsException("MalformedPolicyDocument", message);
    }

    /** Whether a caller with this external ID, or with none when null, may assume the role. */
    boolean trusts(String externalId) {
        return statements.stream()
                .anyMatch(
                        externalIds -> externalIds == null || (externalId != null && externalIds.contains(externalId)));
    }

    String document() {
        return document;
    }
}
