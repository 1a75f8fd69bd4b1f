package io.camelsegment.benchmarks.endtoend;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.camelsegment.benchmarks.Bodies;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;

/** The scenarios of the benchmark. Each starts its own subjects and returns its result as Markdown. */
final class Scenarios {

    /** A scenario. */
    interface Scenario {
        String run() throws Exception;
    }

    private static final double LINGER_AND_AWS_MILLIS = 120;
    private static final String SATURATION = "saturation";
    private static final String HOUR = "hour";
    private static final String BEFORE = "before";
    private static final int MINUTES = 65;
    private static final int MINUTES_A_SAMPLE = 5;

    private final Rig rig;
    private final Subjects subjects;
    private final Map<String, Scenario> all = new LinkedHashMap<>();

    Scenarios(Rig rig) {
        this.rig = rig;
        this.subjects = new Subjects(rig);
        all.put(SATURATION, this::saturation);
        all.put("sink", this::sink);
        all.put("latency", this::latency);
        all.put("memory", this::memory);
        all.put("stall", this::stall);
        all.put("streams", this::streams);
        all.put("rows", this::rows);
        all.put("keys", this::keys);
        all.put("packing", this::packing);
        all.put("start", this::start);
        all.put("profile", this::profile);
        all.put(HOUR, this::hour);
        all.put(BEFORE, this::before);
    }

    /** Returns the scenarios by name, in the order of running. */
    Map<String, Scenario> all() {
        return all;
    }

    /** Returns the names of the scenarios that run by default: not the one that takes an hour, nor a comparison. */
    List<String> usual() {
        return all.keySet().stream()
                .filter(name -> !name.equals(HOUR) && !name.equals(BEFORE))
                .toList();
    }

    /** Measures the three kinds of requests, as fast as each subject answers them. */
    private String saturation() throws Exception {
        StringBuilder text = new StringBuilder("As many requests as are answered.\n\n");
        List<SubjectProcess> others = new ArrayList<>();
        try (SubjectProcess app = subjects.app()) {
            for (StockCamelSubject.Form form : StockCamelSubject.Form.values()) {
                others.add(subjects.stockCamel(form));
            }
            for (FloorSubject.Form form : FloorSubject.Form.values()) {
                others.add(subjects.floor(form));
            }
            Map<String, List<Rig.Contestant>> loads = loads(app, others);
            rig.takeTurns(SATURATION, loads).forEach((load, samples) -> {
                text.append("### ").append(load).append("\n\n").append(table(samples));
                for (SubjectProcess other : others) {
                    text.append(ratio(samples, app.name(), other.name()));
                }
                text.append('\n');
            });
        } finally {
            others.forEach(SubjectProcess::close);
        }
        return text.toString();
    }

    private static Map<String, List<Rig.Contestant>> loads(SubjectProcess app, List<SubjectProcess> others) {
        Map<String, List<Rig.Contestant>> loads = new LinkedHashMap<>();
        for (Bodies body : Bodies.values()) {
            for (Load load : Load.compared(body)) {
                List<Rig.Contestant> contestants = new ArrayList<>(List.of(new Rig.Contestant(app, load)));
                for (SubjectProcess other : others) {
                    contestants.add(new Rig.Contestant(other.awaitPort(), fitting(load, other)));
                }
                loads.put(load.title(), contestants);
            }
        }
        return loads;
    }

    /** Compares the app with another build of it, and both with the floor. */
    private String before() throws Exception {
        StringBuilder text = new StringBuilder("As many requests as are answered.\n\n");
        try (SubjectProcess app = subjects.app();
                SubjectProcess before = subjects.before();
                SubjectProcess floor = subjects.floor(FloorSubject.Form.PLAIN)) {
            List<SubjectProcess> others = List.of(before, floor);
            rig.takeTurns(BEFORE, loads(app, others)).forEach((load, samples) -> {
                text.append("### ").append(load).append("\n\n").append(table(samples));
                text.append(ratio(samples, app.name(), before.name()));
                text.append(ratio(samples, app.name(), floor.name()));
                text.append(ratio(samples, before.name(), floor.name())).append('\n');
            });
        }
        return text.toString();
    }

    /** Returns fewer connections for a subject that is so slow that more would be answered minutes later. */
    private static Load fitting(Load load, SubjectProcess subject) {
        return subject.name().equals(Subjects.nameOf(StockCamelSubject.Form.SINGLE))
                ? load.withConnections(load.connections() / 8)
                : load;
    }

    /** Compares the Kinesis sink alone with Amazon's library, both over TLS. */
    private String sink() throws Exception {
        StringBuilder text = new StringBuilder("Ready records of 400 bytes, 8,192 under way, over TLS.\n\n");
        for (String packing : List.of("unpacked", "packed")) {
            try (SubjectProcess ours = subjects.sink(packing).awaitOutput(RecordFeed.READY);
                    SubjectProcess kpl = subjects.kpl(packing).awaitOutput(RecordFeed.READY)) {
                List<Sample> samples = rig.takeTurnsFed("sink", packing, List.of(ours, kpl));
                text.append(table(samples))
                        .append(ratio(samples, ours.name(), kpl.name()))
                        .append('\n');
            } catch (ClassNotFoundException e) {
                text.append("The KPL is not on the class path: run with the profile bench.\n");
            }
        }
        return text.toString();
    }

    /** Measures the latency of the app at half and four fifths of its capacity. */
    private String latency() throws Exception {
        StringBuilder text = new StringBuilder(
                """
                Open loop, from when a request was to be sent to its 200. Linger time and AWS take 120 ms of it when a \
                batch does not fill.

                | Load | Events/s | p50 ms | p99 ms | p99.9 ms | most ms | refused | p99 ≤ 135 | p99.9 ≤ 170 |
                | --- | --- | --- | --- | --- | --- | --- | --- | --- |
                """);
        try (SubjectProcess app = subjects.app()) {
            for (Bodies body : Bodies.values()) {
                // Measured on a warm JVM: an open loop would never catch up with the backlog of a cold one.
                Rig.Contestant contestant = new Rig.Contestant(app, Load.saturating(body));
                rig.warmUp("latency", body.name(), contestant);
                double most = rig.measure("latency", body.name(), contestant, 1).eventsPerSecond();
                for (int percent : new int[] {50, 80}) {
                    double rate = most * percent / 100;
                    Histogram latencies = rig.latencies(
                            app,
                            Load.saturating(body).atRate(rate),
                            2 * rig.settings().seconds());
                    text.append(String.format(
                            Locale.ROOT,
                            "| %s, %d %% | %,.0f | %.1f | %.1f | %.1f | %.1f | %d | %s | %s |%n",
                            body,
                            percent,
                            rate,
                            latencies.getValueAtPercentile(50) / 1e6,
                            latencies.getValueAtPercentile(99) / 1e6,
                            latencies.getValueAtPercentile(99.9) / 1e6,
                            latencies.getMaxValue() / 1e6,
                            rig.generator().refused(),
                            latencies.getValueAtPercentile(99) / 1e6 <= LINGER_AND_AWS_MILLIS + 15,
                            latencies.getValueAtPercentile(99.9) / 1e6 <= LINGER_AND_AWS_MILLIS + 50));
                }
            }
        }
        return text.toString();
    }

    /** Measures the memory of the app at 20,000 events per second. */
    private String memory() throws Exception {
        return memory("app, the launcher's heap", List.of()) + memory("app, " + Rig.HEAP, List.of(Rig.HEAP));
    }

    private String memory(String name, List<String> options) throws Exception {
        try (SubjectProcess app =
                subjects.app(name, Subjects.kinesis(), 0, options).awaitPort()) {
            Load load = Load.saturating(Bodies.SERVER).atRate(20_000);
            rig.latencies(app, load, 4 * rig.settings().seconds());
            return String.format(
                    Locale.ROOT,
                    "* %s, 20,000 events/s in server batches: RSS %.0f MB, at most %.0f MB (aim: 256 MB); %,d events"
                            + " delivered, %d requests refused%n",
                    name,
                    app.residentMegabytes(),
                    app.peakMegabytes(),
                    rig.generator().delivered(),
                    rig.generator().refused());
        }
    }

    /** Stops AWS's answers for a while: memory must not grow, and requests must be refused. */
    private String stall() throws Exception {
        StringBuilder text = new StringBuilder(
                """
                Server batches, closed loop. AWS answers no puts from second 5 to second 25.

                | Second | RSS MB | Events delivered | Requests refused |
                | --- | --- | --- | --- |
                """);
        try (SubjectProcess app = subjects.app()) {
            rig.generator().begin(Load.saturating(Bodies.SERVER).withConnections(2_048), app.port());
            for (int second = 1; second <= 40; second++) {
                Rig.pause(1);
                if (second == 5 || second == 25) {
                    rig.stall(second == 5);
                }
                if (second % 5 == 0) {
                    text.append(String.format(
                            Locale.ROOT,
                            "| %d | %.0f | %,d | %,d |%n",
                            second,
                            app.residentMegabytes(),
                            rig.generator().delivered(),
                            rig.generator().refused()));
                }
            }
            rig.generator().end();
        }
        return text.toString();
    }

    private String streams() throws Exception {
        return growing(
                "streams",
                "Server batches to Firehose; each event name has a stream of its own.",
                new int[] {1, 10, 100, 1_000},
                streams -> Subjects.firehose(IntStream.range(0, streams)
                        .mapToObj(i -> "\"" + RequestTemplate.eventName(i) + "\": stream-" + i)
                        .toList()),
                streams -> 0,
                streams -> Load.saturating(Bodies.SERVER).withEventNames(streams));
    }

    private String rows() throws Exception {
        return growing(
                "mapping rows",
                "Server batches to Firehose; all rows name the same stream, and each is used.",
                new int[] {1, 10, 1_000, 10_000},
                rows -> Subjects.firehose(IntStream.range(0, rows)
                        .mapToObj(i -> "\"" + RequestTemplate.eventName(i) + "\": stream")
                        .toList()),
                rows -> 0,
                rows -> Load.saturating(Bodies.SERVER).withEventNames(rows));
    }

    private String keys() throws Exception {
        return growing(
                "write keys",
                "Server batches to Kinesis; the write keys take turns.",
                new int[] {1, 1_000},
                keys -> Subjects.kinesis(),
                keys -> keys,
                keys -> Load.saturating(Bodies.SERVER).withWriteKeys(keys));
    }

    /** Compares the app with itself at growing numbers of something. */
    private String growing(
            String what,
            String explanation,
            int[] numbers,
            Function<Integer, List<String>> destination,
            Function<Integer, Integer> writeKeys,
            Function<Integer, Load> load)
            throws Exception {
        List<Rig.Contestant> contestants = new ArrayList<>();
        try {
            for (int number : numbers) {
                SubjectProcess app = subjects.app(
                        "app, " + number + " " + what,
                        destination.apply(number),
                        writeKeys.apply(number),
                        List.of(Rig.HEAP));
                contestants.add(new Rig.Contestant(app, load.apply(number)));
                app.awaitPort();
            }
            List<Sample> samples = rig.takeTurns(what, Bodies.SERVER.name(), contestants);
            StringBuilder text = new StringBuilder(explanation).append("\n\n").append(table(samples));
            String first = contestants.get(0).subject().name();
            for (Rig.Contestant contestant : contestants.subList(1, contestants.size())) {
                text.append(ratio(samples, contestant.subject().name(), first));
            }
            return text.toString();
        } finally {
            contestants.forEach(contestant -> contestant.subject().close());
        }
    }

    /** Measures the CPU cost of packing and its savings in AWS units. */
    private String packing() throws Exception {
        StringBuilder text = new StringBuilder();
        text.append(packing("KPL", Subjects.kinesis(), "-Dcamel.component.segment-kinesis.packing=KPL"));
        text.append(packing(
                "NEWLINE",
                Subjects.firehose(List.of("\"*\": stream")),
                "-Dcamel.component.segment-firehose.packing=NEWLINE"));
        return text.toString();
    }

    private String packing(String packing, List<String> destination, String property) throws Exception {
        StringBuilder text = new StringBuilder();
        try (SubjectProcess unpacked = subjects.app("app, unpacked", destination, 0, List.of(Rig.HEAP))
                        .awaitPort();
                SubjectProcess packed = subjects.app(
                                "app, packing=" + packing, destination, 0, List.of(Rig.HEAP, property))
                        .awaitPort()) {
            List<Sample> samples = new ArrayList<>();
            Map<String, String> units = new LinkedHashMap<>();
            for (SubjectProcess app : List.of(unpacked, packed)) {
                rig.warmUp("packing", packing, new Rig.Contestant(app, Load.saturating(Bodies.SERVER)));
            }
            for (int round = 1; round <= rig.settings().rounds(); round++) {
                for (SubjectProcess app : List.of(unpacked, packed)) {
                    JsonObject before = rig.awsCounts();
                    samples.add(rig.measure(
                            "packing", packing, new Rig.Contestant(app, Load.saturating(Bodies.SERVER)), round));
                    units.put(app.name(), units(before, rig.awsCounts()));
                }
            }
            text.append(table(samples)).append(ratio(samples, packed.name(), unpacked.name()));
            units.forEach((app, used) ->
                    text.append("* ").append(app).append(": ").append(used).append('\n'));
        }
        return text.append('\n').toString();
    }

    private static String units(JsonObject before, JsonObject after) {
        double events = difference("events", before, after);
        double billed = difference("firehoseBilledBytes", before, after);
        return String.format(
                        Locale.ROOT,
                        "%,.1f records a request",
                        difference("records", before, after) / difference("requests", before, after))
                + (billed > 0
                        ? String.format(
                                Locale.ROOT,
                                ", Firehose bills %.3f x the data",
                                billed / difference("dataBytes", before, after))
                        : String.format(
                                Locale.ROOT,
                                ", %,.0f PUT units a million events",
                                difference("kinesisUnits", before, after) / events * 1e6));
    }

    private static double difference(String count, JsonObject before, JsonObject after) {
        return after.getDouble(count) - before.getDouble(count);
    }

    /** Measures the time from the start of the process to the first event answered with 200. */
    private String start() throws Exception {
        return "From the start of the process, on all cores, to the 200 of its first event, of which 120 ms are linger"
                + " time and AWS: "
                + timesOfStart("app, started", Subjects.NO_ARCHIVE) + " s; with an archive of its classes "
                + timesOfStart("app, started from archive", archives())
                + " s (aim: 1.5 s on JDK 25, 3 s on JDK 17).\n";
    }

    private String timesOfStart(String name, Path archives) throws IOException {
        List<Double> times = new ArrayList<>();
        for (int round = 0; round < rig.settings().rounds(); round++) {
            long begin = System.nanoTime();
            try (SubjectProcess app = subjects.appOnAllCores(name, archives)) {
                awaitFirstEvent(app);
                times.add((System.nanoTime() - begin) / 1e9);
            }
        }
        return Spread.of(times).text("%.2f");
    }

    /** Returns the directory of the class archive that the first start of the app has made. */
    private Path archives() throws IOException {
        Path made = Files.createTempDirectory(
                Files.createDirectories(rig.settings().directory()).toAbsolutePath(), "archives");
        try (SubjectProcess app = subjects.appOnAllCores("app, archived", made)) {
            app.await(() -> holdsArchive(made));
        }
        return made;
    }

    /** Returns whether an archive is complete: its size is in a file beside it. */
    private static boolean holdsArchive(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            return files.anyMatch(file -> file.toString().endsWith(".size"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void awaitFirstEvent(SubjectProcess app) throws IOException {
        byte[] request = RequestTemplate.of(Bodies.BROWSER, null, 0, 0).request(System.nanoTime());
        app.await(() -> accepts(app.port(), request));
    }

    private static boolean accepts(int port, byte[] request) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            OutputStream out = socket.getOutputStream();
            out.write(request);
            out.flush();
            byte[] answer = socket.getInputStream().readNBytes("HTTP/1.1 200".length());
            return new String(answer, US_ASCII).equals("HTTP/1.1 200");
        } catch (IOException e) {
            return false;
        }
    }

    /** Profiles the app's CPU time and allocation. */
    private String profile() throws Exception {
        StringBuilder text = new StringBuilder();
        for (Bodies body : Bodies.values()) {
            try (SubjectProcess app = subjects.app()) {
                rig.warmUp("profile", body.name(), new Rig.Contestant(app, Load.saturating(body)));
                rig.generator().begin(Load.saturating(body), app.port());
                Rig.pauseForCpu(app, rig.settings().seconds(), rig.generator()::delivered);
                text.append("### ")
                        .append(body)
                        .append("\n\n")
                        .append(Profile.take(rig, app, 2 * rig.settings().seconds()))
                        .append('\n');
                rig.generator().end();
            }
        }
        return text.toString();
    }

    /** Measures the cost of an event over an hour, at a rate that leaves the machine to others, too. */
    private String hour() throws Exception {
        StringBuilder text = new StringBuilder(
                """
                10,000 events/s in server batches.

                | Minutes | Events per CPU-second | RSS MB | Requests refused |
                | --- | --- | --- | --- |
                """);
        try (SubjectProcess app = subjects.app()) {
            rig.generator().begin(Load.saturating(Bodies.SERVER).atRate(10_000), app.port());
            for (int minute = 0; minute < MINUTES; minute += MINUTES_A_SAMPLE) {
                long events = rig.generator().delivered();
                double cpu = app.cpuSeconds();
                Rig.pause(MINUTES_A_SAMPLE * 60);
                text.append(String.format(
                        Locale.ROOT,
                        "| %d to %d | %,.0f | %.0f | %d |%n",
                        minute,
                        minute + MINUTES_A_SAMPLE,
                        (rig.generator().delivered() - events) / (app.cpuSeconds() - cpu),
                        app.residentMegabytes(),
                        rig.generator().refused()));
            }
            rig.generator().end();
        }
        return text.toString();
    }

    private static String table(List<Sample> samples) {
        StringBuilder table = new StringBuilder(
                """
                | Subject | Events per CPU-second, median (least–most) | Cold | GC % | JIT % | Kernel % | Events/s | \
                CPU cores | RSS peak MB | Requests refused |
                | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
                """);
        for (String subject : samples.stream().map(Sample::subject).distinct().toList()) {
            List<Sample> own = of(samples, subject);
            CpuTime cpu = own.stream().map(Sample::cpu).reduce(CpuTime.NONE, CpuTime::plus);
            table.append(String.format(
                    Locale.ROOT,
                    "| %s | %s | %s | %.0f | %.0f | %.0f | %,.0f | %.2f | %.0f | %d |%n",
                    subject,
                    Spread.of(own, Sample::eventsPerCpuSecond).text("%,.0f"),
                    cold(samples, subject),
                    100 * cpu.gc() / cpu.seconds(),
                    100 * cpu.jit() / cpu.seconds(),
                    100 * cpu.kernel() / cpu.seconds(),
                    Spread.of(own, Sample::eventsPerSecond).median(),
                    Spread.of(own, sample -> sample.cpu().seconds() / sample.wallSeconds())
                            .median(),
                    own.stream().mapToDouble(Sample::peakMegabytes).max().orElse(0),
                    own.stream().mapToLong(Sample::refused).sum()));
        }
        return table.append('\n').toString();
    }

    private static String cold(List<Sample> samples, String subject) {
        return samples.stream()
                .filter(sample -> sample.subject().equals(subject) && sample.round() == Sample.COLD)
                .map(sample -> String.format(Locale.ROOT, "%,.0f", sample.eventsPerCpuSecond()))
                .findFirst()
                .orElse("");
    }

    /** Returns the ratio of two subjects' events per CPU-second; each round gives one ratio. */
    private static String ratio(List<Sample> samples, String one, String other) {
        return "* " + one + " / " + other + ": " + ratioOf(samples, one, other).text("%.2f") + '\n';
    }

    static Spread ratioOf(List<Sample> samples, String one, String other) {
        List<Sample> ones = of(samples, one);
        List<Sample> others = of(samples, other);
        return Spread.of(IntStream.range(0, ones.size())
                .mapToObj(i -> ones.get(i).eventsPerCpuSecond() / others.get(i).eventsPerCpuSecond())
                .toList());
    }

    /** Returns the samples of a warm subject. */
    private static List<Sample> of(List<Sample> samples, String subject) {
        return samples.stream()
                .filter(sample -> sample.subject().equals(subject) && sample.round() != Sample.COLD)
                .sorted(Comparator.comparingInt(Sample::round))
                .toList();
    }
}
