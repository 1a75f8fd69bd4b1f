package io.camelsegment.benchmarks.endtoend;

import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** A process of the benchmark, pinned to cores where {@code taskset} exists, with its statistics. Thread-safe. */
final class SubjectProcess implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    /** The number of cores, read before this process pins itself to one. */
    static final int CORES = Runtime.getRuntime().availableProcessors();

    private static final boolean PINS = CORES > 1 && Files.isExecutable(Path.of("/usr/bin/taskset"));

    private final String name;
    private final Process process;
    private final Path log;
    private final int port;

    private SubjectProcess(String name, Process process, Path log, int port) {
        this.name = name;
        this.process = process;
        this.log = log;
        this.port = port;
    }

    /**
     * Starts a process; does not wait.
     *
     * @param cores its cores, in the format of {@code taskset}
     * @param port its port; 0 for none
     */
    static SubjectProcess start(
            String name, String cores, List<String> command, Map<String, String> environment, Path directory, int port)
            throws IOException {
        Files.createDirectories(directory);
        Path log = directory.resolve(name.replaceAll("[^A-Za-z0-9-]+", "_") + ".log");
        List<String> pinned = new ArrayList<>();
        if (PINS) {
            pinned.addAll(List.of("/usr/bin/taskset", "-c", cores));
        }
        pinned.addAll(command);
        ProcessBuilder builder = new ProcessBuilder(pinned)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().putAll(environment);
        SubjectProcess started = new SubjectProcess(name, builder.start(), log, port);
        Runtime.getRuntime().addShutdownHook(new Thread(started.process::destroyForcibly));
        return started;
    }

    /** Returns whether processes can be pinned to cores. */
    static boolean pins() {
        return PINS;
    }

    /** Pins all threads of this process to some cores. */
    static void pinThisProcess(String cores) throws IOException, InterruptedException {
        if (PINS) {
            String pid = Long.toString(ProcessHandle.current().pid());
            new ProcessBuilder("/usr/bin/taskset", "-a", "-c", "-p", cores, pid)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        }
    }

    /** Returns a free port. It is below those that a process gets which asks for any one. */
    static int freePort() {
        return ThreadLocalRandom.current()
                .ints(20_000, 30_000)
                .filter(SubjectProcess::isFree)
                .findFirst()
                .orElseThrow();
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port)) {
            return socket.isBound();
        } catch (IOException taken) {
            return false;
        }
    }

    String name() {
        return name;
    }

    int port() {
        return port;
    }

    long pid() {
        return process.pid();
    }

    /** Waits until its port accepts connections. */
    SubjectProcess awaitPort() {
        return await(() -> {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return socket.isConnected();
            } catch (IOException e) {
                return false;
            }
        });
    }

    /** Waits until it has written this text. */
    SubjectProcess awaitOutput(String text) {
        return await(() -> output().contains(text));
    }

    /** Waits until a condition holds, at most a minute and only while the process runs. */
    SubjectProcess await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            checkRuns();
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException(name + " did not start:\n" + output());
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
        return this;
    }

    /**
     * Checks that the process has not ended.
     *
     * @throws IllegalStateException if it has, with its output
     */
    void checkRuns() {
        if (!process.isAlive()) {
            throw new IllegalStateException(name + " ended with status " + process.exitValue() + ":\n" + output());
        }
    }

    private String output() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes a line to its standard input. */
    @SuppressWarnings("resource") // closed with the process
    void tell(String line) throws IOException {
        OutputStreamWriter input = new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8);
        input.write(line + "\n");
        input.flush();
    }

    /** Returns the CPU time, user and system, of the process and its children so far, in seconds. */
    double cpuSeconds() {
        return Stream.concat(Stream.of(process.toHandle()), process.toHandle().descendants())
                .flatMap(one -> one.info().totalCpuDuration().stream())
                .mapToDouble(time -> time.toNanos() / 1e9)
                .sum();
    }

    /** Returns the CPU time of the process and its children so far, with the shares that {@code /proc} tells. */
    CpuTime cpuTime() {
        return Stream.concat(Stream.of(process.toHandle()), process.toHandle().descendants())
                .map(SubjectProcess::cpuTime)
                .reduce(new CpuTime(cpuSeconds(), 0, 0, 0), CpuTime::plus);
    }

    private static CpuTime cpuTime(ProcessHandle one) {
        double gc = 0;
        double jit = 0;
        double kernel = 0;
        for (Path thread : threads(one)) {
            for (ThreadTime time :
                    lines(thread.resolve("stat")).map(ThreadTime::of).toList()) {
                kernel += time.system();
                if (time.isCollector()) {
                    gc += time.all();
                } else if (time.isCompiler()) {
                    jit += time.all();
                }
            }
        }
        return new CpuTime(0, gc, jit, kernel);
    }

    private static List<Path> threads(ProcessHandle one) {
        try (Stream<Path> threads = Files.list(Path.of("/proc", Long.toString(one.pid()), "task"))) {
            return threads.toList();
        } catch (IOException e) {
            return List.of(); // no /proc, or ended meanwhile
        }
    }

    /** CPU time of a thread in seconds, as a line of {@code /proc/<pid>/task/<tid>/stat} tells it. */
    private record ThreadTime(String name, double user, double system) {

        private static final double TICKS_A_SECOND = 100;

        static ThreadTime of(String stat) {
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            return new ThreadTime(
                    stat.substring(stat.indexOf('(') + 1, stat.lastIndexOf(')')),
                    Double.parseDouble(fields[11]) / TICKS_A_SECOND,
                    Double.parseDouble(fields[12]) / TICKS_A_SECOND);
        }

        double all() {
            return user + system;
        }

        boolean isCollector() {
            return name.startsWith("GC Thread") || name.startsWith("G1 ") || name.equals("VM Thread");
        }

        boolean isCompiler() {
            return name.startsWith("C1 Compiler") || name.startsWith("C2 Compiler");
        }
    }

    /** Returns the resident memory of the process and its children in MB; 0 without {@code /proc}. */
    double residentMegabytes() {
        return status("VmRSS:");
    }

    /** Returns the peak resident memory of the process and its children in MB; 0 without {@code /proc}. */
    double peakMegabytes() {
        return status("VmHWM:");
    }

    private double status(String line) {
        return Stream.concat(Stream.of(process.toHandle()), process.toHandle().descendants())
                .map(one -> Path.of("/proc", Long.toString(one.pid()), "status"))
                .filter(Files::exists)
                .flatMap(SubjectProcess::lines)
                .filter(text -> text.startsWith(line))
                .mapToDouble(text -> Double.parseDouble(text.replaceAll("\\D", "")) / 1024)
                .sum();
    }

    private static Stream<String> lines(Path file) {
        try {
            return Files.readAllLines(file).stream();
        } catch (IOException e) {
            return Stream.empty(); // has ended meanwhile
        }
    }

    /** Returns the CPU seconds of its threads by name without numbers, largest first; empty without {@code /proc}. */
    Map<String, Double> cpuSecondsByThread() {
        Map<String, Double> seconds = new LinkedHashMap<>();
        threads(process.toHandle()).stream()
                .flatMap(thread -> lines(thread.resolve("stat")))
                .map(ThreadTime::of)
                .forEach(time -> seconds.merge(time.name().replaceAll("[-#]\\d.*", ""), time.all(), Double::sum));
        Map<String, Double> sorted = new LinkedHashMap<>();
        seconds.entrySet().stream()
                .sorted(Map.Entry.<String, Double>comparingByValue(Comparator.reverseOrder()))
                .forEach(entry -> sorted.put(entry.getKey(), entry.getValue()));
        return sorted;
    }

    @Override
    public void close() {
        List<ProcessHandle> children = process.toHandle().descendants().toList();
        process.destroy();
        try {
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        children.forEach(ProcessHandle::destroyForcibly);
    }
}
