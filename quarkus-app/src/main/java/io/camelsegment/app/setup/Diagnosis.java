package io.camelsegment.app.setup;

import java.util.List;

/**
 * What was found about one destination.
 *
 * @param destination its name
 * @param type        kinesis or firehose
 * @param region      the AWS region
 * @param roleAddress the role's ARN; null when it delivers with the base credentials
 * @param checks      in the order of the steps, those of a step in the order of the streams
 */
record Diagnosis(String destination, String type, String region, String roleAddress, List<Check> checks) {

    /** Returns the worst outcome of the checks. */
    public Outcome outcome() {
        return checks.stream().map(Check::outcome).max(Outcome::compareTo).orElse(Outcome.UNKNOWN);
    }

    /** Returns whether a check could not be told, whatever the others came to. */
    public boolean isUnknown() {
        return checks.stream().anyMatch(check -> check.outcome() == Outcome.UNKNOWN);
    }

    /** Returns whether another look may find something else: something fails, or AWS gave no answer that matters. */
    public boolean isOpen() {
        return checks.stream().anyMatch(check -> check.outcome() == Outcome.FAIL || check.passing() || check.silent());
    }
}
