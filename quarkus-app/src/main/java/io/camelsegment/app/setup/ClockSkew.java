package io.camelsegment.app.setup;

import static io.camelsegment.app.setup.Check.Step.CLOCK;

import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;

/** How far the clock is from the time of AWS's first answer. Thread-safe. */
final class ClockSkew implements ExecutionInterceptor {

    /**
     * How far AWS lets the time of a signature be from its own.
     *
     * @see <a href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html">AWS Signature Version 4</a>,
     *     read 2026-11-22
     */
    private static final Duration MOST = Duration.ofMinutes(5);

    private static final Duration MUCH = Duration.ofMinutes(1);

    private final Clock clock;
    private volatile Duration ahead;

    ClockSkew(Clock clock) {
        this.clock = clock;
    }

    /** Called for each answer, also for those after which the SDK repeats a request. */
    @Override
    public void afterTransmission(Context.AfterTransmission context, ExecutionAttributes attributes) {
        Optional<String> date = context.httpResponse().firstMatchingHeader("Date");
        if (date.isPresent() && ahead == null) {
            try {
                Instant theirs = DateTimeFormatter.RFC_1123_DATE_TIME.parse(date.get(), Instant::from);
                ahead = Duration.between(theirs, clock.instant());
            } catch (DateTimeException e) {
                ahead = null;
            }
        }
    }

    Check check() {
        Duration skew = ahead;
        if (skew == null) {
            return Check.unanswered(CLOCK, "AWS told no time");
        }
        String mend = "let the host take its time from NTP, such as chrony with 169.254.169.123 in AWS";
        String found =
                "the clock is " + skew.abs().toSeconds() + " s " + (skew.isNegative() ? "behind" : "ahead of") + " AWS";
        if (skew.abs().compareTo(MOST) > 0) {
            return Check.fail(CLOCK, found + ", and AWS refuses what is signed more than 300 s off", mend);
        }
        return skew.abs().compareTo(MUCH) > 0
                ? Check.warn(CLOCK, found + "; from 300 s AWS refuses", mend)
                : Check.pass(CLOCK, found);
    }
}
