package io.camelsegment.benchmarks.endtoend;

/**
 * The measurement of one subject in one round.
 *
 * @param round   counts from 1; {@link #COLD} for the first window after the start of the load
 * @param events  events answered with 200, or for a sink alone arrived
 * @param cpu     CPU time of the process and its children
 * @param refused requests answered with another status than 200
 */
record Sample(
        String scenario,
        String load,
        String subject,
        int round,
        long events,
        CpuTime cpu,
        double wallSeconds,
        long refused,
        double peakMegabytes) {

    /** The round of a figure of a subject that is not warm. */
    static final int COLD = 0;

    double eventsPerCpuSecond() {
        return events / cpu.seconds();
    }

    double eventsPerSecond() {
        return events / wallSeconds;
    }
}
