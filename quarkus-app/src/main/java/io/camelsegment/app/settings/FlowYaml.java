package io.camelsegment.app.settings;

import java.io.StringReader;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * Writes YAML in one line, in which all text but numbers and the like is in double quotes. Words such as {@code on} are
 * names here, and digits such as {@code 0123} are no number that anybody means.
 */
final class FlowYaml {

    /** A number as it is read everywhere: not octal, not in minutes, without underscores. */
    private static final Pattern DECIMAL =
            Pattern.compile("[-+]?(0|[1-9][0-9]*|(0|[1-9][0-9]*)?\\.[0-9]+([eE][-+]?[0-9]+)?)");

    private final UnaryOperator<String> texts;
    private final Consumer<ScalarNode> duplicateKeys;
    private final YamlSettings.Values constructor = new YamlSettings.Values();
    private int depth;

    private FlowYaml(UnaryOperator<String> texts, Consumer<ScalarNode> duplicateKeys) {
        this.texts = texts;
        this.duplicateKeys = duplicateKeys;
    }

    /**
     * Writes a value.
     *
     * @param duplicateKeys called with each duplicate key; the last one counts
     */
    static String of(Node value, Consumer<ScalarNode> duplicateKeys) {
        return new FlowYaml(UnaryOperator.identity(), duplicateKeys).flow(value);
    }

    /**
     * Writes a map or a list again, with its texts replaced; a text alone stays as it is.
     *
     * @param texts gives what stands for a text, and remains text whatever characters it has
     * @throws YAMLException if it is not YAML, or has a duplicate key
     */
    static String replace(String yaml, UnaryOperator<String> texts) {
        Node value = new Yaml().compose(new StringReader(yaml));
        if (value == null || value instanceof ScalarNode) {
            return yaml;
        }
        Consumer<ScalarNode> refuse = key -> {
            throw new YAMLException("expected each key once");
        };
        return new FlowYaml(texts, refuse).flow(value);
    }

    private String flow(Node node) {
        if (++depth > YamlSettings.DEEPEST) {
            throw new YAMLException("expected no more than " + YamlSettings.DEEPEST + " levels");
        }
        String flow;
        if (node instanceof MappingNode mapping) {
            reportDuplicateKeys(mapping);
            constructor.merge(mapping);
            flow = mapping.getValue().stream()
                    .map(member -> flow(member.getKeyNode()) + ": " + flow(member.getValueNode()))
                    .collect(Collectors.joining(", ", "{", "}"));
        } else if (node instanceof SequenceNode list) {
            flow = list.getValue().stream().map(this::flow).collect(Collectors.joining(", ", "[", "]"));
        } else {
            String text = ((ScalarNode) node).getValue();
            boolean typed = node.getTag().equals(Tag.NULL) || isTyped(node, text);
            flow = typed && !text.isEmpty() ? text : typed ? "null" : quoted(texts.apply(text));
        }
        depth--;
        return flow;
    }

    private void reportDuplicateKeys(MappingNode mapping) {
        Set<String> keys = new HashSet<>();
        for (NodeTuple member : mapping.getValue()) {
            if (member.getKeyNode() instanceof ScalarNode key
                    && !key.getTag().equals(Tag.MERGE)
                    && !keys.add(key.getValue())) {
                duplicateKeys.accept(key);
            }
        }
    }

    private static boolean isTyped(Node node, String text) {
        return node.getTag().equals(Tag.BOOL)
                ? text.matches("(?i)true|false")
                : Set.of(Tag.INT, Tag.FLOAT).contains(node.getTag())
                        && DECIMAL.matcher(text).matches();
    }

    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        text.chars().forEach(c -> {
            if (c == '"' || c == '\\') {
                quoted.append('\\').append((char) c);
            } else if (c >= ' ' && c <= '~') {
                quoted.append((char) c);
            } else {
                quoted.append(String.format("\\u%04x", c));
            }
        });
        return quoted.append('"').toString();
    }
}
