package io.camelsegment.localaws;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * One statement of a policy.
 *
 * @param allows whether its effect is Allow; else Deny
 * @param actions its actions, in lower case, since IAM ignores case
 * @param resources its resources; all in a trust policy
 * @param principals its callers, as named under {@code AWS}; empty in a permission policy
 * @param conditions all of which must hold
 */
record PolicyStatement(
        boolean allows,
        Selection actions,
        Selection resources,
        List<String> principals,
        List<PolicyCondition> conditions) {

    /**
     * Whether the statement matches, its principals aside.
     *
     * @param context the condition keys of the call, in lower case, with their values
     */
    boolean matches(String action, String resource, Map<String, ? extends Collection<String>> context) {
        return actions.selects(action.toLowerCase(Locale.ROOT), false)
                && resources.selects(resource, true)
                && conditions.stream().allMatch(condition -> condition.holds(context));
    }

    /**
     * Patterns that select, or exclude.
     *
     * @param others whether everything else is selected, as by {@code NotAction}
     */
    record Selection(List<String> patterns, boolean others) {
        static final Selection ALL = new Selection(List.of("*"), false);

        boolean selects(String text, boolean arn) {
            return others
                    != patterns.stream()
                            .anyMatch(pattern ->
                                    arn ? Wildcards.matchesArn(pattern, text) : Wildcards.matches(pattern, text));
        }
    }
}
