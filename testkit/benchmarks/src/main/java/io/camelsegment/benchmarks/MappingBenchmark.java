package io.camelsegment.benchmarks;

import io.camelsegment.event.EventType;
import io.camelsegment.routes.MappingTable;
import io.camelsegment.routes.MappingTable.Match;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Measures a lookup in the mapping table: of the same events whatever the number of rows, one in four of which no row
 * of its name fits. The number of rows is to make no difference.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
public class MappingBenchmark {

    private static final List<String> EVENTS =
            List.of("Order Completed 3", "ORDER COMPLETED 4", "Order Completed x", "caf\u00e9 \ud83d\ude00 2");

    /** Rows with a name of their own. */
    @Param({"10", "10000"})
    int rows;

    private MappingTable<List<String>> table;
    private int next;

    /** Builds the table. */
    @Setup
    public void build() {
        Map<String, List<String>> streams = new LinkedHashMap<>();
        for (int i = 0; i < rows / 2; i++) {
            streams.put("order completed " + i, List.of("orders_" + i));
            streams.put("Caf\u00e9 \ud83d\ude00 " + i, List.of("cafes_" + i));
        }
        streams.put("*", List.of("everything"));
        table = MappingTable.of(streams, Match.ALL);
    }

    /** Looks up one event after the other. */
    @Benchmark
    public List<String> lookup() {
        next = (next + 1) & (EVENTS.size() - 1);
        return table.lookup(EventType.TRACK, EVENTS.get(next));
    }
}
