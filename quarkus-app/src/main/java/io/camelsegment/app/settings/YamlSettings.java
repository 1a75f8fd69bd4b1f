package io.camelsegment.app.settings;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.CollectionNode;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * The settings of a YAML text. Names and values are those of SmallRye Config's {@code YamlConfigSource}, except that
 * below {@code segment} each key keeps a name of its own, whatever signs it has; and places, shapes and mistakes are
 * kept, too.
 */
final class YamlSettings {

    static final int DEEPEST = 50;

    private final Map<String, String> values = new TreeMap<>();
    private final List<Entry> entries = new ArrayList<>();
    private final List<Trouble> troubles = new ArrayList<>();
    private final Values constructor = new Values();
    private int depth;

    private YamlSettings() {}

    /** Where something stands in a text; both count from 1. */
    record Place(int line, int column) {}

    /** What a value is: something plain, nothing at all, a list, or a group of settings. */
    enum Shape {
        PLAIN,
        BLANK,
        LIST,
        GROUP
    }

    /**
     * A key and what it has.
     *
     * @param path  its name in parts, as they are written
     * @param name  its name in {@link #values}
     * @param items of a list of plain values: how many; else -1
     * @param word  whether the value, or one in the list, is a word like {@code on} that YAML reads as true or false
     * @param steps where each step of a list of steps stands
     */
    record Entry(List<String> path, String name, Place place, Shape shape, int items, boolean word, List<Place> steps) {

        Entry(List<String> path, String name, Place place, Shape shape, int items, boolean word) {
            this(path, name, place, shape, items, word, List.of());
        }
    }

    /**
     * A key that cannot be meant.
     *
     * @param path the group that has it
     */
    record Trouble(List<String> path, Place place, String what, String mend) {}

    /**
     * Reads a text of one or several documents.
     *
     * @throws YAMLException if it is not YAML; the message quotes the text
     */
    static YamlSettings read(String text) {
        YamlSettings settings = new YamlSettings();
        for (Node document : new Yaml().composeAll(new StringReader(text))) {
            if (document instanceof MappingNode mapping) {
                settings.addMembers(List.of(), "", mapping);
            } else if (!document.getTag().equals(Tag.NULL)) {
                settings.troubles.add(new Trouble(
                        List.of(),
                        place(document.getStartMark()),
                        "expected a group of settings such as segment, but was "
                                + (document instanceof SequenceNode ? "a list" : "one value"),
                        "write it as in segment: { sources: { web: { write-key: … } } }"));
            }
        }
        return settings;
    }

    /** Returns the values by name. */
    Map<String, String> values() {
        return Collections.unmodifiableMap(values);
    }

    /** Returns all keys in their order, groups before what they hold, without those that have no name. */
    List<Entry> entries() {
        return Collections.unmodifiableList(entries);
    }

    /**
     * Returns what cannot be meant: documents that hold no keys, keys that are there twice, and below {@code segment}
     * those that are no text.
     */
    List<Trouble> troubles() {
        return Collections.unmodifiableList(troubles);
    }

    private void addMembers(List<String> path, String name, MappingNode mapping) {
        findTroubles(path, mapping);
        constructor.merge(mapping);
        for (NodeTuple member : mapping.getValue()) {
            Object key = constructor.value(member.getKeyNode());
            List<String> memberPath = new ArrayList<>(path);
            String memberName = name;
            if (key != null && !key.toString().isEmpty()) {
                memberPath.add(key.toString());
                memberName += (name.isEmpty() ? "" : ".") + written(key.toString(), isOurs(path));
            }
            add(memberPath, memberName, member.getKeyNode().getStartMark(), member.getValueNode());
        }
    }

    private void findTroubles(List<String> path, MappingNode mapping) {
        Set<String> keys = new HashSet<>();
        for (NodeTuple member : mapping.getValue()) {
            Node node = member.getKeyNode();
            if (node.getTag().equals(Tag.MERGE)) {
                continue;
            }
            Object key = constructor.value(node);
            Place place = place(node.getStartMark());
            if (isOurs(path) && key instanceof Boolean) {
                String written = SettingName.quoted(((ScalarNode) node).getValue());
                troubles.add(new Trouble(
                        path,
                        place,
                        "expected text as a key, but was a word that YAML reads as " + key,
                        "put it in quotes: " + written));
            } else if (isOurs(path)
                    && (node instanceof CollectionNode
                            || key == null
                            || key.toString().isBlank())) {
                troubles.add(
                        new Trouble(path, place, "expected text as a key, but there is none", "name it, in quotes"));
            } else if (key != null && !keys.add(SettingName.part(key.toString()))) {
                addDuplicateKey(path, (ScalarNode) node);
            }
        }
    }

    private void addDuplicateKey(List<String> path, ScalarNode key) {
        troubles.add(new Trouble(
                path,
                place(key.getStartMark()),
                "expected each key once, but " + SettingName.quoted(key.getValue()) + " is there again",
                "remove one"));
    }

    private void add(List<String> path, String name, Mark mark, Node node) {
        if (++depth > DEEPEST) {
            throw new YAMLException("expected no more than " + DEEPEST + " levels");
        }
        Place place = place(mark);
        if (node instanceof MappingNode mapping && node.getTag().equals(Tag.MAP)) {
            Shape shape = mapping.getValue().isEmpty() ? Shape.BLANK : Shape.GROUP;
            entries.add(new Entry(path, name, place, shape, -1, false));
            addMembers(path, name, mapping);
        } else if (node instanceof SequenceNode list && node.getTag().equals(Tag.SEQ)) {
            addItems(path, name, place, list);
        } else {
            Object value = constructor.value(node);
            if (value != null) {
                values.put(name, value.toString());
            }
            entries.add(
                    new Entry(path, name, place, value == null ? Shape.BLANK : Shape.PLAIN, -1, isWord(node, value)));
        }
        depth--;
    }

    /** Returns whether a list has steps, which are YAML of their own. */
    private static boolean hasSteps(List<String> path) {
        return isOurs(path) && path.get(path.size() - 1).equals("transform");
    }

    /** Adds each step as text by its index. */
    private void addSteps(List<String> path, String name, Place place, SequenceNode list) {
        List<Node> items = list.getValue();
        for (int i = 0; i < items.size(); i++) {
            values.put(name + "[" + i + "]", FlowYaml.of(items.get(i), key -> addDuplicateKey(path, key)));
        }
        List<Place> steps =
                items.stream().map(step -> place(step.getStartMark())).toList();
        Shape shape = items.isEmpty() ? Shape.BLANK : Shape.LIST;
        entries.add(new Entry(path, name, place, shape, items.size(), false, steps));
    }

    /** Adds each item by its index, and plain ones also as one value with commas. */
    private void addItems(List<String> path, String name, Place place, SequenceNode list) {
        if (hasSteps(path)) {
            addSteps(path, name, place, list);
            return;
        }
        List<String> plain = new ArrayList<>();
        boolean allPlain = true;
        boolean word = false;
        for (Node item : list.getValue()) {
            Object value = item instanceof CollectionNode ? item : constructor.value(item);
            allPlain &= value == null || value instanceof String || value instanceof Boolean;
            word |= isWord(item, value);
            if (allPlain && value != null) {
                plain.add(value.toString().replace("\\", "\\\\").replace(",", "\\,"));
            }
        }
        if (allPlain) {
            values.put(name, String.join(",", plain));
        }
        int items = allPlain && plain.size() == list.getValue().size() ? plain.size() : -1;
        entries.add(new Entry(path, name, place, items == 0 ? Shape.BLANK : Shape.LIST, items, word));
        int known = entries.size();
        for (int i = 0; i < list.getValue().size(); i++) {
            Node item = list.getValue().get(i);
            add(path, name + "[" + i + "]", item.getStartMark(), item);
        }
        // The list stands for its items.
        entries.subList(known, entries.size()).clear();
    }

    private static boolean isWord(Node node, Object value) {
        return value instanceof Boolean
                && node instanceof ScalarNode scalar
                && !scalar.getValue().equalsIgnoreCase(value.toString());
    }

    private static Place place(Mark mark) {
        return new Place(mark.getLine() + 1, mark.getColumn() + 1);
    }

    /** Returns whether a group is {@code segment} or below it, also in a profile. */
    private static boolean isOurs(List<String> path) {
        int first = !path.isEmpty() && path.get(0).startsWith("%") ? 1 : 0;
        return path.size() > first && path.get(first).equals(SettingName.PREFIX);
    }

    private static String written(String key, boolean ours) {
        if (ours && key.matches("(?s).*[\"\\\\\\[\\]].*")) {
            return '"' + key.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
        }
        return key.contains(".") ? '"' + key + '"' : key;
    }

    /** Constructs scalars; numbers and dates stay as they are written. */
    static final class Values extends SafeConstructor {

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
