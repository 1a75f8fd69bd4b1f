package io.camelsegment.app.doctor;

import static io.camelsegment.app.doctor.Check.Step.PERMISSIONS;

import io.camelsegment.app.doctor.Subject.Service;
import io.camelsegment.app.doctor.Subject.Stream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.regions.PartitionMetadata;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.iam.model.ContextEntry;
import software.amazon.awssdk.services.iam.model.ContextKeyTypeEnum;
import software.amazon.awssdk.services.iam.model.EvaluationResult;
import software.amazon.awssdk.services.iam.model.PolicyEvaluationDecisionType;

/** Asks IAM what a session may do with its streams and their keys, without doing it. Thread-safe. */
final class Permissions {

    /** How many streams are asked about in one call. */
    private static final int STREAMS_AT_ONCE = 50;

    private static final String PLACE = "iam";
    private static final String GENERATE_DATA_KEY = "kms:GenerateDataKey";

    private final AwsClients clients;

    Permissions(AwsClients clients) {
        this.clients = clients;
    }

    /** Returns for each stream what was found: one check, and another one if it is encrypted with a customer's key. */
    Map<Stream, List<Check>> examine(RoleSession session, Map<Stream, StreamState> streams) {
        Map<Stream, List<Check>> found = new LinkedHashMap<>();
        streams.keySet().forEach(stream -> found.put(stream, new ArrayList<>()));
        String reason = untold(session);
        if (reason != null) {
            Check untold = session.credentials() == null
                    ? Check.untried(PERMISSIONS, earlier(session))
                    : Check.unknown(PERMISSIONS, reason, "deliver with a role or a user, whose policies IAM tells");
            found.forEach((stream, checks) -> checks.add(untold.about(stream.name())));
            return found;
        }
        for (Service service : Service.values()) {
            List<Stream> its = streams.keySet().stream()
                    .filter(stream -> stream.service() == service)
                    .toList();
            for (int i = 0; i < its.size(); i += STREAMS_AT_ONCE) {
                puts(session, service, its.subList(i, Math.min(its.size(), i + STREAMS_AT_ONCE)), found);
            }
            keys(session, service, its, streams, found);
        }
        return found;
    }

    private static Check.Step earlier(RoleSession session) {
        return session.assumed().outcome() == Outcome.PASS ? Check.Step.IDENTITY : Check.Step.ASSUME_ROLE;
    }

    private static String untold(RoleSession session) {
        if (session.credentials() == null) {
            return "no credentials";
        }
        return session.policyOwner() == null || session.account() == null
                ? "the caller is neither a role nor a user, so that IAM cannot be asked about its policies"
                : null;
    }

    private void puts(RoleSession session, Service service, List<Stream> streams, Map<Stream, List<Check>> found) {
        if (clients.isSilent(PLACE)) {
            Check unanswered = Check.unanswered(PERMISSIONS, "IAM did not answer before");
            streams.forEach(stream -> found.get(stream).add(unanswered.about(stream.name())));
            return;
        }
        Map<Stream, String> arns = new LinkedHashMap<>();
        streams.forEach(stream -> arns.put(stream, arn(session, stream)));
        try {
            Simulation simulation =
                    simulate(session, List.of(service.putBatch(), service.putOne()), arns.values(), context(session));
            arns.forEach((stream, arn) ->
                    found.get(stream).add(put(session, service, arn, simulation).about(stream.name())));
        } catch (SdkException e) {
            Check unknown = refused(new Said(e, session.access().secretId()), session);
            streams.forEach(stream -> found.get(stream).add(unknown.about(stream.name())));
        }
    }

    /** The sinks send one by one where the policy does not allow batches. */
    private static Check put(RoleSession session, Service service, String arn, Simulation simulation) {
        Verdict batch = simulation.verdict(service.putBatch(), arn);
        Verdict one = simulation.verdict(service.putOne(), arn);
        if (batch.allowed) {
            return Check.pass(PERMISSIONS, service.putBatch() + " is allowed on " + arn);
        }
        if (one.allowed) {
            return new Check(
                    PERMISSIONS,
                    null,
                    Outcome.PASS,
                    service.putOne() + " is allowed on " + arn + ", " + service.putBatch() + " is not",
                    "allow " + service.putBatch() + " too: without it each event is a request",
                    false);
        }
        String actions = service.putBatch() + " on " + arn;
        return batch.isOpen() || one.isOpen()
                ? Check.unknown(PERMISSIONS, actions + (batch.isOpen() ? batch : one).condition(), null)
                : Check.fail(
                        PERMISSIONS,
                        actions + " is not allowed" + batch.reason,
                        "allow it in the policy of " + session.policyOwner());
    }

    /** One call for each key, whichever streams are encrypted with it. */
    private void keys(
            RoleSession session,
            Service service,
            List<Stream> streams,
            Map<Stream, StreamState> states,
            Map<Stream, List<Check>> found) {
        Map<String, List<Stream>> encrypted = new TreeMap<>();
        for (Stream stream : streams) {
            String key = states.get(stream).key();
            if (key != null) {
                encrypted.computeIfAbsent(key, k -> new ArrayList<>()).add(stream);
            }
        }
        encrypted.forEach((key, its) -> {
            Check check = key(session, service, key, its);
            its.forEach(stream -> found.get(stream).add(check.about(stream.name())));
        });
    }

    private Check key(RoleSession session, Service service, String key, List<Stream> streams) {
        if (clients.isSilent(PLACE)) {
            return Check.unanswered(PERMISSIONS, "IAM did not answer before");
        }
        if (key.contains("alias/")) {
            return Check.unknown(
                    PERMISSIONS,
                    "it is encrypted with the key behind " + key + ", whose ARN is not known",
                    "look whether " + actions(service)
                            + " is allowed on that key, or name the key in the stream's encryption");
        }
        String region = session.access().region();
        String arn = key.startsWith("arn:")
                ? key
                : "arn:" + partition(session) + ":kms:" + region + ":" + session.account() + ":key/" + key;
        List<ContextEntry> context = new ArrayList<>(context(session));
        context.add(entry("kms:ViaService", service.prefix() + "." + region + ".amazonaws.com"));
        if (service == Service.KINESIS && streams.size() == 1) {
            context.add(entry("kms:EncryptionContext:aws:kinesis:arn", arn(session, streams.get(0))));
        }
        try {
            List<String> needed = List.of(actions(service).split(" and ", -1));
            Simulation simulation = simulate(session, needed, List.of(arn), context);
            for (String action : needed) {
                Verdict verdict = simulation.verdict(action, arn);
                if (verdict.isOpen()) {
                    return Check.unknown(PERMISSIONS, action + " on " + arn + verdict.condition(), null);
                }
                if (!verdict.allowed) {
                    return Check.fail(
                            PERMISSIONS,
                            action + " on " + arn + " is not allowed" + verdict.reason
                                    + "; IAM does not see the key's own policy, which may allow it too",
                            "allow " + actions(service) + " on the key in the policy of " + session.policyOwner());
                }
            }
            return Check.pass(PERMISSIONS, "by IAM's policies " + actions(service) + " may be called on " + arn);
        } catch (SdkException e) {
            return refused(new Said(e, session.access().secretId()), session);
        }
    }

    /**
     * What a writer needs of the customer's key.
     *
     * @see <a href="https://docs.aws.amazon.com/streams/latest/dev/permissions-user-key-KMS.html">Permissions to use
     *     user-generated KMS keys</a>, read 2026-11-22
     */
    private static String actions(Service service) {
        return service == Service.KINESIS ? GENERATE_DATA_KEY : GENERATE_DATA_KEY + " and kms:Decrypt";
    }

    private Check refused(Said said, RoleSession session) {
        if (said.isSilence()) {
            clients.silent(PLACE);
        }
        if (said.isPassing()) {
            return Check.unanswered(PERMISSIONS, said.toString());
        }
        String mend = said.isDenial()
                ? "allow iam:SimulatePrincipalPolicy on " + session.policyOwner() + " in its own policy"
                : said.code().startsWith("NoSuchEntity")
                        ? "set role-address to have a role looked at that has a path"
                        : null;
        return Check.unknown(PERMISSIONS, said.toString(), mend);
    }

    private Simulation simulate(
            RoleSession session, List<String> actions, Collection<String> resources, List<ContextEntry> context) {
        Simulation simulation = new Simulation();
        clients.iam(session.access().region(), session)
                .simulatePrincipalPolicyPaginator(request -> request.policySourceArn(session.policyOwner())
                        .actionNames(actions)
                        .resourceArns(resources)
                        .contextEntries(context))
                .evaluationResults()
                .forEach(simulation::add);
        return simulation;
    }

    private static String arn(RoleSession session, Stream stream) {
        return stream.service().arn(partition(session), session.access().region(), session.account(), stream.name());
    }

    private static String partition(RoleSession session) {
        return PartitionMetadata.of(Region.of(session.access().region())).id();
    }

    private static List<ContextEntry> context(RoleSession session) {
        return List.of(entry("aws:RequestedRegion", session.access().region()));
    }

    private static ContextEntry entry(String key, String value) {
        return ContextEntry.builder()
                .contextKeyName(key)
                .contextKeyType(ContextKeyTypeEnum.STRING)
                .contextKeyValues(value)
                .build();
    }

    /** IAM's answers by action and resource. */
    private static final class Simulation {

        private static final Verdict NONE = new Verdict(false, List.of("an answer of IAM"), "");

        private final Map<String, Verdict> verdicts = new HashMap<>();

        void add(EvaluationResult result) {
            String why = reason(result);
            if (!result.hasResourceSpecificResults()) {
                put(
                        result.evalActionName(),
                        result.evalResourceName(),
                        result.evalDecision(),
                        result.missingContextValues(),
                        why);
            }
            result.resourceSpecificResults()
                    .forEach(on -> put(
                            result.evalActionName(),
                            on.evalResourceName(),
                            on.evalResourceDecision(),
                            on.missingContextValues(),
                            why));
        }

        private void put(
                String action,
                String resource,
                PolicyEvaluationDecisionType decision,
                List<String> missing,
                String why) {
            boolean denied = decision == PolicyEvaluationDecisionType.EXPLICIT_DENY;
            verdicts.put(
                    action + " " + resource,
                    new Verdict(
                            decision == PolicyEvaluationDecisionType.ALLOWED,
                            missing,
                            denied ? ", a policy denies it" + why : why));
        }

        private static String reason(EvaluationResult result) {
            if (result.organizationsDecisionDetail() != null
                    && Boolean.FALSE.equals(result.organizationsDecisionDetail().allowedByOrganizations())) {
                return ", the organization's policies do not allow it";
            }
            return result.permissionsBoundaryDecisionDetail() != null
                            && Boolean.FALSE.equals(
                                    result.permissionsBoundaryDecisionDetail().allowedByPermissionsBoundary())
                    ? ", the permissions boundary does not allow it"
                    : "";
        }

        Verdict verdict(String action, String resource) {
            return verdicts.getOrDefault(action + " " + resource, NONE);
        }
    }

    /**
     * What IAM said of an action on a resource.
     *
     * @param missing the keys that conditions ask for and that were not given
     * @param reason  continues a sentence, or is empty
     */
    private record Verdict(boolean allowed, List<String> missing, String reason) {

        /** Whether it depends on what is not known here: a denial does, too, as of all but one VPC endpoint. */
        boolean isOpen() {
            return !allowed && !missing.isEmpty();
        }

        String condition() {
            return " depends on conditions on " + String.join(", ", missing) + ", which are not known here";
        }
    }
}
