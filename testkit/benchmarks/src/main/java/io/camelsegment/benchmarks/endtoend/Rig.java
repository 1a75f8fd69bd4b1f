package io.camelsegment.benchmarks.endtoend;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.HdrHistogram.Histogram;

/**
 * The stand-in for AWS and the load generator, on the first core, and the subjects, on the second by default. The
 * generator runs in this process. Not thread-safe.
 */
final class Rig implements AutoCloseable {

    /** The same heap for all subjects, so that none trades memory for speed. */
    static final String HEAP = "-Xmx512m";

    /** As the launcher has it for the app. */
    private static final String SURVIVORS = "-XX:SurvivorRatio=2";

    private static final String RIG_CORE = "0";
    private static final String SUBJECT_CORE = "1";
    private static final String ALL_CORES = "0-" + (SubjectProcess.CORES - 1);
    private static final double ARRIVAL_PATIENCE_SECONDS = 5;
    private static final int STEADY_WINDOWS = 3;
    private static final double STEADY_WITHIN = 0.05;
    private static final double LONGEST_WARMUP = 3;
    /** The part of the warm-up that comes before each measurement, after the turns of the others. */
    private static final double REMINDER = 16;

    private static final double PATIENCE_WITH_BUSY_MACHINES = 4;

    private final Settings settings;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final LoadGenerator generator = new LoadGenerator();
    private final SubjectProcess standIn;
    private final int tlsPort = SubjectProcess.freePort();
    private final List<Sample> samples = new ArrayList<>();

    Rig(Settings settings) throws IOException, InterruptedException {
        this.settings = settings;
        Files.createDirectories(settings.directory());
        SubjectProcess.pinThisProcess(RIG_CORE);
        int port = SubjectProcess.freePort();
        standIn = start(
                        "stand-in",
                        RIG_CORE,
                        port,
                        Map.of(),
                        Path.of(System.getProperty("java.home")),
                        mainClass(StandIn.class, port, tlsPort, keyStore()))
                .awaitPort();
    }

    Settings settings() {
        return settings;
    }

    LoadGenerator generator() {
        return generator;
    }

    int awsPort() {
        return standIn.port();
    }

    int awsTlsPort() {
        return tlsPort;
    }

    /** Returns all measurements. */
    List<Sample> samples() {
        return samples;
    }

    /** Starts a subject with these arguments of {@code java}; does not wait. */
    SubjectProcess startSubject(String name, int port, Map<String, String> environment, List<String> arguments)
            throws IOException {
        return start(name, SUBJECT_CORE, port, environment, settings.java(), arguments);
    }

    /** Starts a subject by its own program; does not wait. */
    SubjectProcess startProgram(String name, int port, Map<String, String> environment, Path program)
            throws IOException {
        return start(name, SUBJECT_CORE, port, environment, List.of(program.toString()));
    }

    /** Starts a subject as {@link #startProgram} does, but on all cores. */
    SubjectProcess startProgramOnAllCores(String name, int port, Map<String, String> environment, Path program)
            throws IOException {
        return start(name, ALL_CORES, port, environment, List.of(program.toString()));
    }

    private SubjectProcess start(
            String name, String cores, int port, Map<String, String> environment, Path java, List<String> arguments)
            throws IOException {
        List<String> command = new ArrayList<>(List.of(java.resolve("bin/java").toString()));
        command.addAll(arguments);
        return start(name, cores, port, environment, command);
    }

    private SubjectProcess start(
            String name, String cores, int port, Map<String, String> environment, List<String> command)
            throws IOException {
        return SubjectProcess.start(
                name, cores, command, environment, settings.directory().resolve("logs"), port);
    }

    /** Returns the arguments of {@code java} that run a class of this module. */
    static List<String> mainClass(Class<?> main, Object... arguments) {
        List<String> command =
                new ArrayList<>(List.of(HEAP, SURVIVORS, "-cp", System.getProperty("java.class.path"), main.getName()));
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        return command;
    }

    private Path keyStore() throws IOException, InterruptedException {
        Path file = settings.directory().resolve("stand-in.p12").toAbsolutePath();
        Files.deleteIfExists(file);
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-keyalg",
                        "RSA",
                        "-alias",
                        "stand-in",
                        "-dname",
                        "CN=127.0.0.1",
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        StandIn.PASSWORD,
                        "-keystore",
                        file.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (keytool.waitFor() != 0) {
            throw new IllegalStateException("keytool made no key for the stand-in's TLS");
        }
        return file;
    }

    /** A subject and its load. */
    record Contestant(SubjectProcess subject, Load load) {}

    /**
     * Warms the contestants up and measures them in turns, for all rounds of the settings. Each round begins with
     * another contestant.
     */
    List<Sample> takeTurns(String scenario, String load, List<Contestant> contestants) throws Exception {
        return takeTurns(scenario, Map.of(load, contestants)).get(load);
    }

    /**
     * Warms the contestants of several loads up and measures them in turns, for all rounds of the settings. Each round
     * begins with another load, and each load with another contestant.
     *
     * @return the samples by load, in the order of the loads; those of round {@link Sample#COLD} are the first windows
     */
    Map<String, List<Sample>> takeTurns(String scenario, Map<String, List<Contestant>> loads) throws Exception {
        Map<String, List<Sample>> taken = new LinkedHashMap<>();
        for (Map.Entry<String, List<Contestant>> load : loads.entrySet()) {
            taken.put(load.getKey(), new ArrayList<>());
            for (Contestant contestant : load.getValue()) {
                taken.get(load.getKey()).add(warmUp(scenario, load.getKey(), contestant));
            }
        }
        for (int round = 1; round <= settings.rounds(); round++) {
            for (String load : rotated(List.copyOf(taken.keySet()), round)) {
                for (Contestant contestant : rotated(loads.get(load), round)) {
                    taken.get(load).add(measure(scenario, load, contestant, round));
                }
            }
        }
        return taken;
    }

    private static <T> List<T> rotated(List<T> list, int by) {
        List<T> rotated = new ArrayList<>(list);
        Collections.rotate(rotated, -by);
        return rotated;
    }

    /**
     * Puts load on a subject until its process has used the CPU time of the settings' warm-up and three windows agree,
     * but no longer than three times that, and on a busy machine at most four times as long.
     *
     * @return the first window
     */
    Sample warmUp(String scenario, String load, Contestant contestant) throws Exception {
        Sample cold = null;
        List<Double> windows = new ArrayList<>();
        SubjectProcess subject = contestant.subject();
        double enough = subject.cpuSeconds() + LONGEST_WARMUP * settings.warmup();
        long end = System.nanoTime() + (long) (PATIENCE_WITH_BUSY_MACHINES * LONGEST_WARMUP * settings.warmup() * 1e9);
        long arrivedBefore = arrived();
        generator.begin(contestant.load(), subject.port());
        while (System.nanoTime() < end
                && (subject.cpuSeconds() < settings.warmup()
                        || (!isSteady(windows) && subject.cpuSeconds() < enough))) {
            Sample window = window(scenario, load, subject, Sample.COLD);
            cold = cold == null ? window : cold;
            windows.add(window.eventsPerCpuSecond());
        }
        generator.end();
        checkArrival(subject, arrivedBefore);
        print(
                "%s, %s: %s is %s after %.0f CPU-seconds in all: %s events per CPU-second%n",
                scenario,
                load,
                subject.name(),
                isSteady(windows) ? "steady" : "not steady",
                subject.cpuSeconds(),
                windows.stream()
                        .map(window -> String.format(Locale.ROOT, "%,.0f", window))
                        .toList());
        return keep(cold);
    }

    private static boolean isSteady(List<Double> windows) {
        if (windows.size() < STEADY_WINDOWS) {
            return false;
        }
        Spread last = Spread.of(windows.subList(windows.size() - STEADY_WINDOWS, windows.size()));
        return last.most() - last.least() <= STEADY_WITHIN * last.median();
    }

    /** Measures a warm subject's CPU time for the events that it answers with 200. */
    Sample measure(String scenario, String load, Contestant contestant, int round) throws Exception {
        long arrivedBefore = arrived();
        generator.begin(contestant.load(), contestant.subject().port());
        pauseForCpu(contestant.subject(), settings.warmup() / REMINDER, generator::delivered);
        Sample sample = window(scenario, load, contestant.subject(), round);
        generator.end();
        checkArrival(contestant.subject(), arrivedBefore);
        return keep(sample);
    }

    /** Measures a subject under load for the CPU time of the settings. */
    private Sample window(String scenario, String load, SubjectProcess subject, int round) {
        long events = generator.delivered();
        long refused = generator.refused();
        CpuTime cpu = subject.cpuTime();
        long time = System.nanoTime();
        pauseForCpu(subject, settings.seconds(), generator::delivered);
        return new Sample(
                scenario,
                load,
                subject.name(),
                round,
                generator.delivered() - events,
                subject.cpuTime().minus(cpu),
                (System.nanoTime() - time) / 1e9,
                generator.refused() - refused,
                subject.peakMegabytes());
    }

    /** Measures subjects that feed themselves, in turns. */
    List<Sample> takeTurnsFed(String scenario, String load, List<SubjectProcess> subjects) throws Exception {
        List<Sample> taken = new ArrayList<>();
        for (int round = 1; round <= settings.rounds(); round++) {
            for (SubjectProcess subject : subjects) {
                subject.tell("go");
                pauseForCpu(subject, round == 1 ? settings.warmup() : settings.warmup() / REMINDER, this::arrived);
                long events = arrived();
                CpuTime cpu = subject.cpuTime();
                long time = System.nanoTime();
                pauseForCpu(subject, settings.seconds(), this::arrived);
                events = arrived() - events;
                cpu = subject.cpuTime().minus(cpu);
                double wall = (System.nanoTime() - time) / 1e9;
                subject.tell("pause");
                pause(1);
                taken.add(keep(new Sample(
                        scenario, load, subject.name(), round, events, cpu, wall, 0, subject.peakMegabytes())));
            }
        }
        return taken;
    }

    /** Runs an open loop and returns the latencies after the warm-up. */
    Histogram latencies(SubjectProcess subject, Load sent, double seconds) throws Exception {
        generator.begin(sent, subject.port());
        pause(settings.warmup() / 4);
        generator.resetLatencies();
        pause(seconds);
        return generator.end();
    }

    private Sample keep(Sample sample) {
        print(
                "%s, %s, round %d: %s: %,.0f events per CPU-second, %,.0f events/s, %d requests refused%n",
                sample.scenario(),
                sample.load(),
                sample.round(),
                sample.subject(),
                sample.eventsPerCpuSecond(),
                sample.eventsPerSecond(),
                sample.refused());
        samples.add(sample);
        return sample;
    }

    @SuppressWarnings("SystemOut") // shows progress
    private static void print(String format, Object... values) {
        System.out.printf(Locale.ROOT, format, values);
    }

    /** Checks that all events answered with 200 have arrived: otherwise the figures would be worthless. */
    private void checkArrival(SubjectProcess subject, long before) {
        long deadline = System.nanoTime() + (long) (ARRIVAL_PATIENCE_SECONDS * 1e9);
        long arrived = arrived() - before;
        while (arrived < generator.delivered()) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException(subject.name() + " answered " + generator.delivered()
                        + " events with 200, but only " + arrived + " arrived");
            }
            pause(0.1);
            arrived = arrived() - before;
        }
    }

    private long arrived() {
        return awsCounts().getLong("events");
    }

    /** Returns the counts of the stand-in for AWS. */
    JsonObject awsCounts() {
        return new JsonObject(tellAws("GET", "counts"));
    }

    /** Stops the answers of the stand-in for AWS, or resumes them. */
    void stall(boolean stalled) {
        tellAws("POST", stalled ? "stall" : "flow");
    }

    private String tellAws(String method, String path) {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + standIn.port() + "/" + path))
                .timeout(Duration.ofMinutes(1))
                .method(method, BodyPublishers.noBody())
                .build();
        return http.sendAsync(request, BodyHandlers.ofString()).join().body();
    }

    /**
     * Waits until a process has used so much CPU time: on a busy machine at most four times as long, but at least until
     * it has processed an event.
     *
     * @param events number of events processed so far
     * @throws IllegalStateException if the process has ended, or has processed none for a minute
     */
    static void pauseForCpu(SubjectProcess subject, double seconds, LongSupplier events) {
        double cpu = subject.cpuSeconds() + seconds;
        long done = events.getAsLong();
        long now = System.nanoTime();
        long enough = now + (long) (PATIENCE_WITH_BUSY_MACHINES * seconds * 1e9);
        long end = enough + TimeUnit.MINUTES.toNanos(1);
        while (now < end && ((now < enough && subject.cpuSeconds() < cpu) || events.getAsLong() == done)) {
            subject.checkRuns();
            pause(0.1);
            now = System.nanoTime();
        }
        if (events.getAsLong() == done) {
            throw new IllegalStateException(subject.name() + " processes no events");
        }
    }

    static void pause(double seconds) {
        long end = System.nanoTime() + (long) (seconds * 1e9);
        for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(Math.max(left, TimeUnit.MICROSECONDS.toNanos(50)));
        }
    }

    @Override
    public void close() {
        generator.close();
        standIn.close();
    }
}
