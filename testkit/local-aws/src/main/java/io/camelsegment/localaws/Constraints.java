package io.camelsegment.localaws;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Collects the violations of one request's field constraints and reports them in the words of AWS's request validation,
 * such as {@code 1 validation error detected: Value null at 'streamName' failed to satisfy constraint: Member must not
 * be null}.
 *
 * <p>The values of record fields are never repeated in a message, as AWS no longer does either.
 */
final class Constraints {
    /** AWS reports ten at most. */
    private static final int MOST_REPORTED = 10;

    private final List<String> violations = new ArrayList<>(0);

    void notNull(Object value, String field) {
        if (value == null) {
            violated("Value null at '" + field + "'", "Member must not be null");
        }
    }

    /** Checks length in characters (code points) and pattern; null is left to {@link #notNull}. */
    void text(String value, String field, int min, int max, Pattern pattern) {
        if (value == null) {
            return;
        }
        String where = "Value '" + value + "' at '" + field + "'";
        if (pattern != null && !pattern.matcher(value).matches()) {
            violated(where, "Member must satisfy regular expression pattern: " + pattern);
        }
        length(value.codePointCount(0, value.length()), where, min, max);
    }

    void range(Integer value, String field, int min, int max) {
        if (value == null) {
            return;
        }
        String where = "Value '" + value + "' at '" + field + "'";
        if (value < min) {
            violated(where, "Member must have value greater than or equal to " + min);
        } else if (value > max) {
            violated(where, "Member must have value less than or equal to " + max);
        }
    }

    void length(int length, String where, int min, int max) {
        if (length < min) {
            violated(where, "Member must have length greater than or equal to " + min);
        } else if (length > max) {
            violated(where, "Member must have length less than or equal to " + max);
        }
    }

    void violated(String where, String constraint) {
        if (violations.size() < MOST_REPORTED) {
            violations.add(where + " failed to satisfy constraint: " + constraint);
        }
    }

    /**
     * Ends the checks.
     *
     * @throws AwsException {@code ValidationException} when anything was violated
     */
    void verify() {
        if (!violations.isEmpty()) {
            throw AwsException.validation(violations.size()
                    + (violations.size() == 1 ? " validation error" : " validation errors")
                    + " detected: "
                    + String.join("; ", violations));
        }
    }
}
