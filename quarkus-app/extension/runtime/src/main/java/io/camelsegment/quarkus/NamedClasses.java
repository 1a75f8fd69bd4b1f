package io.camelsegment.quarkus;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** Finds the classes that settings and YAML routes name, such as {@code #class:com.acme.Aggregation}. */
final class NamedClasses {

    private static final String NAME = "((?:[a-z_]\\w*\\.)+[A-Z]\\w*(?:\\$\\w+)*)";

    /** Anywhere in a text: beans in options of endpoints, endpoints of beans, functions and operators of Simple. */
    private static final Pattern IN_TEXT = Pattern.compile("(?:#(?:class|type):\\s*"
            + "|^(?:class|bean):(?://)?"
            + "|\\$(?:simple)?\\{(?:bean:(?:type:)?|type:)"
            + "|\\b(?:mandatoryBodyAs|bodyAs|messageAs)\\(\\s*"
            + "|\\b(?:headerAs|variableAs|exchangePropertyAs)\\([^(),]*,\\s*"
            + "|\\bis\\s+['\"]?)"
            + NAME);

    /** The members that Camel takes for classes, or for beans by their classes. */
    private static final Pattern MEMBER =
            Pattern.compile("ref|exception|jsonView|clazz|\\w*([tT]ype|[cC]lass|[cC]lassName)");

    private static final Pattern LIST = Pattern.compile("\\G\\s*" + NAME + "\\s*(?:,|$)");

    private NamedClasses() {}

    /** Returns the classes that the value of a setting names. */
    static Set<String> ofSetting(String value) {
        Set<String> names = new LinkedHashSet<>();
        find(IN_TEXT, value, names);
        return names;
    }

    /**
     * Returns the classes that a file of routes, templates or Kamelets names, in their order. In one that is no YAML,
     * it finds those before the mistake, which Camel tells of.
     */
    static Set<String> ofYaml(String text) {
        Set<String> names = new LinkedHashSet<>();
        Deque<Level> levels = new ArrayDeque<>();
        levels.push(new Level(false, false));
        try {
            for (Event event : new Parse(LoadSettings.builder().build()).parseString(text)) {
                Level level = levels.element();
                switch (event.getEventId()) {
                    case MappingStart, SequenceStart ->
                        levels.push(new Level(event.getEventId() == Event.ID.MappingStart, level.classes));
                    case MappingEnd, SequenceEnd -> {
                        levels.pop();
                        levels.element().next("");
                    }
                    case Scalar -> level.scalar(((ScalarEvent) event).getValue(), names);
                    case Alias -> level.next("");
                    default -> {
                        // where a document or the stream starts and ends
                    }
                }
            }
        } catch (YamlEngineException e) {
            return names;
        }
        return names;
    }

    private static void find(Pattern pattern, String text, Set<String> names) {
        Matcher matcher = pattern.matcher(text);
        while (matcher.find()) {
            names.add(matcher.group(1));
        }
    }

    /** A mapping or a list, and where the parser is in it. */
    private static final class Level {

        private final boolean mapping;
        private boolean atKey;

        /** Whether the values are classes. */
        private boolean classes;

        Level(boolean mapping, boolean classes) {
            this.mapping = mapping;
            this.atKey = mapping;
            this.classes = classes;
        }

        void scalar(String text, Set<String> names) {
            if (!atKey) {
                find(IN_TEXT, text, names);
                if (classes) {
                    find(LIST, text, names);
                }
            }
            next(text);
        }

        /** Goes on after a key or a value. */
        void next(String text) {
            if (mapping) {
                classes = atKey && MEMBER.matcher(text).matches();
                atKey = !atKey;
            }
        }
    }
}
