package io.camelsegment.tracking.client;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;

/**
 * Reads the {@code Retry-After} header.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3">RFC 9110</a>
 */
final class RetryAfter {

    /** Longest pause that is respected, as in Segment's SDKs. */
    static final Duration LONGEST = Duration.ofMinutes(5);

    private RetryAfter() {}

    /**
     * Returns the pause, from 0 to {@link #LONGEST}.
     *
     * @param value seconds or a date
     * @param now   start of the pause until a date
     * @return null if the value is neither
     */
    static Duration parse(String value, Instant now) {
        try {
            Duration pause = value.isEmpty() || !Character.isDigit(value.charAt(0))
                    ? Duration.between(now, DateTimeFormatter.RFC_1123_DATE_TIME.parse(value, Instant::from))
                    : Duration.ofSeconds(Long.parseLong(value));
            if (pause.isNegative()) {
                return Duration.ZERO;
            }
            return pause.compareTo(LONGEST) > 0 ? LONGEST : pause;
        } catch (DateTimeException | NumberFormatException unreadable) {
            return null;
        }
    }
}
