package io.camelsegment.localaws;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * IAM, version 2010-05-08: enough to set up a role with its trust policy and permissions, and to simulate its
 * permissions.
 *
 * @see <a href="https://docs.aws.amazon.com/IAM/latest/APIReference/API_Operations.html">IAM API</a>
 */
final class IamService implements AwsService {
    private static final Pattern NAME = Pattern.compile("[\\w+=,.@-]+");
    private static final int MAX_ROLE_NAME = 64;
    private static final int MAX_POLICY_NAME = 128;
    private static final Pattern PATH = Pattern.compile("/|(/[\\x21-\\x7E]+/)");

    /**
     * Most characters of a trust policy, without white space, and of a role's permission policies together.
     *
     * @see <a href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html">IAM quotas</a>, read
     *     2026-11-22
     */
    private static final int MAX_TRUST_POLICY = 2048;

    private static final int MAX_ROLE_POLICIES = 10_240;

    private final Roles roles;
    private final PolicySimulator simulator;

    IamService(Roles roles) {
        this.roles = roles;
        this.simulator = new PolicySimulator(roles);
    }

    @Override
    public Set<String> actions() {
        return Set.of(
                "CreateRole",
                "DeleteRole",
                "DeleteRolePolicy",
                "GetRole",
                "GetRolePolicy",
                "ListRolePolicies",
                "PutRolePolicy",
                "SimulatePrincipalPolicy",
                "UpdateAssumeRolePolicy");
    }

    @Override
    public Answer answer(AwsRequest request, Principal caller, FaultPlan plan) {
        return switch (request.action()) {
            case "CreateRole" -> createRole(request, caller);
            case "GetRole" -> answer(request, find(request, caller));
            case "DeleteRole" -> deleteRole(request, caller);
            case "UpdateAssumeRolePolicy" -> updateAssumeRolePolicy(request, caller);
            case "PutRolePolicy" -> putRolePolicy(request, caller);
            case "GetRolePolicy" -> getRolePolicy(request, caller);
            case "DeleteRolePolicy" -> deleteRolePolicy(request, caller);
            case "ListRolePolicies" -> listRolePolicies(request, caller);
            case "SimulatePrincipalPolicy" -> simulator.simulate(request, caller);
            default -> throw new IllegalStateException("no code for action " + request.action());
        };
    }

    private Answer createRole(AwsRequest request, Principal caller) {
        Input input = request.input();
        String name = checkedName(request);
        String path = input.text("Path") == null ? "/" : input.text("Path");
        Integer seconds = input.integer("MaxSessionDuration");
        Constraints constraints = new Constraints();
        constraints.text(path, "path", 1, 512, PATH);
        constraints.notNull(input.text("AssumeRolePolicyDocument"), "assumeRolePolicyDocument");
        constraints.range(seconds, "maxSessionDuration", (int) Role.DEFAULT_MAX_SESSION.toSeconds(), (int)
                Role.LONGEST_SESSION.toSeconds());
        constraints.verify();
        TrustPolicy trustPolicy = trustPolicy(input.text("AssumeRolePolicyDocument"));
        Duration maxSession = seconds == null ? Role.DEFAULT_MAX_SESSION : Duration.ofSeconds(seconds);
        String arn = Arns.role(caller.partition(), caller.accountId(), path, name);
        Role role = roles.findByName(caller.partition(), caller.accountId(), name) == null
                ? roles.create(arn, trustPolicy, maxSession, true)
                : null;
        if (role == null) {
            throw new AwsException(409, "EntityAlreadyExists", "Role with name " + name + " already exists.");
        }
        return answer(request, role);
    }

    private Answer deleteRole(AwsRequest request, Principal caller) {
        Role role = find(request, caller);
        if (!role.policies().isEmpty()) {
            throw new AwsException(409, "DeleteConflict", "Cannot delete entity, must delete policies first.");
        }
        roles.delete(role.arn());
        return Xml.answer(request, null);
    }

    private Answer updateAssumeRolePolicy(AwsRequest request, Principal caller) {
        Role role = find(request, caller);
        role.trust(trustPolicy(required(request, "PolicyDocument", "policyDocument")));
        return Xml.answer(request, null);
    }

    private static TrustPolicy trustPolicy(String document) {
        if (countedCharacters(document) > MAX_TRUST_POLICY) {
            throw limitExceeded("Cannot exceed quota for ACLSizePerRole: " + MAX_TRUST_POLICY);
        }
        return TrustPolicy.parse(document);
    }

    private Answer putRolePolicy(AwsRequest request, Principal caller) {
        Role role = find(request, caller);
        String name = policyName(request);
        String document = required(request, "PolicyDocument", "policyDocument");
        PermissionPolicy policy = PermissionPolicy.parse(name, document);
        long size = countedCharacters(document)
                + role.policies().values().stream()
                        .filter(other -> !other.name().equals(name))
                        .mapToLong(other -> countedCharacters(other.document()))
                        .sum();
        if (size > MAX_ROLE_POLICIES) {
            throw limitExceeded(
                    "Maximum policy size of " + MAX_ROLE_POLICIES + " bytes exceeded for role " + role.name());
        }
        role.put(policy);
        return Xml.answer(request, null);
    }

    private Answer getRolePolicy(AwsRequest request, Principal caller) {
        Role role = find(request, caller);
        PermissionPolicy policy = role.policies().get(policyName(request));
        if (policy == null) {
            throw noSuchPolicy(request);
        }
        return Xml.answer(request, xml -> xml.element("RoleName", role.name())
                .element("PolicyName", policy.name())
                .element("PolicyDocument", encoded(policy.document())));
    }

    private Answer deleteRolePolicy(AwsRequest request, Principal caller) {
        if (!find(request, caller).deletePolicy(policyName(request))) {
            throw noSuchPolicy(request);
        }
        return Xml.answer(request, null);
    }

    private Answer listRolePolicies(AwsRequest request, Principal caller) {
        List<String> names = new ArrayList<>(find(request, caller).policies().keySet());
        return Xml.answer(
                request, xml -> xml.list("PolicyNames", names, Xml::text).element("IsTruncated", false));
    }

    private Role find(AwsRequest request, Principal caller) {
        String name = checkedName(request);
        Role role = roles.findByName(caller.partition(), caller.accountId(), name);
        if (role == null) {
            throw noSuchRole(name);
        }
        return role;
    }

    static AwsException noSuchRole(String name) {
        return new AwsException(404, "NoSuchEntity", "The role with name " + name + " cannot be found.");
    }

    private static AwsException noSuchPolicy(AwsRequest request) {
        return new AwsException(
                404,
                "NoSuchEntity",
                "The role policy with name " + request.input().text("PolicyName") + " cannot be found.");
    }

    private static AwsException limitExceeded(String message) {
        return new AwsException(409, "LimitExceeded", message);
    }

    private static long countedCharacters(String document) {
        return document.chars().filter(c -> !Character.isWhitespace(c)).count();
    }

    private static String checkedName(AwsRequest request) {
        return name(request, "RoleName", "roleName", MAX_ROLE_NAME);
    }

    private static String policyName(AwsRequest request) {
        return name(request, "PolicyName", "policyName", MAX_POLICY_NAME);
    }

    private static String name(AwsRequest request, String field, String member, int max) {
        String name = required(request, field, member);
        Constraints constraints = new Constraints();
        constraints.text(name, member, 1, max, NAME);
        constraints.verify();
        return name;
    }

    private static String required(AwsRequest request, String field, String member) {
        String value = request.input().text(field);
        Constraints constraints = new Constraints();
        constraints.notNull(value, member);
        constraints.verify();
        return value;
    }

    private static Answer answer(AwsRequest request, Role role) {
        String path = role.arn().substring(role.arn().indexOf('/'), role.arn().lastIndexOf('/') + 1);
        return Xml.answer(request, xml -> xml.open("Role")
                .element("Path", path)
                .element("RoleName", role.name())
                .element("RoleId", role.id())
                .element("Arn", role.arn())
                .element("CreateDate", role.created())
                .element("AssumeRolePolicyDocument", encoded(role.trustPolicy().document()))
                .element("MaxSessionDuration", role.maxSession().toSeconds())
                .close("Role"));
    }

    /** Percent-encodes a document, as IAM does in answers. */
    private static String encoded(String document) {
        return URLEncoder.encode(document, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
