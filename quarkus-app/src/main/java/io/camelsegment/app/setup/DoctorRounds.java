package io.camelsegment.app.setup;

import io.camelsegment.app.routes.Destination;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Examines the destinations in the background: all of them at the start, then again and again those that fail or got no
 * answer of STS. It logs a line for each failure that comes or goes. Thread-safe.
 */
public final class DoctorRounds implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(DoctorRounds.class);

    private final Doctor doctor;
    private final List<Destination> destinations;
    private final Duration pause;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread doctorThread = new Thread(task, "segment-doctor");
        doctorThread.setDaemon(true);
        return doctorThread;
    });

    private volatile Report last;
    private CompletableFuture<Report> asked;
    private long claimedAt;
    private boolean claimed;

    // The fields below belong to the thread.
    /** With the rows that their files had when they were last valid, by name. */
    private final Map<String, Destination> current = new HashMap<>();

    private final Set<Ailment> told = new LinkedHashSet<>();
    private Future<?> nextRound;
    private boolean silence;

    /**
     * Creates rounds that have not begun.
     *
     * @param pause between two examinations of a destination that fails, and between two that somebody asks for
     */
    public DoctorRounds(Doctor doctor, List<Destination> destinations, Duration pause) {
        this.doctor = doctor;
        this.destinations = destinations;
        this.pause = pause;
    }

    /** Begins the first round, and does not wait for it. */
    void start() {
        again();
    }

    /** Returns the last report; empty before the end of the first round. */
    Optional<Report> last() {
        return Optional.ofNullable(last);
    }

    /**
     * Examines all destinations anew, and does not wait for it; whoever asks before it begins gets the same report. It
     * fails when the rounds are closed before it ends.
     */
    synchronized CompletionStage<Report> again() {
        if (thread.isShutdown()) {
            return CompletableFuture.failedStage(brokenOff());
        }
        if (asked == null) {
            CompletableFuture<Report> report = new CompletableFuture<>();
            asked = report;
            thread.execute(() -> {
                synchronized (this) {
                    asked = null;
                }
                if (examine(destinations)) {
                    report.complete(last);
                } else {
                    report.completeExceptionally(brokenOff());
                }
            });
        }
        return asked.minimalCompletionStage();
    }

    /**
     * Claims an examination for somebody who asks for one; there is one a pause.
     *
     * @return empty when the claim is granted, else the time until the next may be
     */
    synchronized Optional<Duration> claim() {
        long now = System.nanoTime();
        Duration wait = pause.minusNanos(now - claimedAt);
        if (claimed && wait.compareTo(Duration.ZERO) > 0) {
            return Optional.of(wait);
        }
        claimed = true;
        claimedAt = now;
        return Optional.empty();
    }

    private static IllegalStateException brokenOff() {
        return new IllegalStateException("the examination broke off");
    }

    private boolean examine(Collection<Destination> some) {
        if (nextRound != null) {
            nextRound.cancel(false);
        }
        boolean done = false;
        try {
            Report report =
                    merged(doctor.examine(some.stream().map(this::current).toList()));
            tell(report);
            last = report;
            done = true;
        } catch (RuntimeException e) {
            if (!thread.isShutdown()) {
                // Only its type: a message of the SDK may hold a secret.
                LOG.warnf(
                        "The examination of the destinations broke off: %s",
                        (e.getCause() == null ? e : e.getCause()).getClass().getName());
            }
        }
        List<Destination> open = open();
        synchronized (this) {
            if (!open.isEmpty() && !thread.isShutdown()) {
                nextRound = thread.schedule(() -> examine(open), pause.toMillis(), TimeUnit.MILLISECONDS);
            }
        }
        return done;
    }

    private Destination current(Destination destination) {
        Destination now = current.getOrDefault(destination.name(), destination).withCurrentRows();
        current.put(destination.name(), now);
        return now;
    }

    private Report merged(Report fresh) {
        Map<String, Diagnosis> diagnoses = new LinkedHashMap<>();
        if (last != null) {
            last.diagnoses().forEach(diagnosis -> diagnoses.put(diagnosis.destination(), diagnosis));
        }
        fresh.diagnoses().forEach(diagnosis -> diagnoses.put(diagnosis.destination(), diagnosis));
        return new Report(fresh.at(), List.copyOf(diagnoses.values()));
    }

    private List<Destination> open() {
        Set<String> closed = new LinkedHashSet<>();
        if (last != null) {
            last.diagnoses().stream()
                    .filter(diagnosis -> !diagnosis.isOpen())
                    .forEach(diagnosis -> closed.add(diagnosis.destination()));
        }
        return destinations.stream()
                .filter(destination -> !closed.contains(destination.name()))
                .toList();
    }

    private void tell(Report report) {
        tellOfSilence(report);
        for (Diagnosis diagnosis : report.diagnoses()) {
            Map<Check.Step, List<Check>> steps = new LinkedHashMap<>();
            diagnosis.checks().forEach(check -> steps.computeIfAbsent(check.step(), step -> new ArrayList<>())
                    .add(check));
            steps.forEach((step, checks) -> tell(diagnosis.destination(), step, checks));
        }
    }

    /** AWS out of reach is one line, however many destinations there are. */
    private void tellOfSilence(Report report) {
        List<Check> silent = report.diagnoses().stream()
                .flatMap(diagnosis -> diagnosis.checks().stream())
                .filter(Check::silent)
                .toList();
        if (!silent.isEmpty() && !silence) {
            LOG.warnf(
                    "AWS does not answer, so senders are told to send again later: %s", summary(silent.subList(0, 1)));
        } else if (silent.isEmpty() && silence) {
            LOG.info("AWS answers");
        }
        silence = !silent.isEmpty();
    }

    private void tell(String destination, Check.Step step, List<Check> checks) {
        Outcome outcome = worst(checks);
        Ailment fails = new Ailment(destination, step, Outcome.FAIL);
        Ailment warns = new Ailment(destination, step, Outcome.WARN);
        if (outcome == Outcome.FAIL && told.add(fails)) {
            LOG.warnf("Destination %s cannot deliver: %s", destination, summary(checks));
        } else if (outcome == Outcome.WARN && told.add(warns)) {
            LOG.warnf("Destination %s: %s", destination, summary(checks));
        }
        // What is merely unknown is not healed.
        if (outcome != Outcome.FAIL && outcome != Outcome.UNKNOWN && told.remove(fails)) {
            LOG.infof("Destination %s: %s is mended", destination, step.word());
        }
        if (outcome == Outcome.PASS) {
            told.remove(warns);
        }
    }

    static Outcome worst(List<Check> checks) {
        return checks.stream().map(Check::outcome).max(Outcome::compareTo).orElse(Outcome.PASS);
    }

    /** Returns the worst check of a step on one line, and how many streams it is true of. */
    static String summary(List<Check> checks) {
        Outcome outcome = worst(checks);
        List<Check> worst =
                checks.stream().filter(check -> check.outcome() == outcome).toList();
        Check first = worst.get(0);
        return first.step().word() + ": " + (first.stream() == null ? "" : first.stream() + ": ") + first.found()
                + (first.mend() == null ? "" : "; " + first.mend())
                + (worst.size() == 1 ? "" : " (and " + (worst.size() - 1) + " more)");
    }

    /** Stops at once; a round that is under way breaks off. */
    @Override
    public synchronized void close() {
        thread.shutdownNow();
        if (asked != null) {
            asked.completeExceptionally(brokenOff());
        }
    }

    private record Ailment(String destination, Check.Step step, Outcome outcome) {}
}
