package io.camelsegment;

import java.util.regex.Pattern;

/**
 * Masks the endpoint options that are secrets, as Camel masks passwords: it does not know all of ours, and shows the URI of an
 * endpoint unmasked in some of its dev consoles and in {@code getEndpointBaseUri}.
 */
public final class SecretOptions {

    /** Camel takes {@code secret-id} and {@code SECRETID} as well, and ends a RAW value at a parenthesis before the next option only. */
    private static final Pattern VALUES = Pattern.compile(
            "([?&](?:write-?key|shared-?secret|secret-?id|access-?key|secret-?key|session-?token)=)"
                    + "(?:RAW\\(.*?\\)(?=&|$)|RAW\\{.*?}(?=&|$)|[^&]*)",
            Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

    private SecretOptions() {}

    /** Returns an endpoint's URI with {@code xxxxxx} in the place of each secret. */
    public static String mask(String uri) {
        return VALUES.matcher(uri).replaceAll("$1xxxxxx");
    }
}
