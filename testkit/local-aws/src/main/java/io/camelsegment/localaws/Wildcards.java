package io.camelsegment.localaws;

/** The wildcards of policies: {@code *} stands for any characters or none, {@code ?} for exactly one. */
final class Wildcards {
    private static final int ARN_FIELDS = 6;

    private Wildcards() {}

    static boolean matches(String pattern, String text) {
        int p = 0;
        int t = 0;
        int star = -1;
        int resume = 0;
        while (t < text.length()) {
            if (p < pattern.length() && pattern.charAt(p) == '*') {
                star = p++;
                resume = t;
            } else if (p < pattern.length() && (pattern.charAt(p) == '?' || pattern.charAt(p) == text.charAt(t))) {
                p++;
                t++;
            } else if (star >= 0) {
                // The last star takes one character more; earlier stars need never be tried again.
                p = star + 1;
                t = ++resume;
            } else {
                return false;
            }
        }
        while (p < pattern.length() && pattern.charAt(p) == '*') {
            p++;
        }
        return p == pattern.length();
    }

    /**
     * Matches an ARN field by field, so that a wildcard does not reach over a colon into the next field. Fields missing
     * at the end of the pattern match anything; the last field of an ARN may contain colons and slashes.
     *
     * @see <a href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html">IAM
     *     JSON policy elements: Resource</a>, read 2026-11-22
     */
    static boolean matchesArn(String pattern, String arn) {
        if (pattern.equals("*")) {
            return true;
        }
        String[] expected = pattern.split(":", ARN_FIELDS);
        String[] actual = arn.split(":", ARN_FIELDS);
        if (actual.length < ARN_FIELDS) {
            return false;
        }
        for (int i = 0; i < expected.length; i++) {
            if (!matches(expected[i], actual[i])) {
                return false;
            }
        }
        return true;
    }
}
