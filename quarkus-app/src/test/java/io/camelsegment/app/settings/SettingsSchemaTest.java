package io.camelsegment.app.settings;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * docs/settings.schema.json is made from {@link SettingsTable}, for IDEs. With {@code -Dsettings.write=true} this test
 * writes it.
 */
class SettingsSchemaTest {

    private static final Path SCHEMA = Path.of("../docs/settings.schema.json");
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Load YAML = new Load(LoadSettings.builder().build());

    private final SettingsPageTest page = new SettingsPageTest();

    @Test
    void theSchemaIsThatOfTheTable() throws IOException {
        String fresh = schema();
        if (Boolean.getBoolean("settings.write")) {
            Files.writeString(SCHEMA, fresh);
        }

        assertThat(Files.readString(SCHEMA))
                .as("run this test with -Dsettings.write=true, and commit what it wrote")
                .isEqualTo(fresh);
    }

    private String schema() throws IOException {
        ObjectNode root = JSON.createObjectNode();
        root.put("$schema", "http://json-schema.org/draft-07/schema#");
        root.put("title", "Settings of the camel-segment app");
        root.put("description", "Made from the code: see SettingsSchemaTest.");
        root.put("type", "object");
        ObjectNode segment = group(root.putObject("properties").putObject("segment"));
        SettingsTable.ROWS.forEach(row -> add(segment, row, 0));
        ObjectNode expression = root.putObject("definitions").putObject("expression");
        expression.put("type", "string").put("pattern", "\\$\\{.+\\}");
        DefaultPrettyPrinter printer = new DefaultPrettyPrinter().withObjectIndenter(new DefaultIndenter("  ", "\n"));
        return JSON.writer(printer).writeValueAsString(root) + "\n";
    }

    /** Makes a group, which has no other names than those of the table. */
    private static ObjectNode group(ObjectNode node) {
        node.put("type", "object");
        if (!node.has("additionalProperties")) {
            node.put("additionalProperties", false);
        }
        return node;
    }

    private void add(ObjectNode group, Setting row, int depth) {
        String name = row.pattern().get(depth);
        boolean last = depth == row.pattern().size() - 1;
        if (!name.equals(Setting.ANY)) {
            ObjectNode child = group.withObjectProperty("properties").withObjectProperty(name);
            if (last) {
                describe(child, row);
            } else {
                add(group(child), row, depth + 1);
            }
            return;
        }
        ObjectNode any = group.get("additionalProperties").isObject()
                ? (ObjectNode) group.get("additionalProperties")
                : group.putObject("additionalProperties");
        if (last) {
            describe(any, row);
        } else {
            add(group(any), row, depth + 1);
        }
    }

    private void describe(ObjectNode node, Setting row) {
        node.put(
                "description",
                page.meaning(row).replace("`", "").replaceAll("\\[([^]]*)]\\([^)]*\\)", "$1") + ". Default: "
                        + page.standard(row).replace("`", ""));
        ArrayNode any = node.putArray("anyOf");
        values(any, row.type());
        any.addObject().put("$ref", "#/definitions/expression");
    }

    private static void values(ArrayNode any, SettingType type) {
        if (type.equals(SettingType.SWITCH)) {
            any.addObject().put("type", "boolean");
            any.addObject().put("type", "string").put("pattern", "^" + anyCase("true|false|yes|no|on|off|y|n") + "$");
        } else if (type.equals(SettingType.DURATION)) {
            any.addObject().put("type", "integer").put("minimum", 0);
            any.addObject().put("type", "string").put("pattern", "^\\s*[0-9Pp+]");
        } else if (type.equals(SettingType.STEPS)) {
            any.addObject().put("type", "string");
            ArrayNode types =
                    any.addObject().put("type", "array").putObject("items").putArray("type");
            types.add("string").add("object");
        } else if (type.expected().startsWith("a whole number")) {
            any.add(range(type));
            any.addObject().put("type", "string").put("pattern", "^[0-9]+$");
        } else if (type.expected().contains(" or ")
                && !type.several()
                && type.fits().test(firstWord(type))) {
            String[] words = words(type);
            ArrayNode choices = any.addObject().putArray("enum");
            List.of(words).forEach(choices::add);
            any.addObject().put("type", "string").put("pattern", "^" + anyCase(String.join("|", words)) + "$");
        } else {
            any.add(scalar());
            if (type.several()) {
                any.addObject().put("type", "array").set("items", scalar());
            }
        }
    }

    private static String[] words(SettingType type) {
        return type.expected().split(", | or ", -1);
    }

    private static String firstWord(SettingType type) {
        return words(type)[0];
    }

    private static ObjectNode scalar() {
        ObjectNode scalar = JSON.createObjectNode();
        scalar.putArray("type").add("string").add("number").add("boolean");
        return scalar;
    }

    private static ObjectNode range(SettingType type) {
        ObjectNode range = JSON.createObjectNode().put("type", "integer");
        Matcher limits =
                Pattern.compile("(?:from|at least) (\\d+)(?: to (\\d+))?").matcher(type.expected());
        assertThat(limits.find()).as(type.expected()).isTrue();
        range.put("minimum", Long.parseLong(limits.group(1)));
        if (limits.group(2) != null) {
            range.put("maximum", Long.parseLong(limits.group(2)));
        }
        return range;
    }

    /** Returns a regular expression of words in any letter case. */
    private static String anyCase(String words) {
        StringBuilder pattern = new StringBuilder("(");
        for (int i = 0; i < words.length(); i++) {
            char c = words.charAt(i);
            if (Character.isLetter(c)) {
                pattern.append('[')
                        .append(Character.toUpperCase(c))
                        .append(Character.toLowerCase(c))
                        .append(']');
            } else {
                pattern.append(c);
            }
        }
        return pattern.append(')').toString();
    }

    @ParameterizedTest
    @ValueSource(strings = {"../README.md", "../docs/settings.md", "../docs/mapping.md", "../docs/changing-events.md"})
    void theExamplesOfThePagesAreValid(String file) throws IOException {
        List<String> examples = Pattern.compile("```yaml\n(segment:\n.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(Path.of(file)))
                .results()
                .map((MatchResult found) -> found.group(1))
                .toList();

        assertThat(examples).isNotEmpty().allSatisfy(yaml -> assertThat(mistakes(yaml))
                .isEmpty());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    segment: {sources: {web: {write-key: [A, B]}}, resend-memory: 10m, deduplicate: off} | 0
                    segment: {destinations: {lake: {type: firehose, map: {Order *: [a, b], '*': c}, required: '${R}'}}} | 0
                    segment: {sources: {web: {writekey: A}}} | 1
                    segment: {max-buffered-bytes: 0} | 1
                    segment: {sources: {web: {context-ip: sometimes}}} | 1
                    segment: {sources: {web: {context-ip: CLIENTSIDE}}} | 0
                    segment: {deduplicate: perhaps} | 1
                    quarkus: {http: {port: 8080}} | 0
                    """)
    void tellsMistakes(String yaml, int number) throws IOException {
        assertThat(mistakes(yaml).isEmpty()).as(yaml).isEqualTo(number == 0);
    }

    private static List<String> mistakes(String yaml) throws IOException {
        JsonSchema schema =
                JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V7).getSchema(Files.readString(SCHEMA));
        JsonNode settings = JSON.valueToTree(YAML.loadFromString(yaml));
        List<String> mistakes = new ArrayList<>();
        for (ValidationMessage message : schema.validate(settings)) {
            mistakes.add(message.getMessage());
        }
        return mistakes;
    }
}
