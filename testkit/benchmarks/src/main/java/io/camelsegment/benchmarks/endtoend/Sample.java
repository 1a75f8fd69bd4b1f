package io.camelsegment.benchmarks.endtoend;

/**
 * The measurement of one subject in one round.
 *
 * @param events     events answered with 200, or for a sink alone arrived
 * @param cpuSeconds user and system time of the process and its children
 * @param refused    requests answered with another status than 200
 */
record Sample(
        String scenario,
        String load,
        String subject,
        int round,
        long events,
        double cpuSeconds,
        double wallSeconds,
        long refused,
        double peakMegabytes) {

    double eventsPerCpuSecond() {
        return events / cpuSeconds;
    }

    double eventsPerSecond() {
        return events / wallSeconds;
    }
}
