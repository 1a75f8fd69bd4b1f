package io.camelsegment.localaws;

import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;

/** The known actions, so that a misspelt one in a test is refused instead of never matching. */
final class ActionNames {
    private final Set<String> known = new TreeSet<>();

    void add(Service service, Collection<String> actions) {
        actions.forEach(action -> known.add(service.prefix() + ":" + action));
    }

    boolean contains(Service service, String action) {
        return known.contains(service.prefix() + ":" + action);
    }

    @Override
    public String toString() {
        return known.toString();
    }

    /**
     * Reads a pattern: a qualified action, an action of any service, all actions of a service, or {@code *}.
     *
     * @throws IllegalArgumentException if it matches no known action
     */
    Pattern pattern(String text) {
        Pattern pattern = new Pattern(text);
        if (known.stream().noneMatch(pattern::matches)) {
            throw new IllegalArgumentException("expected one of " + known + ", was " + text);
        }
        return pattern;
    }

    /** A pattern for qualified actions. */
    record Pattern(String text) {
        boolean matches(String qualifiedAction) {
            if (text.endsWith("*")) {
                return qualifiedAction.startsWith(text.substring(0, text.length() - 1));
            }
            return text.indexOf(':') >= 0 ? qualifiedAction.equals(text) : qualifiedAction.endsWith(":" + text);
        }
    }
}
