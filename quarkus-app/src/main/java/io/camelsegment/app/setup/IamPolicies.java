package io.camelsegment.app.setup;

import io.camelsegment.app.routes.Destination;
import io.camelsegment.app.routes.Service;
import io.camelsegment.app.settings.Settings;
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
 * The policies that let destinations deliver: those of their roles, and that of the principal that runs the collector.
 * Equal settings give equal policies, in the same order. Trust policies hold secret IDs, so nothing of them is printed
 * here. Immutable.
 *
 * @param roles     the roles' policies by role address, sorted
 * @param collector permissions of the principal that runs the collector; null for none
 */
record IamPolicies(SortedMap<String, RolePolicies> roles, IamPolicy collector) {

    private static final String ASSUME_ROLE = "sts:AssumeRole";
    private static final String ASSUME_ROLES = "AssumeRolesOfDestinations";

    /**
     * The two policies of a role.
     *
     * @param permission what it may do
     * @param trust      principals that may assume it
     */
    record RolePolicies(IamPolicy permission, IamPolicy trust) {

        /** Names no secret ID. */
        @Override
        public String toString() {
            return "RolePolicies[]";
        }
    }

    /**
     * Creates the policies.
     *
     * @param destinations those without a role need a known collector
     * @param collector    the ARN of the user or role that runs the collector, or of an account's root; null when not
     *     known. Roles of another partition than their principal's trust their own account
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
            IamPolicy.Builder permission = permissions(served, arn, keys, role, packsByShard);
            if (isBase) {
                allow(permission, ASSUME_ROLES, assumedByBase, List.of(ASSUME_ROLE));
            }
            String assumer = assumedByBase.contains(role) ? base : collector;
            boolean foreign = assumer != null && !Arn.parse(assumer).partition().equals(arn.partition());
            String trusted = assumer == null || foreign ? arn.accountRoot().toString() : assumer;
            roles.put(role, new RolePolicies(permission.build(), trust(trusted, secretIds)));
            // A principal that a policy of its own account names needs no other permission.
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
                : permissions(direct, Arn.parse(collector), keys, self, packsByShard);
        allow(own, ASSUME_ROLES, assumedByCollector, List.of(ASSUME_ROLE));
        return new IamPolicies(roles, own.build());
    }

    /** Returns the permissions that delivery and the doctor need. */
    private static IamPolicy.Builder permissions(
            List<Destination> destinations, Arn owner, Map<String, String> keys, String self, boolean packsByShard) {
        SortedMap<Service, SortedSet<String>> streams = new TreeMap<>();
        SortedMap<Service, SortedSet<String>> streamKeys = new TreeMap<>();
        for (Destination destination : destinations) {
            for (DestinationStream stream : DestinationStream.of(destination)) {
                String arn = stream.arn(owner.partition(), owner.account()).toString();
                add(streams, destination.service(), arn);
                if (keys.containsKey(arn)) {
                    add(streamKeys, destination.service(), keys.get(arn));
                }
            }
        }
        IamPolicy.Builder policy = IamPolicy.builder();
        streams.forEach((service, arns) -> {
            for (StreamService.Grant grant : StreamService.of(service).grants(packsByShard)) {
                Collection<String> resources =
                        grant.onKeys() ? streamKeys.getOrDefault(service, new TreeSet<>()) : arns;
                allow(policy, grant.id(), resources, grant.actions());
            }
        });
        if (self != null) {
            allow(policy, "CheckOwnPermissions", List.of(self), List.of("iam:SimulatePrincipalPolicy"));
        }
        return policy;
    }

    private static void add(SortedMap<Service, SortedSet<String>> sets, Service service, String value) {
        sets.computeIfAbsent(service, s -> new TreeSet<>()).add(value);
    }

    private static void allow(
            IamPolicy.Builder policy, String sid, Collection<String> resources, Collection<String> actions) {
        if (resources.isEmpty()) {
            return;
        }
        IamStatement.Builder statement = IamStatement.builder().sid(sid).effect(IamEffect.ALLOW);
        actions.stream().sorted().forEach(statement::addAction);
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
