package io.camelsegment.sink;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Masks the secret options in an endpoint's URI, as Camel masks passwords, and their values in what a service says.
 * Camel does not know all of our secrets: some of its dev consoles and {@code getEndpointBaseUri} would show them.
 */
public final class SecretOptions {

    /**
     * Camel also accepts {@code secret-id} and {@code SECRETID}, and ends a RAW value only at a parenthesis before the
     * next option.
     */
    private static final Pattern VALUES = Pattern.compile(
            "([?&](?:write-?key|shared-?secret|secret-?id|access-?key|secret-?key|session-?token)=)"
                    + "(?:RAW\\(.*?\\)(?=&|$)|RAW\\{.*?}(?=&|$)|[^&]*)",
            Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

    /** What holds no secret, although parts of it may look like one: an ARN, or an action of STS. */
    /** Text this long is the secret wherever it stands. */
    private static final int CERTAIN_LENGTH = 8;

    private static final String NAMES = "(arn:aws[\\w-]*:[\\w:/+=.@*-]*|sts:[A-Z]\\w+)";

    private static final String MASK = "xxxxxx";

    private SecretOptions() {}

    /** Returns an endpoint's URI with {@code xxxxxx} in place of each secret. */
    public static String mask(String uri) {
        return VALUES.matcher(uri).replaceAll("$1" + MASK);
    }

    /**
     * Returns what a service said, with {@code xxxxxx} in place of a value that it repeats. A value of less
     * than 8 characters is masked where it stands as such, and not where a word or an ARN contains it.
     *
     * @param secret the value; null for none
     */
    public static String mask(String said, String secret) {
        if (said == null || secret == null || secret.isEmpty() || !said.contains(secret)) {
            return said;
        }
        if (secret.length() >= CERTAIN_LENGTH) {
            return said.replace(secret, MASK);
        }
        String value = (isWord(secret.charAt(0)) ? "(?<!\\w)" : "")
                + Pattern.quote(secret)
                + (isWord(secret.charAt(secret.length() - 1)) ? "(?!\\w)" : "");
        String both = secret.matches(NAMES) ? value + '|' + NAMES : NAMES + '|' + value;
        return Pattern.compile(both)
                .matcher(said)
                .replaceAll(found -> found.group(1) == null ? MASK : Matcher.quoteReplacement(found.group(1)));
    }

    private static boolean isWord(char c) {
        return c == '_' || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    }
}
