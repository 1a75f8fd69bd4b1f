package io.camelsegment.app.setup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.camelsegment.app.InstalledPrograms;
import io.camelsegment.localaws.LocalAws;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.AbstractConstruct;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/**
 * The templates in {@code examples/iam} allow what {@code segment iam-policy} prints for the same role, streams and
 * keys.
 */
class IamExamplesTest {

    private static final Path EXAMPLES = Path.of("..", "examples", "iam").toAbsolutePath();
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String ROLE = "arn:aws:iam::123456789012:role/segment";
    private static final String COLLECTOR = "arn:aws:iam::123456789012:role/collector";

    @TempDir
    Path directory;

    /** Parameters of the templates, by the names that they have in Terraform. */
    static Stream<Map<String, List<String>>> inputs() {
        List<String> dataStreams = List.of(kinesis("clicks"), kinesis("events"));
        List<String> deliveryStreams = List.of(firehose("new_users"), firehose("pages"));
        return Stream.of(
                Map.of("external_ids", List.of("ws_one"), "kinesis_stream_arns", dataStreams),
                Map.of("external_ids", List.of("ws_one"), "delivery_stream_arns", deliveryStreams),
                Map.of(
                        "external_ids", List.of("ws_one", "ws_two"),
                        "kinesis_stream_arns", dataStreams,
                        "kinesis_kms_key_arns", List.of(key("clicks"), key("events")),
                        "delivery_stream_arns", deliveryStreams,
                        "delivery_stream_kms_key_arns", List.of(key("new_users"), key("pages"))));
    }

    @ParameterizedTest
    @MethodSource("inputs")
    void cloudFormationAllowsWhatTheCommandPrints(Map<String, List<String>> inputs) throws Exception {
        Map<String, Object> parameters = new TreeMap<>(Map.of("RoleName", "segment", "CollectorArn", COLLECTOR));
        parameters.put("ExternalIds", list(inputs, "external_ids"));
        parameters.put("KinesisStreamArns", list(inputs, "kinesis_stream_arns"));
        parameters.put("KinesisKmsKeyArns", list(inputs, "kinesis_kms_key_arns"));
        parameters.put("DeliveryStreamArns", list(inputs, "delivery_stream_arns"));
        parameters.put("DeliveryStreamKmsKeyArns", list(inputs, "delivery_stream_kms_key_arns"));
        JsonNode resources = new Template(EXAMPLES.resolve("cloudformation.yaml"), parameters).resources();

        JsonNode printed = printed(inputs);

        assertThat(statements(resources.at("/Role/Properties/AssumeRolePolicyDocument")))
                .isEqualTo(statements(printed.get("trustPolicy")));
        assertThat(statements(resources.at("/Delivery/Properties/PolicyDocument")))
                .isEqualTo(statements(printed.get("permissionPolicy")));
        assertThat(resources.at("/Role/Properties/RoleName").textValue()).isEqualTo("segment");
    }

    /** Needs no provider, so it evaluates all but the resources: they need one that cannot be downloaded everywhere. */
    @ParameterizedTest
    @MethodSource("inputs")
    void terraformAllowsWhatTheCommandPrints(Map<String, List<String>> inputs) throws Exception {
        assumeTrue(InstalledPrograms.contains("terraform"), "terraform is not installed");
        for (String file : List.of("variables.tf", "policies.tf")) {
            Files.copy(EXAMPLES.resolve("terraform").resolve(file), directory.resolve(file));
        }
        Map<String, Object> variables = new LinkedHashMap<>(inputs);
        variables.put("collector_arn", COLLECTOR);
        Files.writeString(directory.resolve("test.auto.tfvars.json"), JSON.writeValueAsString(variables));
        Files.writeString(
                directory.resolve("expression"),
                "nonsensitive(jsonencode({trust=local.trust_policy,permission=local.permission_policy}))\n");

        String output = run(List.of("terraform", "console", "-no-color"), directory.resolve("expression"));

        JsonNode policies = JSON.readTree(JSON.readTree(output.strip()
                        .lines()
                        .filter(line -> line.startsWith("\""))
                        .findFirst()
                        .orElseThrow(() -> new AssertionError(output)))
                .textValue());
        JsonNode printed = printed(inputs);
        assertThat(statements(policies.get("trust"))).isEqualTo(statements(printed.get("trustPolicy")));
        Map<String, JsonNode> expected = statements(printed.get("permissionPolicy"));
        // In the resources, since it names one.
        expected.remove("CheckOwnPermissions");
        assertThat(statements(policies.get("permission"))).isEqualTo(expected);
    }

    @Test
    void terraformIsFormatted() throws Exception {
        assumeTrue(InstalledPrograms.contains("terraform"), "terraform is not installed");
        Path printed = Path.of("src", "test", "resources", "iam-policy").toAbsolutePath();

        assertThat(run(List.of("terraform", "fmt", "-check", "-recursive", EXAMPLES.toString()), null))
                .isEmpty();
        assertThat(run(List.of("terraform", "fmt", "-check", "-recursive", printed.toString()), null))
                .isEmpty();
    }

    @Test
    void cloudFormationIsClean() throws Exception {
        assumeTrue(InstalledPrograms.contains("cfn-lint"), "cfn-lint is not installed");
        Path printed = Path.of("src", "test", "resources", "iam-policy").toAbsolutePath();

        assertThat(run(
                        List.of(
                                "cfn-lint",
                                EXAMPLES.resolve("cloudformation.yaml").toString(),
                                printed.resolve("account.cloudformation.json").toString()),
                        null))
                .isEmpty();
    }

    private static JsonNode printed(Map<String, List<String>> inputs) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("segment.sources.web.write-key", "KEY");
        List<String> arguments = new ArrayList<>(List.of("iam-policy", "--principal", COLLECTOR));
        for (String secretId : list(inputs, "external_ids")) {
            for (String stream : list(inputs, "kinesis_stream_arns")) {
                String name = stream.substring(stream.indexOf('/') + 1);
                destination(settings, secretId + name, "kinesis", secretId, "stream-name", name);
            }
            for (String stream : list(inputs, "delivery_stream_arns")) {
                String name = stream.substring(stream.indexOf('/') + 1);
                destination(settings, secretId + name, "firehose", secretId, "map." + name, name);
            }
        }
        Stream.of("kinesis_kms_key_arns", "delivery_stream_kms_key_arns")
                .flatMap(keys -> list(inputs, keys).stream())
                .forEach(key -> arguments.addAll(List.of(
                        "--kms-key", key.substring(key.indexOf("key/") + 4).replace("-", "_") + "=" + key)));
        try (LocalAws aws = LocalAws.builder().accountId("123456789012").start()) {
            settings.put("segment.aws.endpoint-override", aws.endpoint().toString());
            CommandRun run = CommandRun.with(settings, arguments.toArray(String[]::new));
            assertThat(run.exitCode()).as(run.errors()).isZero();
            return run.json().get("roles").get(ROLE);
        }
    }

    private static void destination(
            Map<String, String> settings,
            String name,
            String type,
            String secretId,
            String streamSetting,
            String stream) {
        String prefix = "segment.destinations." + name + ".";
        settings.put(prefix + "type", type);
        settings.put(prefix + "role-address", ROLE);
        settings.put(prefix + "secret-id", secretId);
        settings.put(prefix + streamSetting, stream);
    }

    /** Returns the statements by Sid; a single value is the same as a list of one. */
    private static Map<String, JsonNode> statements(JsonNode policy) {
        JsonNode statements = policy.get("Statement");
        Map<String, JsonNode> bySid = new TreeMap<>();
        for (JsonNode statement : statements.isArray() ? statements : List.of(statements)) {
            bySid.put(statement.get("Sid").textValue(), plain(statement));
        }
        return bySid;
    }

    private static JsonNode plain(JsonNode node) {
        if (node.isObject()) {
            var object = JSON.createObjectNode();
            node.properties().stream()
                    .sorted(Map.Entry.comparingByKey())
                    .forEach(member -> object.set(member.getKey(), plain(member.getValue())));
            return object;
        }
        if (node.isArray()) {
            TreeSet<String> values = new TreeSet<>();
            node.forEach(value -> values.add(value.textValue()));
            return values.size() == 1 ? JSON.valueToTree(values.first()) : JSON.valueToTree(values);
        }
        return node;
    }

    private static List<String> list(Map<String, List<String>> inputs, String name) {
        return inputs.getOrDefault(name, List.of());
    }

    private static String kinesis(String name) {
        return "arn:aws:kinesis:us-west-2:123456789012:stream/" + name;
    }

    private static String firehose(String name) {
        return "arn:aws:firehose:us-west-2:123456789012:deliverystream/" + name;
    }

    private static String key(String stream) {
        return "arn:aws:kms:us-west-2:123456789012:key/" + stream.replace("_", "-");
    }

    /** Returns what the program printed on both channels; it must end well. */
    private String run(List<String> command, Path input) throws IOException, InterruptedException {
        Path output = directory.resolve("output");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        // Terraform warns of a missing configuration file that the environment names.
        builder.environment()
                .put(
                        "TF_CLI_CONFIG_FILE",
                        Files.writeString(directory.resolve("rc"), "").toString());
        builder.environment().put("CHECKPOINT_DISABLE", "1");
        if (input != null) {
            builder.redirectInput(input.toFile());
        }
        Process process = builder.start();
        if (!process.waitFor(2, TimeUnit.MINUTES)) {
            process.destroyForcibly();
        }
        String printed = Files.readString(output);
        assertThat(process.waitFor()).as(printed).isZero();
        return printed;
    }

    /** As much of CloudFormation's functions as the template uses. */
    private static final class Template {

        private static final Object NO_VALUE = new Object();

        private final Map<?, ?> template;
        private final Map<String, Object> parameters;

        Template(Path file, Map<String, Object> parameters) throws IOException {
            this.template = new Yaml(new Tags()).load(Files.readString(file));
            this.parameters = parameters;
            assertThat(parameters.keySet())
                    .containsExactlyInAnyOrderElementsOf(names((Map<?, ?>) template.get("Parameters")));
        }

        JsonNode resources() {
            return JSON.valueToTree(value(template.get("Resources")));
        }

        private static List<String> names(Map<?, ?> map) {
            return map.keySet().stream().map(String::valueOf).toList();
        }

        private Object value(Object node) {
            if (node instanceof Function function) {
                return call(function);
            }
            if (node instanceof List<?> list) {
                return list.stream()
                        .map(this::value)
                        .filter(item -> !Objects.equals(item, NO_VALUE))
                        .toList();
            }
            if (node instanceof Map<?, ?> map) {
                Map<String, Object> evaluated = new LinkedHashMap<>();
                map.forEach((name, item) -> evaluated.put(String.valueOf(name), value(item)));
                return evaluated;
            }
            return node;
        }

        private Object call(Function function) {
            List<?> arguments = function.argument() instanceof List<?> list ? list : List.of(function.argument());
            return switch (function.name()) {
                case "!Ref" -> reference(arguments.get(0).toString());
                case "!GetAtt" -> {
                    assertThat(arguments.get(0)).isEqualTo("Role.Arn");
                    yield ROLE;
                }
                case "!If" -> value(arguments.get(condition(arguments.get(0).toString()) ? 1 : 2));
                case "!Not" -> !(Boolean) value(arguments.get(0));
                case "!Equals" -> value(arguments.get(0)).equals(value(arguments.get(1)));
                case "!Join" ->
                    String.join(
                            arguments.get(0).toString(),
                            ((List<?>) value(arguments.get(1)))
                                    .stream().map(String::valueOf).toList());
                default -> throw new AssertionError("no code for " + function.name());
            };
        }

        private Object reference(String name) {
            if (name.equals("AWS::NoValue")) {
                return NO_VALUE;
            }
            return name.equals("Role")
                    ? parameters.get("RoleName")
                    : Objects.requireNonNull(parameters.get(name), name);
        }

        private boolean condition(String name) {
            return (Boolean) value(((Map<?, ?>) template.get("Conditions")).get(name));
        }

        private record Function(String name, Object argument) {}

        private static final class Tags extends SafeConstructor {

            Tags() {
                super(new LoaderOptions());
                yamlMultiConstructors.put("!", new AbstractConstruct() {
                    @Override
                    public Object construct(Node node) {
                        return new Function(node.getTag().getValue(), argument(node));
                    }
                });
            }

            private Object argument(Node node) {
                if (node instanceof SequenceNode sequence) {
                    return constructSequence(sequence);
                }
                return node instanceof MappingNode mapping ? constructMapping(mapping) : ((ScalarNode) node).getValue();
            }
        }
    }
}
