package io.camelsegment.quarkus;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds the classes that settings and YAML routes name, such as {@code #class:com.acme.Aggregation}. */
final class NamedClasses {

    private static final String NAME = "((?:[a-z_]\\w*\\.)+[A-Z]\\w*(?:\\$\\w+)*)";

    /** A bean in a setting, or in an option of an endpoint. */
    private static final Pattern BEAN = Pattern.compile("#(?:class|type):\\s*" + NAME);

    /** What Camel's YAML takes a class for. */
    private static final Pattern MEMBER = Pattern.compile(
            "\\b(?:type|beanType|exceptionType|unmarshalType|collectionType|resultType|jsonView|className|clazz)[\"']?"
                    + "\\s*:\\s*[\"']?" + NAME + "\\b");

    /** Such as the exceptions of a doCatch. */
    private static final Pattern ITEM = Pattern.compile("^\\s*-\\s*[\"']?" + NAME + "[\"']?\\s*$");

    private NamedClasses() {}

    /** Returns the classes that the value of a setting names. */
    static Set<String> ofSetting(String value) {
        Set<String> names = new LinkedHashSet<>();
        find(BEAN, value, names);
        return names;
    }

    /** Returns the classes that a file of routes, templates or Kamelets names, in their order. */
    static Set<String> ofYaml(String text) {
        Set<String> names = new LinkedHashSet<>();
        text.lines().filter(line -> !line.stripLeading().startsWith("#")).forEach(line -> {
            find(BEAN, line, names);
            find(MEMBER, line, names);
            find(ITEM, line, names);
        });
        return names;
    }

    private static void find(Pattern pattern, String text, Set<String> names) {
        Matcher matcher = pattern.matcher(text);
        while (matcher.find()) {
            names.add(matcher.group(1));
        }
    }
}
