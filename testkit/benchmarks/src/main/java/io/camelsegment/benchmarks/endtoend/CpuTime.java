package io.camelsegment.benchmarks.endtoend;

/**
 * CPU time of a process and its children, in seconds.
 *
 * @param seconds user and system time
 * @param gc      of the collector's threads and the VM thread, in which the serial collector runs; 0 without
 *                {@code /proc}, as for the other shares
 * @param jit     of the JIT compilers' threads
 * @param kernel  system time
 */
record CpuTime(double seconds, double gc, double jit, double kernel) {

    static final CpuTime NONE = new CpuTime(0, 0, 0, 0);

    CpuTime minus(CpuTime other) {
        return new CpuTime(seconds - other.seconds, gc - other.gc, jit - other.jit, kernel - other.kernel);
    }

    CpuTime plus(CpuTime other) {
        return new CpuTime(seconds + other.seconds, gc + other.gc, jit + other.jit, kernel + other.kernel);
    }
}
