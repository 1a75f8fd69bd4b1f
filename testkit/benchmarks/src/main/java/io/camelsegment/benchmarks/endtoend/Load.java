package io.camelsegment.benchmarks.endtoend;

import io.camelsegment.benchmarks.Bodies;
import java.util.List;

/**
 * The requests to send.
 *
 * @param body        the kind of request
 * @param connections number of connections, each with at most one request in flight
 * @param eventsPerSecond 0 for as fast as answers come (closed loop), else a rate independent of answers (open loop)
 * @param writeKeys   number of write keys that take turns; 0 for the body's write key
 * @param eventNames  number of event names that take turns in server batches; 0 for the body's name
 */
record Load(Bodies body, int connections, double eventsPerSecond, int writeKeys, int eventNames) {

    /** Creates a load with enough connections that no batch of a sink has to wait for its linger time. */
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

    /** Returns the loads at which subjects are compared: batches also with fewer connections. */
    static List<Load> compared(Bodies body) {
        Load most = saturating(body);
        return body == Bodies.BROWSER ? List.of(most) : List.of(most.withConnections(most.connections() / 4), most);
    }

    /** Returns the name of the load in tables. */
    String title() {
        return body + ", " + connections + " connections";
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
