/**
 * The app from request to 200, compared with other ways to do the same job: events for each second of CPU time of the process under test,
 * latency, memory. {@link io.camelsegment.benchmarks.endtoend.EndToEnd} starts it all.
 */
package io.camelsegment.benchmarks.endtoend;
