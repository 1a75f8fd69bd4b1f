package io.camelsegment.benchmarks.endtoend;

import io.camelsegment.benchmarks.Bodies;

/**
 * What is sent.
 *
 * @param body        the kind of request
 * @param connections how many; each has at most one request under way
 * @param eventsPerSecond 0 for as fast as the answers come (closed loop), else the rate that is kept whatever they do (open loop)
 * @param writeKeys   how many write keys take turns; 0 for the one in the body
 * @param eventNames  how many event names take turns in server batches; 0 for the one in the body
 */
record Load(Bodies body, int connections, double eventsPerSecond, int writeKeys, int eventNames) {

    /** Enough connections that no batch of a sink has to wait for its linger time. */
    static Load saturating(Bodies body) {
        return new Load(
                body,
                switch (body) {
                    case BROWSER -> 2_048;
                    case SERVER -> 128;
                    case MOBILE -> 512;
                },
                0,
                0,
                0);
    }

    Load atRate(double rate) {
        return new Load(body, 4 * connections, rate, writeKeys, eventNames);
    }

    Load withConnections(int number) {
        return new Load(body, number, eventsPerSecond, writeKeys, eventNames);
    }

    Load withWriteKeys(int number) {
        return new Load(body, connections, eventsPerSecond, number, eventNames);
    }

    Load withEventNames(int number) {
        return new Load(body, connections, eventsPerSecond, writeKeys, number);
    }

    /** Returns the n-th write key of those that take turns. */
    static String writeKey(int number) {
        return "KEY_" + number;
    }
}
