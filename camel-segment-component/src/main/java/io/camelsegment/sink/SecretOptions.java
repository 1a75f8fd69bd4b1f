package io.camelsegment.sink;

import java.util.regex.Pattern;

/**
 * Masks the secret options in an endpoint's URI, as Camel masks passwords. Camel does not know all of our secrets: some
 * of its dev consoles and {@code getEndpointBaseUri} would show them.
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

    private SecretOptions() {}

    /** Returns an endpoint's URI with {@code xxxxxx} in place of each secret. */
    public static String mask(String uri) {
        return VALUES.matcher(uri).replaceAll("$1xxxxxx");
    }
}
