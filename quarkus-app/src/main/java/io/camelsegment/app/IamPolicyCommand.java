package io.camelsegment.app;

import io.camelsegment.routes.Destination;
import jakarta.inject.Inject;
import java.io.PrintWriter;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.eclipse.microprofile.config.ConfigProvider;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import software.amazon.awssdk.policybuilder.iam.IamPolicy;

/** Prints the policies with which the destinations of the settings can deliver. */
@Command(
        name = "iam-policy",
        description = {
            "Prints the permission and trust policies of the destinations' roles, to be pasted.",
            "They hold the secret IDs, since that is what a role asks for: mind where you keep them."
        })
class IamPolicyCommand implements Callable<Integer> {

    /**
     * Most characters of a trust policy, and of a role's own permission policies, white space not counted.
     *
     * @see <a href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html">IAM quotas</a>, read 2026-11-22
     */
    private static final int MOST_IN_TRUST_POLICY = 2048;

    private static final int MOST_IN_ROLE_POLICIES = 10_240;

    private static final Pattern PRINCIPAL =
            Pattern.compile("arn:aws(-[a-z]+)*:iam::[0-9]{12}:(root|(role|user)/[!-~]+)");

    private static final Pattern KEY = Pattern.compile("arn:aws(-[a-z]+)*:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+");

    @Inject
    SegmentConfig config;

    @Spec
    CommandSpec spec;

    @Parameters(paramLabel = "destination", arity = "0..*", description = "Names of destinations. Default: all.")
    List<String> names = List.of();

    @Option(
            names = "--format",
            paramLabel = "<format>",
            defaultValue = "json",
            description = "${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    PolicyFormat format;

    @Option(
            names = "--principal",
            paramLabel = "<arn>",
            description = "The IAM role or user that runs the collector, or the root of its account."
                    + " Default: the one whose AWS credentials this command finds.")
    String principal;

    @Option(
            names = "--kms-key",
            paramLabel = "<stream>=<key-arn>",
            description = "The KMS key that a stream, by name or ARN, is encrypted with. May be repeated."
                    + " Default: what AWS says of the stream, when it may be asked.")
    Map<String, String> kmsKeys = new LinkedHashMap<>();

    @Override
    public Integer call() {
        Settings settings = Settings.read(config, UserRoutes.exist());
        List<Destination> destinations = destinations(settings);
        checkOptions();
        String baseRole = settings.credentials().baseRoleAddress();
        String account = format == PolicyFormat.JSON ? null : account(destinations, baseRole);
        IamPolicies policies;
        String collector;
        try (AwsLookup aws = new AwsLookup()) {
            Caller caller = caller(aws, destinations, settings.credentials());
            collector = principal != null ? principal : caller.arn();
            tellWhoIsTrusted(destinations, caller);
            tellOfOtherPartitions(destinations, baseRole != null ? baseRole : collector);
            policies = IamPolicies.of(
                    destinations,
                    collector,
                    settings.credentials(),
                    keys(destinations, collector, caller, aws),
                    packsByShard());
        }
        if (account != null && policies.collector() != null) {
            policies = ofAccount(account, policies, collector);
        }
        policies.roles().forEach((role, both) -> {
            warnAboutSize(role, "trust", both.trust(), MOST_IN_TRUST_POLICY);
            warnAboutSize(role, "permission", both.permission(), MOST_IN_ROLE_POLICIES);
        });
        PrintWriter out = spec.commandLine().getOut();
        out.print(format.write(policies, collector));
        out.flush();
        return 0;
    }

    private List<Destination> destinations(Settings settings) {
        Set<String> known =
                settings.destinations().stream().map(Destination::name).collect(Collectors.toCollection(TreeSet::new));
        if (known.isEmpty()) {
            throw mistake("expected at least one destination under segment.destinations, but there is none");
        }
        for (String name : names) {
            if (!known.contains(name)) {
                throw mistake("expected names under segment.destinations, but was \"" + name + "\": there are "
                        + String.join(", ", known));
            }
        }
        return settings.destinations().stream()
                .filter(destination -> names.isEmpty() || names.contains(destination.name()))
                .toList();
    }

    private void checkOptions() {
        if (principal != null && !PRINCIPAL.matcher(principal).matches()) {
            throw mistake("--principal: expected the ARN of an IAM role or user, or of an account's root, such as"
                    + " arn:aws:iam::123456789012:role/collector, but was \"" + principal + "\"");
        }
        kmsKeys.forEach((stream, key) -> {
            if (!KEY.matcher(key).matches()) {
                throw mistake("--kms-key: expected a stream, '=' and the ARN of its key, such as"
                        + " events=arn:aws:kms:us-west-2:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab, but was \""
                        + stream + "=" + key + "\"");
            }
        });
    }

    /** Returns the one account that a template can be for; null when no destination has a role. */
    private String account(List<Destination> destinations, String baseRole) {
        Set<String> accounts = new TreeSet<>();
        for (Destination destination : destinations) {
            if (destination.aws().roleAddress() != null) {
                accounts.add(Arn.parse(destination.aws().roleAddress()).account());
                if (baseRole != null) {
                    accounts.add(Arn.parse(baseRole).account());
                }
            }
        }
        if (accounts.size() > 1) {
            throw mistake("--format " + format + ": expected roles of one account, but they are of "
                    + String.join(", ", accounts) + ": name the destinations of one, or take --format json");
        }
        return accounts.isEmpty() ? null : accounts.iterator().next();
    }

    /**
     * Who asks AWS.
     *
     * @param arn     null when AWS did not tell
     * @param unknown why it did not
     */
    private record Caller(String arn, String unknown) {}

    private static Caller caller(AwsLookup aws, List<Destination> destinations, Settings.Credentials credentials) {
        URI endpoint = credentials.stsEndpointOverride() != null
                ? credentials.stsEndpointOverride()
                : credentials.endpointOverride();
        try {
            return new Caller(
                    aws.caller(destinations.get(0).aws().region(), endpoint, credentials.endpointOverride()), null);
        } catch (AwsLookup.UnknownException e) {
            return new Caller(null, e.getMessage());
        }
    }

    private void tellWhoIsTrusted(List<Destination> destinations, Caller caller) {
        if (principal != null) {
            return;
        }
        if (caller.arn() != null) {
            note("taking " + caller.arn() + " for who runs the collector, since its credentials are here:"
                    + " name another one with --principal");
            return;
        }
        for (Destination destination : destinations) {
            if (destination.aws().roleAddress() == null) {
                throw mistake("destination " + destination.name() + " has no role-address, so its streams are in the"
                        + " account of who runs the collector, but that is not known (" + caller.unknown()
                        + "): name it with --principal");
            }
        }
        note("who runs the collector is not known (" + caller.unknown() + "), so the roles trust their whole account,"
                + " which must allow sts:AssumeRole to the collector: name it with --principal");
    }

    /** Nobody assumes a role of another partition. */
    private void tellOfOtherPartitions(List<Destination> destinations, String assumer) {
        Set<String> others = new TreeSet<>();
        for (Destination destination : destinations) {
            String role = destination.aws().roleAddress();
            if (role != null
                    && assumer != null
                    && !Arn.parse(role).partition().equals(Arn.parse(assumer).partition())) {
                others.add(role);
            }
        }
        if (!others.isEmpty()) {
            note(assumer + " cannot assume roles of another partition, so these trust their whole account: "
                    + String.join(", ", others) + ": name who assumes them with --principal, in a call of its own");
        }
    }

    /** Returns the ARNs of keys by the ARN of the stream. */
    private Map<String, String> keys(List<Destination> destinations, String collector, Caller caller, AwsLookup aws) {
        Map<String, String> keys = new TreeMap<>();
        Map<String, Set<String>> unknown = new TreeMap<>();
        Set<String> unused = new TreeSet<>(kmsKeys.keySet());
        for (Destination destination : destinations) {
            String role = destination.aws().roleAddress();
            Arn owner = Arn.parse(role != null ? role : collector);
            for (DestinationStream stream : DestinationStream.of(destination, owner)) {
                String given = kmsKeys.getOrDefault(stream.arn(), kmsKeys.get(stream.name()));
                unused.removeAll(List.of(stream.arn(), stream.name()));
                if (given != null) {
                    keys.put(stream.arn(), given);
                    continue;
                }
                try {
                    key(stream, owner, caller, aws).ifPresent(key -> keys.put(stream.arn(), key));
                } catch (AwsLookup.UnknownException e) {
                    unknown.computeIfAbsent(e.getMessage(), reason -> new TreeSet<>())
                            .add(stream.label());
                }
            }
        }
        if (!unused.isEmpty()) {
            throw mistake(
                    "--kms-key: expected streams that a destination delivers to, but was " + String.join(", ", unused));
        }
        unknown.forEach((reason, streams) -> note("AWS did not tell (" + reason + ") whether these are encrypted with a"
                + " KMS key of yours, so they are taken for not: " + String.join(", ", streams)
                + ": name a key with --kms-key"));
        return keys;
    }

    private static Optional<String> key(DestinationStream stream, Arn owner, Caller caller, AwsLookup aws)
            throws AwsLookup.UnknownException {
        if (caller.arn() == null) {
            throw new AwsLookup.UnknownException(caller.unknown());
        }
        if (!Arn.parse(caller.arn()).account().equals(owner.account())) {
            throw new AwsLookup.UnknownException("of another account than the AWS credentials here");
        }
        return aws.key(stream);
    }

    private static boolean packsByShard() {
        return ConfigProvider.getConfig()
                .getOptionalValue("camel.component.segment-kinesis.packing", String.class)
                .filter("KPL"::equalsIgnoreCase)
                .isPresent();
    }

    /** A template cannot hold what is to be done in another account. */
    private IamPolicies ofAccount(String account, IamPolicies policies, String collector) {
        if (collector == null || Arn.parse(collector).account().equals(account)) {
            return policies;
        }
        note("the roles are in account " + account + ", and " + collector + " must be allowed in its own what --format"
                + " json prints under \"collector\"");
        return new IamPolicies(policies.roles(), null);
    }

    private void warnAboutSize(String role, String kind, IamPolicy policy, int most) {
        long size =
                policy.toJson().chars().filter(c -> !Character.isWhitespace(c)).count();
        if (size > most) {
            note(String.format(
                    "%s: its %s policy has %,d characters, and IAM takes %,d unless you ask AWS for more:"
                            + " give some of its destinations another role",
                    role, kind, size, most));
        }
    }

    private void note(String text) {
        spec.commandLine().getErr().println(text);
    }

    private ParameterException mistake(String text) {
        return new ParameterException(spec.commandLine(), text);
    }
}
