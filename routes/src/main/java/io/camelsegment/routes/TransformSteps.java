package io.camelsegment.routes;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Makes the steps of {@link Transforms} from values as YAML has them: a map of one step's word and what it is given,
 * such as {@code drop: properties.password} or {@code rename: {Old Name: New Name}}; or text, the URI of an endpoint
 * that each event goes through.
 */
public final class TransformSteps {

    /** The words, in the order in which they are told. */
    private static final Map<String, Maker> WORDS = makers();

    private TransformSteps() {}

    /** Makes a step of what stands behind its word. */
    @FunctionalInterface
    private interface Maker {
        EventTransform make(Object given);
    }

    private static Map<String, Maker> makers() {
        Map<String, Maker> words = new LinkedHashMap<>();
        words.put("drop", given -> Transforms.drop(texts(given)));
        words.put("keep", given -> Transforms.keep(texts(given)));
        words.put("mask", given -> Transforms.mask(texts(given)));
        words.put("hash", TransformSteps::hash);
        words.put("set", TransformSteps::set);
        words.put("rename", TransformSteps::rename);
        words.put("sample", TransformSteps::sample);
        words.put("allow", given -> Transforms.allow("allow", texts(given)));
        words.put("block", given -> Transforms.block("block", texts(given)));
        words.put("validate", TransformSteps::validate);
        words.put("through", given -> Transforms.through(text(given)));
        return words;
    }

    /** Returns the words of the steps. */
    public static Set<String> words() {
        return WORDS.keySet();
    }

    /**
     * Makes a step.
     *
     * @param step a map with one entry, or text
     * @throws IllegalArgumentException if it is none; the message tells what was expected and quotes no secret
     */
    public static EventTransform of(Object step) {
        if (step instanceof String uri && uri.contains(":")) {
            return Transforms.through(uri);
        }
        if (!(step instanceof Map<?, ?> map) || map.size() != 1) {
            throw new IllegalArgumentException("expected one of " + String.join(", ", WORDS.keySet())
                    + " with what it is given, such as \"drop: properties.password\", or the URI of a route");
        }
        Map.Entry<?, ?> entry = map.entrySet().iterator().next();
        Maker maker = WORDS.get(String.valueOf(entry.getKey()));
        if (maker == null) {
            throw new IllegalArgumentException("expected one of " + String.join(", ", WORDS.keySet()) + ", but was \""
                    + entry.getKey() + "\"" + meant(String.valueOf(entry.getKey()), WORDS.keySet()));
        }
        try {
            return maker.make(entry.getValue());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(entry.getKey() + ": " + e.getMessage(), e);
        }
    }

    /** Returns whether a step waits for what is not ours, so that its route must not run on the event loop. */
    public static boolean mayBlock(EventTransform step) {
        return step instanceof ThroughEndpoint
                || (step instanceof Validate validate && validate.violationsUri() != null);
    }

    /** Returns the URIs of the endpoints that a step sends events to. */
    public static List<String> uris(EventTransform step) {
        if (step instanceof ThroughEndpoint through) {
            return List.of(through.uri());
        }
        return step instanceof Validate validate && validate.violationsUri() != null
                ? List.of(validate.violationsUri())
                : List.of();
    }

    private static EventTransform hash(Object given) {
        if (!(given instanceof Map<?, ?> options)) {
            return Transforms.hash(texts(given));
        }
        checkNames(options, "path", "salt", "country-code");
        Hash hash = Transforms.hash(texts(options.get("path")));
        if (options.containsKey("salt")) {
            hash.plainSalt(text(options.get("salt")));
        }
        return options.containsKey("country-code") ? hash.countryCode(text(options.get("country-code"))) : hash;
    }

    private static EventTransform set(Object given) {
        List<EventTransform> all = new ArrayList<>();
        entries(given, "properties.plan: pro").forEach((path, value) -> all.add(Transforms.set(text(path), value)));
        return Transforms.all("set", all);
    }

    private static EventTransform rename(Object given) {
        List<EventTransform> all = new ArrayList<>();
        entries(given, "Old Name: New Name")
                .forEach((name, other) -> all.add(Transforms.rename(text(name)).to(text(other))));
        return Transforms.all("rename", all);
    }

    private static EventTransform sample(Object given) {
        if (!(given instanceof Map<?, ?> options)) {
            return Transforms.sample(number(given));
        }
        checkNames(options, "share", "by");
        Sample sample = Transforms.sample(number(options.get("share")));
        return options.containsKey("by") ? sample.by(text(options.get("by"))) : sample;
    }

    private static EventTransform validate(Object given) {
        if (!(given instanceof Map<?, ?> options)) {
            return Transforms.validate(TrackingPlan.of(Path.of(text(given))));
        }
        checkNames(options, "plan", "violations", "block");
        Validate validate = Transforms.validate(TrackingPlan.of(Path.of(text(options.get("plan")))));
        if (options.containsKey("violations")) {
            validate.violations(text(options.get("violations")));
        }
        String block = options.containsKey("block") ? text(options.get("block")) : "false";
        if (!block.matches("(?i)true|false")) { // also as a variable has it
            throw new IllegalArgumentException("expected true or false for block, but " + was(block));
        }
        return Boolean.parseBoolean(block) ? validate.block() : validate;
    }

    private static double number(Object given) {
        try {
            return Double.parseDouble(String.valueOf(given));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("expected a share from 0 to 1, such as 0.1, but " + was(given), e);
        }
    }

    private static void checkNames(Map<?, ?> options, String... known) {
        for (Object name : options.keySet()) {
            if (!List.of(known).contains(String.valueOf(name))) {
                throw new IllegalArgumentException("expected " + String.join(", ", known) + ", but was \"" + name + "\""
                        + meant(String.valueOf(name), List.of(known)));
            }
        }
    }

    private static Map<?, ?> entries(Object given, String example) {
        if (given instanceof Map<?, ?> map && !map.isEmpty()) {
            return map;
        }
        throw new IllegalArgumentException("expected entries such as { " + example + " }, but " + was(given));
    }

    private static String[] texts(Object given) {
        if (given instanceof List<?> list) {
            return list.stream().map(TransformSteps::text).toArray(String[]::new);
        }
        return new String[] {text(given)};
    }

    private static String text(Object given) {
        if (given == null || given instanceof Map<?, ?> || given instanceof List<?>) {
            throw new IllegalArgumentException("expected text or a list of texts, but " + was(given));
        }
        return given.toString();
    }

    /** Returns the words for a value that was not expected; of maps and lists, which may have a salt, only the kind. */
    private static String was(Object given) {
        if (given == null) {
            return "was nothing";
        }
        return given instanceof Map ? "was a map" : given instanceof List ? "was a list" : "was \"" + given + "\"";
    }

    /** Returns the end of a message with the word that is meant by another one; empty if none is near. */
    private static String meant(String word, Collection<String> words) {
        String lower = word.toLowerCase(Locale.ROOT);
        return words.stream()
                .filter(other -> distance(lower, other) <= (other.length() > 3 ? 2 : 1))
                .min(Comparator.comparingInt(other -> distance(lower, other)))
                .map(other -> ": did you mean " + other + "?")
                .orElse("");
    }

    /** Levenshtein's distance. */
    private static int distance(String one, String other) {
        int[] costs = IntStream.rangeClosed(0, other.length()).toArray();
        for (int i = 1; i <= one.length(); i++) {
            int diagonal = costs[0];
            costs[0] = i;
            for (int j = 1; j <= other.length(); j++) {
                int change = diagonal + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
                diagonal = costs[j];
                costs[j] = Math.min(change, Math.min(costs[j], costs[j - 1]) + 1);
            }
        }
        return costs[other.length()];
    }
}
