package io.camelsegment.app.settings;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.nodes.CollectionNode;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * The settings of a YAML text. Names and values are those of SmallRye Config's {@code YamlConfigSource}, which keeps
 * neither the places of settings nor those without a value.
 */
final class YamlSettings {

    private final Map<String, String> values = new TreeMap<>();
    private final Map<String, Place> places = new TreeMap<>();
    private final List<List<String>> blanks = new ArrayList<>();
    private final Values constructor = new Values();

    private YamlSettings() {}

    /** Where a setting's name stands in the text; both count from 1. */
    record Place(int line, int column) {}

    /**
     * Reads a text of one or several documents.
     *
     * @throws org.yaml.snakeyaml.error.YAMLException if it is not YAML; the message quotes the text
     */
    static YamlSettings read(String text) {
        YamlSettings settings = new YamlSettings();
        for (Node document : new Yaml().composeAll(new StringReader(text))) {
            if (document instanceof MappingNode mapping) {
                settings.addMembers(List.of(), mapping);
            }
        }
        return settings;
    }

    /** Returns the values by name. */
    Map<String, String> values() {
        return Collections.unmodifiableMap(values);
    }

    /** Returns the places by name, also of settings without a value and of groups of settings. */
    Map<String, Place> places() {
        return Collections.unmodifiableMap(places);
    }

    /** Returns the names, in parts, of all settings left blank: without a value, or an empty list or map. */
    List<List<String>> blanks() {
        return Collections.unmodifiableList(blanks);
    }

    private void addMembers(List<String> path, MappingNode mapping) {
        constructor.merge(mapping);
        for (NodeTuple member : mapping.getValue()) {
            Object key = constructor.value(member.getKeyNode());
            List<String> memberPath = new ArrayList<>(path);
            if (key != null && !key.toString().isEmpty()) {
                memberPath.add(quoted(key.toString()));
            }
            add(memberPath, member.getKeyNode().getStartMark(), member.getValueNode());
        }
    }

    private void add(List<String> path, Mark mark, Node node) {
        String name = String.join(".", path);
        places.put(name, new Place(mark.getLine() + 1, mark.getColumn() + 1));
        boolean blank;
        if (node instanceof MappingNode mapping && node.getTag().equals(Tag.MAP)) {
            addMembers(path, mapping);
            blank = mapping.getValue().isEmpty();
        } else if (node instanceof SequenceNode list && node.getTag().equals(Tag.SEQ)) {
            addItems(path, list);
            blank = list.getValue().isEmpty();
        } else {
            Object value = constructor.value(node);
            blank = value == null;
            if (!blank) {
                values.put(name, value.toString());
            }
        }
        if (blank) {
            blanks.add(List.copyOf(path));
        }
    }

    /** Adds each item by its index, and plain ones also as one value with commas. */
    private void addItems(List<String> path, SequenceNode list) {
        List<String> plain = new ArrayList<>();
        boolean allPlain = true;
        for (Node item : list.getValue()) {
            Object value = item instanceof CollectionNode ? item : constructor.value(item);
            allPlain &= value == null || value instanceof String || value instanceof Boolean;
            if (allPlain && value != null) {
                plain.add(value.toString().replace("\\", "\\\\").replace(",", "\\,"));
            }
        }
        if (allPlain) {
            values.put(String.join(".", path), String.join(",", plain));
        }
        for (int i = 0; i < list.getValue().size(); i++) {
            List<String> itemPath = new ArrayList<>(path);
            String parent = path.isEmpty() ? "" : itemPath.remove(path.size() - 1);
            itemPath.add(parent + "[" + i + "]");
            Node item = list.getValue().get(i);
            add(itemPath, item.getStartMark(), item);
        }
    }

    private static String quoted(String key) {
        return key.contains(".") ? '"' + key + '"' : key;
    }

    /** Constructs scalars; numbers and dates stay as they are written. */
    private static final class Values extends SafeConstructor {

        Values() {
            super(new LoaderOptions());
            for (Tag tag : Set.of(Tag.INT, Tag.FLOAT, Tag.TIMESTAMP)) {
                yamlConstructors.put(tag, new ConstructYamlStr());
            }
        }

        Object value(Node node) {
            return constructObject(node);
        }

        /** Merges {@code <<} and removes duplicate keys. */
        void merge(MappingNode mapping) {
            flattenMapping(mapping);
        }
    }
}
