/**
 * Compares the app, from request to 200, with other programs for the same job: events per second of CPU time, latency,
 * memory. {@link io.camelsegment.benchmarks.endtoend.EndToEnd} starts it all.
 */
package io.camelsegment.benchmarks.endtoend;
