package io.camelsegment.localaws;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * IAM, version 2010-05-08: as much as it takes to set up a role with a trust policy.
 *
 * @see <a href="https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html">CreateRole</a>
 */
final class IamService implements AwsService {
    private static final Pattern ROLE_NAME = Pattern.compile("[\\w+=,.@-]+");
    private static final int MAX_ROLE_NAME = 64;
    private static final Pattern PATH = Pattern.compile("/|(/[\\x21-\\x7E]+/)");
    private static final int MAX_SESSION_SECONDS = 3600;

    private final Roles roles;

    IamService(Roles roles) {
        this.roles = roles;
    }

    @Override
    public Set<String> actions() {
        return Set.of("CreateRole", "DeleteRole", "GetRole");
    }

    @Override
    public Answer answer(AwsRequest request, Principal caller, FaultPlan plan) {
        return switch (request.action()) {
            case "CreateRole" -> createRole(request);
            case "GetRole" -> getRole(request);
            case "DeleteRole" -> deleteRole(request);
            default -> throw new IllegalStateException("no code for action " + request.action());
        };
    }

    private Answer createRole(AwsRequest request) {
        Input input = request.input();
        String name = checkedName(request);
        String path = input.text("Path") == null ? "/" : input.text("Path");
        String document = input.text("AssumeRolePolicyDocument");
        Constraints constraints = new Constraints();
        constraints.text(path, "path", 1, 512, PATH);
        constraints.notNull(document, "assumeRolePolicyDocument");
        constraints.verify();
        Role role = roles.findByName(name) == null
                ? roles.create(roles.arn(path, name), TrustPolicy.parse(document))
                : null;
        if (role == null) {
            throw new AwsException(409, "EntityAlreadyExists", "Role with name " + name + " already exists.");
        }
        return answer(request, role);
    }

    private Answer getRole(AwsRequest request) {
        return answer(request, find(request));
    }

    private Answer deleteRole(AwsRequest request) {
        roles.delete(find(request).arn());
        return Xml.answer(request, null);
    }

    private Role find(AwsRequest request) {
        String name = checkedName(request);
        Role role = roles.findByName(name);
        if (role == null) {
            throw new AwsException(404, "NoSuchEntity", "The role with name " + name + " cannot be found.");
        }
        return role;
    }

    private static String checkedName(AwsRequest request) {
        String name = request.input().text("RoleName");
        Constraints constraints = new Constraints();
        constraints.notNull(name, "roleName");
        constraints.text(name, "roleName", 1, MAX_ROLE_NAME, ROLE_NAME);
        constraints.verify();
        return name;
    }

    private static Answer answer(AwsRequest request, Role role) {
        String path = role.arn().substring(role.arn().indexOf('/'), role.arn().lastIndexOf('/') + 1);
        return Xml.answer(request, xml -> xml.open("Role")
                .element("Path", path)
                .element("RoleName", role.name())
                .element("RoleId", role.id())
                .element("Arn", role.arn())
                .element("CreateDate", role.created())
                .element(
                        "AssumeRolePolicyDocument",
                        URLEncoder.encode(role.trustPolicy().document(), StandardCharsets.UTF_8)
                                .replace("+", "%20"))
                .element("MaxSessionDuration", MAX_SESSION_SECONDS)
                .close("Role"));
    }
}
