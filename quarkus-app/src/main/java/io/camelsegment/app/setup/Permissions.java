package io.camelsegment.app.setup;

import static io.camelsegment.app.setup.Check.Step.PERMISSIONS;

import io.camelsegment.app.setup.PolicySimulation.Decision;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.regions.PartitionMetadata;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.iam.model.ContextEntry;
import software.amazon.awssdk.services.iam.model.ContextKeyTypeEnum;

/** Asks IAM what a session may do with its streams and their keys, without doing it. Thread-safe. */
final class Permissions {

    /** How many streams are asked about in one call. */
    private static final int STREAMS_AT_ONCE = 50;

    private static final String PLACE = "iam";

    private final AwsClients clients;
    private final URI iamEndpoint;
    private final SilentPlaces silent;

    /**
     * Creates the examiner of one examination.
     *
     * @param iamEndpoint null for AWS's
     */
    Permissions(AwsClients clients, URI iamEndpoint, SilentPlaces silent) {
        this.clients = clients;
        this.iamEndpoint = iamEndpoint;
        this.silent = silent;
    }

    /** Returns for each stream one check, and another one if it is encrypted with a customer's key. */
    Map<DestinationStream, List<Check>> examine(RoleSession session, Map<DestinationStream, StreamCheck> streams) {
        Map<DestinationStream, List<Check>> found = new LinkedHashMap<>();
        streams.keySet().forEach(stream -> found.put(stream, new ArrayList<>()));
        if (session.credentials() == null) {
            addToAll(found, Check.untried(PERMISSIONS, session.missingStep()));
        } else if (session.policyOwner() == null || session.account() == null) {
            addToAll(
                    found,
                    Check.unknown(
                            PERMISSIONS,
                            "the caller is neither a role nor a user, so that IAM cannot be asked about its policies",
                            "deliver with a role or a user, whose policies IAM tells"));
        } else {
            byService(streams.keySet()).forEach((service, its) -> {
                for (int i = 0; i < its.size(); i += STREAMS_AT_ONCE) {
                    puts(session, service, its.subList(i, Math.min(its.size(), i + STREAMS_AT_ONCE)), found);
                }
                keys(session, service, its, streams, found);
            });
        }
        return found;
    }

    private static void addToAll(Map<DestinationStream, List<Check>> found, Check check) {
        found.forEach((stream, checks) -> checks.add(check.about(stream.name())));
    }

    private static Map<StreamService, List<DestinationStream>> byService(Collection<DestinationStream> streams) {
        Map<StreamService, List<DestinationStream>> byService = new LinkedHashMap<>();
        streams.forEach(stream -> byService
                .computeIfAbsent(stream.service(), service -> new ArrayList<>())
                .add(stream));
        return byService;
    }

    private void puts(
            RoleSession session,
            StreamService service,
            List<DestinationStream> streams,
            Map<DestinationStream, List<Check>> found) {
        if (silent.contains(PLACE)) {
            Check unanswered = Check.unanswered(PERMISSIONS, "IAM did not answer before");
            streams.forEach(stream -> found.get(stream).add(unanswered.about(stream.name())));
            return;
        }
        Map<DestinationStream, String> arns = new LinkedHashMap<>();
        streams.forEach(stream -> arns.put(stream, arn(session, stream).toString()));
        try {
            PolicySimulation simulation =
                    simulate(session, List.of(service.putBatch(), service.putOne()), arns.values(), context(session));
            arns.forEach((stream, arn) ->
                    found.get(stream).add(put(session, service, arn, simulation).about(stream.name())));
        } catch (SdkException e) {
            Check unknown = refused(new Said(e, session.access().secretId()), session);
            streams.forEach(stream -> found.get(stream).add(unknown.about(stream.name())));
        }
    }

    /** The sinks send one by one where the policy does not allow batches. */
    private static Check put(RoleSession session, StreamService service, String arn, PolicySimulation simulation) {
        Decision batch = simulation.decision(service.putBatch(), arn);
        Decision one = simulation.decision(service.putOne(), arn);
        if (batch.allowed()) {
            return Check.pass(PERMISSIONS, service.putBatch() + " is allowed on " + arn);
        }
        if (one.allowed()) {
            return new Check(
                    PERMISSIONS,
                    null,
                    Outcome.PASS,
                    service.putOne() + " is allowed on " + arn + ", " + service.putBatch() + " is not",
                    "allow " + service.putBatch() + " too: without it each event is a request",
                    false,
                    false);
        }
        String actions = service.putBatch() + " on " + arn;
        return batch.isOpen() || one.isOpen()
                ? Check.unknown(PERMISSIONS, actions + (batch.isOpen() ? batch : one).condition(), null)
                : Check.fail(
                        PERMISSIONS,
                        actions + " is not allowed" + batch.reason(),
                        "allow it in the policy of " + session.policyOwner());
    }

    /** One call for each key, whichever streams are encrypted with it. */
    private void keys(
            RoleSession session,
            StreamService service,
            List<DestinationStream> streams,
            Map<DestinationStream, StreamCheck> states,
            Map<DestinationStream, List<Check>> found) {
        Map<String, List<DestinationStream>> encrypted = new TreeMap<>();
        for (DestinationStream stream : streams) {
            states.get(stream).key().ifPresent(key -> encrypted
                    .computeIfAbsent(key.name(), name -> new ArrayList<>())
                    .add(stream));
        }
        encrypted.forEach((key, its) -> {
            Check check = key(session, service, new KmsKey(key), its);
            its.forEach(stream -> found.get(stream).add(check.about(stream.name())));
        });
    }

    private Check key(RoleSession session, StreamService service, KmsKey key, List<DestinationStream> streams) {
        if (silent.contains(PLACE)) {
            return Check.unanswered(PERMISSIONS, "IAM did not answer before");
        }
        List<String> needed = service.keyActions();
        String actions = String.join(" and ", needed);
        Arn stream = arn(session, streams.get(0));
        String arn = key.arn(stream).orElse(null);
        if (arn == null) {
            return Check.unknown(
                    PERMISSIONS,
                    "it is encrypted with the key behind " + key.name() + ", whose ARN is not known",
                    "look whether " + actions + " is allowed on that key, or name the key in the stream's encryption");
        }
        List<ContextEntry> context = new ArrayList<>(context(session));
        context.add(entry("kms:ViaService", service.word() + "." + stream.region() + ".amazonaws.com"));
        if (streams.size() == 1) {
            service.encryptionContext(stream)
                    .forEach((name, value) -> context.add(entry("kms:EncryptionContext:" + name, value)));
        }
        try {
            PolicySimulation simulation = simulate(session, needed, List.of(arn), context);
            for (String action : needed) {
                Decision decision = simulation.decision(action, arn);
                if (decision.isOpen()) {
                    return Check.unknown(PERMISSIONS, action + " on " + arn + decision.condition(), null);
                }
                if (!decision.allowed()) {
                    return Check.fail(
                            PERMISSIONS,
                            action + " on " + arn + " is not allowed" + decision.reason()
                                    + "; IAM does not see the key's own policy, which may allow it too",
                            "allow " + actions + " on the key in the policy of " + session.policyOwner());
                }
            }
            return Check.pass(PERMISSIONS, "by IAM's policies " + actions + " may be called on " + arn);
        } catch (SdkException e) {
            return refused(new Said(e, session.access().secretId()), session);
        }
    }

    private Check refused(Said said, RoleSession session) {
        if (said.isSilence()) {
            silent.add(PLACE);
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

    private PolicySimulation simulate(
            RoleSession session, List<String> actions, Collection<String> resources, List<ContextEntry> context) {
        return PolicySimulation.of(
                clients.iam(partition(session), iamEndpoint, session.credentials()),
                session.policyOwner(),
                actions,
                resources,
                context);
    }

    private static Arn arn(RoleSession session, DestinationStream stream) {
        return stream.arn(partition(session), session.account());
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
}
