package io.camelsegment.app;

import io.camelsegment.routes.Destination;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import software.amazon.awssdk.policybuilder.iam.IamConditionOperator;
import software.amazon.awssdk.policybuilder.iam.IamEffect;
import software.amazon.awssdk.policybuilder.iam.IamPolicy;
import software.amazon.awssdk.policybuilder.iam.IamPrincipalType;
import software.amazon.awssdk.policybuilder.iam.IamStatement;

/**
 * The policies with which destinations can deliver: of the roles that they name, and of who runs the collector. Equal settings give
 * equal policies, in the same order. Trust policies hold secret IDs, so nothing of them is printed here. Immutable.
 *
 * @param roles     the roles' policies by role address, sorted
 * @param collector what who runs the collector must be allowed; null for nothing
 */
record IamPolicies(SortedMap<String, RolePolicies> roles, IamPolicy collector) {

    private static final String ASSUME_ROLE = "sts:AssumeRole";
    private static final String ASSUME_ROLES = "AssumeRolesOfDestinations";

    /**
     * The two policies of a role.
     *
     * @param permission what it may do
     * @param trust      who may assume it
     */
    record RolePolicies(IamPolicy permission, IamPolicy trust) {

        /** Names no secret ID. */
        @Override
        public String toString() {
            return "RolePolicies[]";
        }
    }

    /**
     * Makes the policies.
     *
     * @param destinations of which those without a role need a known collector
     * @param collector    the ARN of the user or role that runs the collector, or of an account's root; null when not known. Roles of
     *     another partition than that of who assumes them trust their own account
     * @param credentials  name the base role, if there is one: it assumes the others
     * @param keys         the ARNs of KMS keys by the ARN of the stream that is encrypted with them
     * @param packsByShard whether the Kinesis sink packs events by shard
     */
    static IamPolicies of(
            Collection<Destination> destinations,
            String collector,
            Settings.Credentials credentials,
            Map<String, String> keys,
            boolean packsByShard) {
        SortedMap<String, List<Destination>> byRole = new TreeMap<>();
        List<Destination> direct = new ArrayList<>();
        for (Destination destination : destinations) {
            String role = destination.aws().roleAddress();
            (role == null ? direct : byRole.computeIfAbsent(role, r -> new ArrayList<>())).add(destination);
        }
        String base = credentials.baseRoleAddress();
        SortedSet<String> assumedByBase = new TreeSet<>();
        if (base != null) {
            assumedByBase.addAll(byRole.keySet());
            assumedByBase.remove(base);
        }
        if (!assumedByBase.isEmpty()) {
            byRole.putIfAbsent(base, List.of());
        }
        SortedMap<String, RolePolicies> roles = new TreeMap<>();
        SortedSet<String> assumedByCollector = new TreeSet<>();
        byRole.forEach((role, served) -> {
            SortedSet<String> secretIds = new TreeSet<>();
            served.forEach(destination -> secretIds.add(destination.aws().secretId()));
            boolean isBase = !assumedByBase.isEmpty() && role.equals(base);
            if (isBase && credentials.baseSecretId() != null) {
                secretIds.add(credentials.baseSecretId());
            }
            Arn arn = Arn.parse(role);
            IamPolicy.Builder permission = permissions(streams(served, arn), keys, role, packsByShard);
            if (isBase) {
                allow(permission, ASSUME_ROLES, assumedByBase, ASSUME_ROLE);
            }
            String assumer = assumedByBase.contains(role) ? base : collector;
            boolean foreign = assumer != null && !Arn.parse(assumer).partition().equals(arn.partition());
            String trusted = assumer == null || foreign ? arn.accountRoot() : assumer;
            roles.put(role, new RolePolicies(permission.build(), trust(trusted, secretIds)));
            // Nobody need be allowed what a policy in his own account allows to him by name.
            boolean byName =
                    !trusted.endsWith(":root") && Arn.parse(trusted).account().equals(arn.account());
            if (!assumedByBase.contains(role) && !byName && !foreign) {
                assumedByCollector.add(role);
            }
        });
        if (direct.isEmpty() && assumedByCollector.isEmpty()) {
            return new IamPolicies(roles, null);
        }
        String self = direct.isEmpty() || collector.endsWith(":root") ? null : collector;
        IamPolicy.Builder own = direct.isEmpty()
                ? IamPolicy.builder()
                : permissions(streams(direct, Arn.parse(collector)), keys, self, packsByShard);
        allow(own, ASSUME_ROLES, assumedByCollector, ASSUME_ROLE);
        return new IamPolicies(roles, own.build());
    }

    private static List<DestinationStream> streams(List<Destination> destinations, Arn owner) {
        return destinations.stream()
                .flatMap(destination -> DestinationStream.of(destination, owner).stream())
                .toList();
    }

    private static IamPolicy.Builder permissions(
            List<DestinationStream> streams, Map<String, String> keys, String self, boolean packsByShard) {
        SortedSet<String> dataStreams = new TreeSet<>();
        SortedSet<String> deliveryStreams = new TreeSet<>();
        SortedSet<String> dataStreamKeys = new TreeSet<>();
        SortedSet<String> deliveryStreamKeys = new TreeSet<>();
        for (DestinationStream stream : streams) {
            boolean kinesis = stream.isDataStream();
            (kinesis ? dataStreams : deliveryStreams).add(stream.arn());
            String key = keys.get(stream.arn());
            if (key != null) {
                (kinesis ? dataStreamKeys : deliveryStreamKeys).add(key);
            }
        }
        IamPolicy.Builder policy = IamPolicy.builder();
        allow(policy, "PutToKinesis", dataStreams, "kinesis:PutRecord", "kinesis:PutRecords");
        allow(policy, "AskForRecordSizeAndCheckStream", dataStreams, "kinesis:DescribeStreamSummary");
        if (packsByShard) {
            allow(policy, "PackEventsByShard", dataStreams, "kinesis:ListShards");
        }
        allow(policy, "EncryptInKinesis", dataStreamKeys, "kms:GenerateDataKey");
        allow(policy, "PutToFirehose", deliveryStreams, "firehose:PutRecord", "firehose:PutRecordBatch");
        allow(policy, "CheckDeliveryStream", deliveryStreams, "firehose:DescribeDeliveryStream");
        allow(policy, "EncryptInFirehose", deliveryStreamKeys, "kms:Decrypt", "kms:GenerateDataKey");
        if (self != null) {
            allow(policy, "CheckOwnPermissions", List.of(self), "iam:SimulatePrincipalPolicy");
        }
        return policy;
    }

    private static void allow(IamPolicy.Builder policy, String sid, Collection<String> resources, String... actions) {
        if (resources.isEmpty()) {
            return;
        }
        IamStatement.Builder statement = IamStatement.builder().sid(sid).effect(IamEffect.ALLOW);
        for (String action : actions) {
            statement.addAction(action);
        }
        resources.forEach(statement::addResource);
        policy.addStatement(statement.build());
    }

    private static IamPolicy trust(String trusted, SortedSet<String> secretIds) {
        IamStatement.Builder statement = IamStatement.builder()
                .sid("CollectorWithSecretId")
                .effect(IamEffect.ALLOW)
                .addPrincipal(IamPrincipalType.AWS, trusted)
                .addAction(ASSUME_ROLE);
        if (!secretIds.isEmpty()) {
            statement.addConditions(IamConditionOperator.STRING_EQUALS, "sts:ExternalId", secretIds);
        }
        return IamPolicy.builder().addStatement(statement.build()).build();
    }

    /** Names the roles and no secret ID. */
    @Override
    public String toString() {
        return "IamPolicies" + roles.keySet();
    }
}
