package io.camelsegment.app.settings;

import io.camelsegment.aws.AwsNames;
import io.camelsegment.tracking.SegmentConfiguration;
import io.quarkus.runtime.configuration.DurationConverter;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What a setting's value may be.
 *
 * @param expected the words for it in a mistake
 * @param several  whether it may be a list, or have several values that are separated by commas
 * @param fits     whether a value without outer white space is one
 */
record SettingType(String expected, boolean several, Predicate<String> fits) {

    private static final Set<String> YES = Set.of("true", "yes", "y", "on", "1");
    private static final Set<String> NO = Set.of("false", "no", "n", "off", "0");

    static final SettingType TEXT = new SettingType("text", false, value -> !value.isEmpty());

    /** Text that means something when it is empty, too. */
    static final SettingType TEXT_OR_EMPTY = new SettingType("text", false, value -> true);

    static final SettingType LIST =
            new SettingType("text, or several texts separated by commas", true, value -> !value.isEmpty());

    /** Steps that change events; each is YAML of its own, with commas. */
    static final SettingType STEPS =
            new SettingType("steps such as drop: properties.password, or a route", true, value -> !value.isEmpty());

    static final SettingType PATH =
            new SettingType("a path such as /v1", false, value -> value.matches("/?[^\\s?#%]*"));

    static final SettingType ORIGINS = new SettingType(
            "* or origins such as https://shop.example, separated by commas", true, SegmentConfiguration::isOrigin);

    static final SettingType SWITCH =
            new SettingType("true or false", false, value -> flag(value).isPresent());

    static final SettingType DURATION =
            new SettingType("a duration such as 500ms, 30s or 15m", false, value -> duration(value)
                    .isPresent());

    static final SettingType URL = new SettingType(
            "an http or https URI without a user, such as https://host.example", false, value -> url(value)
                    .isPresent());

    /** Returns the type of a whole number. */
    static SettingType number(long least, long most) {
        String range = most == Long.MAX_VALUE || most == Integer.MAX_VALUE
                ? "a whole number, at least " + least
                : "a whole number from " + least + " to " + most;
        return new SettingType(range, false, value -> {
            try {
                long number = Long.parseLong(value);
                return number >= least && number <= most;
            } catch (NumberFormatException e) {
                return false;
            }
        });
    }

    /** Returns the type of one of some words; letter case does not count. */
    static SettingType oneOf(String... words) {
        String last = words[words.length - 1];
        String others = String.join(", ", List.of(words).subList(0, words.length - 1));
        return new SettingType(
                others + " or " + last, false, value -> List.of(words).stream().anyMatch(value::equalsIgnoreCase));
    }

    /** Returns a value as Camel reads it: a switch in its words, and a duration in milliseconds. */
    String toOption(String value) {
        if (equals(SWITCH)) {
            return String.valueOf(flag(value).orElseThrow());
        }
        return equals(DURATION) ? String.valueOf(duration(value).orElseThrow().toMillis()) : value;
    }

    /** Reads a switch; empty if it is none. */
    static Optional<Boolean> flag(String value) {
        String word = value.toLowerCase(Locale.ROOT);
        if (YES.contains(word)) {
            return Optional.of(true);
        }
        return NO.contains(word) ? Optional.of(false) : Optional.empty();
    }

    /** Reads a duration that is not negative; empty if it is none. */
    static Optional<Duration> duration(String value) {
        try {
            // Camel counts in milliseconds: what is too long for that is refused by toMillis().
            return Optional.of(DurationConverter.parseDuration(value)).filter(duration -> duration.toMillis() >= 0);
        } catch (IllegalArgumentException | ArithmeticException e) {
            return Optional.empty();
        }
    }

    /** Reads an http or https URI without a user; empty if it is none. */
    static Optional<URI> url(String value) {
        return AwsNames.isEndpoint(value) ? Optional.of(URI.create(value)) : Optional.empty();
    }
}
