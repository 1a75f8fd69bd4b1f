package io.camelsegment.app.setup;

import io.camelsegment.app.routes.Destination;
import io.camelsegment.app.routes.UserRoutes;
import io.camelsegment.app.settings.SegmentConfig;
import io.camelsegment.app.settings.Settings;
import jakarta.inject.Inject;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.ConfigProvider;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import software.amazon.awssdk.policybuilder.iam.IamPolicy;

/** Prints the policies that let the destinations of the settings deliver. */
@Command(
        name = "iam-policy",
        description = {
            "Prints the permission and trust policies of the destinations' roles, to paste into IAM or to deploy.",
            "They contain the secret IDs; store them accordingly."
        },
        exitCodeListHeading = ExitCodes.HEADING,
        exitCodeList = {ExitCodes.DONE, ExitCodes.FAILED, ExitCodes.USAGE})
public class IamPolicyCommand implements Callable<Integer> {

    /**
     * Most characters of a trust policy, and of a role's own permission policies, white space not counted.
     *
     * @see <a href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html">IAM quotas</a>, read
     *     2026-11-22
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

    @Mixin
    DestinationChoice choice = new DestinationChoice();

    @Option(
            names = "--format",
            paramLabel = "<format>",
            defaultValue = "json",
            description = "The format: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
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
                    + " Default: the stream's key as AWS reports it, if permitted.")
    Map<String, String> kmsKeys = new LinkedHashMap<>();

    @Override
    public Integer call() {
        Settings settings = Settings.read(config, UserRoutes.exist());
        List<Destination> destinations = choice.of(settings.destinations());
        checkOptions();
        String baseRole = settings.credentials().baseRoleAddress();
        String account = format == PolicyFormat.JSON ? null : account(destinations, baseRole);
        IamPolicies policies;
        String collector;
        try (AwsLookup aws = new AwsLookup()) {
            CallerIdentity caller =
                    CallerIdentity.ask(aws, destinations.get(0).aws().region(), settings.credentials());
            collector = principal != null ? principal : caller.arn();
            noteTrustedPrincipal(destinations, caller);
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

    private void checkOptions() {
        if (principal != null && !PRINCIPAL.matcher(principal).matches()) {
            throw mistake("--principal: expected the ARN of an IAM role or user, or of an account's root, such as"
                    + " arn:aws:iam::123456789012:role/collector, but was \"" + principal + "\"");
        }
        kmsKeys.forEach((stream, key) -> {
            if (!KEY.matcher(key).matches()) {
                throw mistake("--kms-key: expected a stream, '=' and the ARN of its key, such as"
                        + " events=arn:aws:kms:us-west-2:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab,"
                        + " but was \""
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

    private void noteTrustedPrincipal(List<Destination> destinations, CallerIdentity caller) {
        if (principal != null) {
            return;
        }
        if (caller.arn() != null) {
            note("trusting " + caller.arn() + ", whose credentials are here: name another principal with --principal");
            return;
        }
        for (Destination destination : destinations) {
            if (destination.aws().roleAddress() == null) {
                throw mistake("destination " + destination.name() + " has no role-address, so its streams are in the"
                        + " collector's account, which is unknown (" + caller.unknown()
                        + "): name its principal with --principal");
            }
        }
        note("the collector's principal is unknown (" + caller.unknown() + "), so the roles trust their whole account,"
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
                    + String.join(", ", others)
                    + ": name the principal that assumes them with --principal, in a call of its own");
        }
    }

    /** Returns the ARNs of keys by the ARN of the stream. */
    private Map<String, String> keys(
            List<Destination> destinations, String collector, CallerIdentity caller, AwsLookup aws) {
        StreamKeys keys = new StreamKeys(kmsKeys, aws, caller);
        for (Destination destination : destinations) {
            String role = destination.aws().roleAddress();
            keys.find(destination, Arn.parse(role != null ? role : collector));
        }
        if (!keys.unused().isEmpty()) {
            throw mistake("--kms-key: expected streams that a destination delivers to, but was "
                    + String.join(", ", keys.unused()));
        }
        keys.unknown()
                .forEach((reason, streams) -> note("AWS did not tell (" + reason + ") whether these are encrypted"
                        + " with a KMS key of yours, so they count as not encrypted: " + String.join(", ", streams)
                        + ": name a key with --kms-key"));
        return keys.found();
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
