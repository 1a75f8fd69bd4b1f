package io.camelsegment.app.setup;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import software.amazon.awssdk.policybuilder.iam.IamPolicy;

/** The languages in which policies are written, each to be pasted as it is. */
enum PolicyFormat {
    /** An object with the policies of each role by its address, and that of the principal that runs the collector. */
    JSON {
        @Override
        String write(IamPolicies policies, String collector) {
            ObjectNode document = MAPPER.createObjectNode();
            ObjectNode roles = document.putObject("roles");
            policies.roles().forEach((address, role) -> {
                ObjectNode both = roles.putObject(address);
                both.set("permissionPolicy", tree(role.permission()));
                both.set("trustPolicy", tree(role.trust()));
            });
            if (policies.collector() != null) {
                document.putObject("collector").set("permissionPolicy", tree(policies.collector()));
            }
            return pretty(document);
        }
    },

    /** Resources of the AWS provider: each role with its policies. */
    TERRAFORM {
        @Override
        String write(IamPolicies policies, String collector) {
            StringBuilder hcl = new StringBuilder();
            Set<String> labels = new HashSet<>();
            policies.roles().forEach((address, role) -> {
                Arn arn = Arn.parse(address);
                String label = unused(labels, arn.name().replaceAll("[^A-Za-z0-9_]", "_"), "_");
                hcl.append(
                        """
                        resource "aws_iam_role" "%1$s" {
                          name = "%2$s"
                          path = %3$s

                          assume_role_policy = %4$s
                        }

                        resource "aws_iam_role_policy" "%1$s" {
                          name = "%5$s"
                          role = aws_iam_role.%1$s.id

                          policy = %6$s
                        }

                        """
                                .formatted(
                                        label,
                                        arn.name(),
                                        escaped(quoted(path(arn))),
                                        encoded(role.trust()),
                                        POLICY_NAME,
                                        encoded(role.permission())));
            });
            if (policies.collector() != null) {
                hcl.append(
                        """
                        resource "aws_iam_policy" "%1$s" {
                          name        = "%2$s"
                          description = "%3$s"

                          policy = %4$s
                        }

                        """
                                .formatted(
                                        COLLECTOR_POLICY_NAME.replace('-', '_'),
                                        COLLECTOR_POLICY_NAME,
                                        COLLECTOR_POLICY,
                                        encoded(policies.collector())));
                String kind = kind(collector);
                if (kind != null) {
                    hcl.append(
                            """
                            resource "aws_iam_%1$s_policy_attachment" "%2$s" {
                              %1$s       = "%3$s"
                              policy_arn = aws_iam_policy.%2$s.arn
                            }

                            """
                                    .formatted(
                                            kind,
                                            COLLECTOR_POLICY_NAME.replace('-', '_'),
                                            Arn.parse(collector).name()));
                }
            }
            return hcl.substring(0, hcl.length() - 1);
        }

        private static String encoded(IamPolicy policy) {
            return "jsonencode("
                    + escaped(pretty(tree(policy), Separators.Spacing.BOTH).stripTrailing())
                            .replace("\n", "\n  ") + ")";
        }

        /** A role's path may hold what begins a template in Terraform. */
        private static String escaped(String text) {
            return text.replace("${", "$${").replace("%{", "%%{");
        }
    },

    /** A template in JSON: each role with its policies. */
    CLOUDFORMATION {
        @Override
        String write(IamPolicies policies, String collector) {
            ObjectNode template = MAPPER.createObjectNode()
                    .put("AWSTemplateFormatVersion", "2010-09-09")
                    .put("Description", "Roles with which camel-segment delivers");
            ObjectNode resources = template.putObject("Resources");
            Set<String> labels = new HashSet<>();
            policies.roles().forEach((address, role) -> {
                Arn arn = Arn.parse(address);
                ObjectNode properties = resource(
                        resources, unused(labels, "Role" + arn.name().replaceAll("[^A-Za-z0-9]", ""), "N"), "Role");
                properties.put("RoleName", arn.name()).put("Path", path(arn));
                properties.set("AssumeRolePolicyDocument", tree(role.trust()));
                properties
                        .putArray("Policies")
                        .addObject()
                        .put("PolicyName", POLICY_NAME)
                        .set("PolicyDocument", tree(role.permission()));
            });
            if (policies.collector() != null) {
                ObjectNode properties = resource(resources, "Collector", "ManagedPolicy");
                properties.put("ManagedPolicyName", COLLECTOR_POLICY_NAME).put("Description", COLLECTOR_POLICY);
                String kind = kind(collector);
                if (kind != null) {
                    properties
                            .putArray(kind.equals("role") ? "Roles" : "Users")
                            .add(Arn.parse(collector).name());
                }
                properties.set("PolicyDocument", tree(policies.collector()));
            }
            return pretty(template);
        }

        private static ObjectNode resource(ObjectNode resources, String label, String type) {
            return resources.putObject(label).put("Type", "AWS::IAM::" + type).putObject("Properties");
        }
    };

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private static final String POLICY_NAME = "segment";
    private static final String COLLECTOR_POLICY_NAME = "segment-collector";
    private static final String COLLECTOR_POLICY = "Permissions for the principal that runs camel-segment";

    /**
     * Writes the policies, with the secret IDs that they hold.
     *
     * @param policies  of one account, unless in JSON
     * @param collector the ARN of the principal that runs the collector and gets its policy; null when not known
     * @return lines that end with a line end
     */
    abstract String write(IamPolicies policies, String collector);

    /** The name as it is typed. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }

    private static JsonNode tree(IamPolicy policy) {
        try {
            return MAPPER.readTree(policy.toJson());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("not JSON", e);
        }
    }

    private static String quoted(String text) {
        return pretty(MAPPER.getNodeFactory().textNode(text)).stripTrailing();
    }

    private static String pretty(JsonNode node) {
        return pretty(node, Separators.Spacing.AFTER);
    }

    private static String pretty(JsonNode node, Separators.Spacing colon) {
        DefaultIndenter lines = new DefaultIndenter("  ", "\n");
        DefaultPrettyPrinter printer = new DefaultPrettyPrinter()
                .withObjectIndenter(lines)
                .withArrayIndenter(lines)
                .withSeparators(Separators.createDefaultInstance().withObjectFieldValueSpacing(colon));
        try {
            return MAPPER.writer(printer).writeValueAsString(node) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree is always written", e);
        }
    }

    /** Returns {@code role} or {@code user}; null for an account's root or when not known. */
    private static String kind(String collector) {
        if (collector == null) {
            return null;
        }
        String kind = Arn.parse(collector).resource().split("/", 2)[0];
        return Map.of("role", "role", "user", "user").get(kind);
    }

    /** Returns a role's path, which begins and ends with a slash. */
    private static String path(Arn role) {
        return role.resource()
                .substring(role.resource().indexOf('/'), role.resource().lastIndexOf('/') + 1);
    }

    /** Different names may become the same label. */
    private static String unused(Set<String> labels, String label, String separator) {
        String candidate = Character.isDigit(label.charAt(0)) ? "_" + label : label;
        for (int i = 2; !labels.add(candidate); i++) {
            candidate = label + separator + i;
        }
        return candidate;
    }
}
