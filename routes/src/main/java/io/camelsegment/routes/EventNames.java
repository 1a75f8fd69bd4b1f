package io.camelsegment.routes;

import io.camelsegment.event.SegmentEvent;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Names of events, in which {@code *} stands for any characters, and types. Letter case and outer white space do not
 * count. A type's name, such as {@code page}, fits all events of that type and a track event of that name.
 */
final class EventNames implements Predicate<SegmentEvent> {

    private final List<Pattern> patterns;

    EventNames(String... names) {
        if (names.length == 0) {
            throw new IllegalArgumentException("expected at least one name or type of events, but was none");
        }
        this.patterns = Arrays.stream(names).map(EventNames::pattern).toList();
    }

    private static Pattern pattern(String name) {
        if (name.isBlank()) {
            throw new IllegalArgumentException("expected the name or the type of events, but it is blank");
        }
        String regex =
                Arrays.stream(name.strip().split("\\*", -1)).map(Pattern::quote).collect(Collectors.joining(".*"));
        return Pattern.compile(regex, Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE | Pattern.DOTALL);
    }

    @Override
    public boolean test(SegmentEvent event) {
        String name = event.event() == null ? null : event.event().strip();
        for (Pattern pattern : patterns) {
            if (pattern.matcher(event.type().specName()).matches()
                    || (name != null && pattern.matcher(name).matches())) {
                return true;
            }
        }
        return false;
    }
}
