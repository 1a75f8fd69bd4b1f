package io.camelsegment.benchmarks;

import io.camelsegment.event.InvalidEventException;
import io.camelsegment.event.InvalidRequestException;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.openjdk.jmh.infra.Blackhole;

/**
 * Compares the contestants of {@link ParseNormalizeBenchmark} in one process, in turns, by the thread's CPU time. The
 * ratios hold on a busy machine, unlike JMH's wall-clock times. Each round gives a ratio; the median is printed.
 * Arguments: rounds (default 40).
 */
public final class ParseNormalizeRatios {
    private static final int BYTES_PER_TURN = 4_000_000;

    private ParseNormalizeRatios() {}

    private interface Contestant {
        void run(Blackhole sink) throws IOException, InvalidRequestException, InvalidEventException;
    }

    public static void main(String[] args) throws Exception {
        int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 40;
        Blackhole sink = new Blackhole(
                "Today's password is swordfish. I understand instantiating Blackholes directly is dangerous.");
        for (Bodies body : Bodies.values()) {
            report(body, rounds, sink);
        }
    }

    private static void report(Bodies body, int rounds, Blackhole sink) throws Exception {
        ParseNormalizeBenchmark benchmark = new ParseNormalizeBenchmark();
        benchmark.body = body;
        benchmark.encode();
        Map<String, Contestant> contestants = new LinkedHashMap<>();
        contestants.put("parse", s -> s.consume(benchmark.parse()));
        contestants.put("parseAndNormalize", benchmark::parseAndNormalize);
        contestants.put("tokenWalk", s -> s.consume(benchmark.tokenWalk()));
        contestants.put("tree", benchmark::tree);
        contestants.put("treeAndNormalize", benchmark::treeAndNormalize);

        int bytes = body.bytes().length;
        int runs = Math.max(1, BYTES_PER_TURN / bytes);
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        Map<String, double[]> micros = new LinkedHashMap<>();
        for (int round = -rounds / 2; round < rounds; round++) { // the first third only warms up
            for (var contestant : contestants.entrySet()) {
                long before = threads.getCurrentThreadCpuTime();
                for (int run = 0; run < runs; run++) {
                    contestant.getValue().run(sink);
                }
                double time = (threads.getCurrentThreadCpuTime() - before) / 1e3 / runs;
                if (round >= 0) {
                    micros.computeIfAbsent(contestant.getKey(), name -> new double[rounds])[round] = time;
                }
            }
        }
        PrintStream out = System.out;
        out.printf("%s: %d events, %d bytes%n", body, body.events(), bytes);
        double[] ours = micros.get("parseAndNormalize").clone(); // in the order of the rounds
        micros.forEach((name, times) -> {
            double[] ratios = new double[rounds];
            Arrays.setAll(ratios, round -> times[round] / ours[round]);
            out.printf(
                    "  %-18s %8.2f us/request %7.0f ns/event %6.0f MB/s, takes %.2f x parseAndNormalize"
                            + " (quartiles %.2f to %.2f)%n",
                    name,
                    quartile(2, times),
                    quartile(2, times) * 1e3 / body.events(),
                    bytes / quartile(2, times),
                    quartile(2, ratios),
                    quartile(1, ratios),
                    quartile(3, ratios));
        });
    }

    private static double quartile(int number, double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length * number / 4];
    }
}
