package io.camelsegment.localaws;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * AWS STS, version 2011-06-15.
 *
 * @see <a href="https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html">AssumeRole</a>
 */
final class StsService implements AwsService {
    private static final Pattern SESSION_NAME = Pattern.compile("[\\w+=,.@-]*");
    private static final Pattern EXTERNAL_ID = Pattern.compile("[\\w+=,.@:\\/-]*");
    private static final int MIN_DURATION_SECONDS = 900;
    private static final int MAX_DURATION_SECONDS = (int) Role.LONGEST_SESSION.toSeconds();
    private static final int MAX_CHAINED_SECONDS = 3600;
    private static final Duration DEFAULT_DURATION = Duration.ofHours(1);

    private final Roles roles;
    private final AccessKeys accessKeys;

    /** Replaces the requested duration; null keeps it. */
    private final Duration sessionDuration;

    StsService(Roles roles, AccessKeys accessKeys, Duration sessionDuration) {
        this.roles = roles;
        this.accessKeys = accessKeys;
        this.sessionDuration = sessionDuration;
    }

    @Override
    public Set<String> actions() {
        return Set.of("AssumeRole", "GetCallerIdentity");
    }

    @Override
    public Answer answer(AwsRequest request, Principal caller, FaultPlan plan) {
        return switch (request.action()) {
            case "AssumeRole" -> assumeRole(request, caller);
            case "GetCallerIdentity" -> getCallerIdentity(request, caller);
            default -> throw new IllegalStateException("no code for action " + request.action());
        };
    }

    private Answer assumeRole(AwsRequest request, Principal caller) {
        Input input = request.input();
        String roleArn = input.text("RoleArn");
        String sessionName = input.text("RoleSessionName");
        String externalId = input.text("ExternalId");
        Integer seconds = input.integer("DurationSeconds");
        checkParameters(roleArn, sessionName, externalId, seconds);
        Role role = roles.find(roleArn);
        if (role == null || !mayAssume(role, request, caller)) {
            // AWS answers a missing role like a wrong external ID.
            throw new AwsException(
                    403,
                    "AccessDenied",
                    "User: " + caller.arn() + " is not authorized to perform: sts:AssumeRole on resource: " + roleArn);
        }
        checkDuration(seconds, role, caller);
        Principal principal = accessKeys.issue(role, sessionName, duration(seconds));
        Principal.Session session = principal.session();
        return Xml.answer(request, xml -> xml.open("AssumedRoleUser")
                .element("AssumedRoleId", principal.userId())
                .element("Arn", principal.arn())
                .close("AssumedRoleUser")
                .open("Credentials")
                .element("AccessKeyId", session.accessKeyId())
                .element("SecretAccessKey", session.secretAccessKey())
                .element("SessionToken", session.token())
                .element("Expiration", session.expiration().truncatedTo(ChronoUnit.MILLIS))
                .close("Credentials"));
    }

    /**
     * Decides whether the caller may assume the role. The trust policy must name the caller or its account. The
     * caller's own policies must allow it too if only the account is named, or if the role is in another account.
     *
     * @see <a href="https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_terms-and-concepts.html">Roles terms and
     *     concepts</a>
     */
    private static boolean mayAssume(Role role, AwsRequest request, Principal caller) {
        if (!caller.partition().equals(Arns.partitionOf(role.arn()))) {
            return false;
        }
        Map<String, List<String>> context = Permissions.context(request, caller);
        Permissions.put(
                context, PolicyCondition.ROLE_SESSION_NAME, request.input().text("RoleSessionName"));
        String externalId = request.input().text("ExternalId");
        if (externalId != null) {
            Permissions.put(context, PolicyCondition.EXTERNAL_ID, externalId);
        }
        TrustPolicy.Trust trust = role.trustPolicy().of(caller, context);
        if (trust == TrustPolicy.Trust.NONE) {
            return false;
        }
        Decision decision = caller.isRestricted()
                ? caller.role().decide(request.qualifiedAction(), role.arn(), context)
                : Decision.ALLOWED;
        boolean named = trust == TrustPolicy.Trust.CALLER && caller.accountId().equals(Arns.accountOf(role.arn()));
        return decision == Decision.ALLOWED || (decision == Decision.IMPLICIT_DENY && named);
    }

    private static void checkDuration(Integer seconds, Role role, Principal caller) {
        if (seconds == null) {
            return;
        }
        if (caller.session() != null && seconds > MAX_CHAINED_SECONDS) {
            throw AwsException.validation(
                    "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role "
                            + "chaining");
        }
        if (seconds > role.maxSession().toSeconds()) {
            throw AwsException.validation(
                    "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.");
        }
    }

    private static void checkParameters(String roleArn, String sessionName, String externalId, Integer seconds) {
        Constraints constraints = new Constraints();
        constraints.notNull(roleArn, "roleArn");
        constraints.text(roleArn, "roleArn", 20, 2048, null);
        constraints.notNull(sessionName, "roleSessionName");
        constraints.text(sessionName, "roleSessionName", 2, 64, SESSION_NAME);
        if (externalId != null) {
            // The message does not repeat the value, which is a secret.
            constraints.length(externalId.length(), "Value at 'externalId'", 2, 1224);
            if (!EXTERNAL_ID.matcher(externalId).matches()) {
                constraints.violated(
                        "Value at 'externalId'", "Member must satisfy regular expression pattern: " + EXTERNAL_ID);
            }
        }
        constraints.range(seconds, "durationSeconds", MIN_DURATION_SECONDS, MAX_DURATION_SECONDS);
        constraints.verify();
    }

    private Duration duration(Integer seconds) {
        if (sessionDuration != null) {
            return sessionDuration;
        }
        return seconds == null ? DEFAULT_DURATION : Duration.ofSeconds(seconds);
    }

    private Answer getCallerIdentity(AwsRequest request, Principal caller) {
        return Xml.answer(request, xml -> xml.element("Arn", caller.arn())
                .element("UserId", caller.userId())
                .element("Account", caller.accountId()));
    }
}
