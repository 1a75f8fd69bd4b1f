package io.camelsegment.benchmarks.endtoend;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import jdk.jfr.consumer.RecordedClass;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordingFile;

/**
 * Profiles CPU time and allocation of a process: by thread from the operating system, by code from the samples of the
 * JDK's Flight Recorder. Samples cover only threads that run Java code, not the JIT compiler, the collector and the
 * kernel.
 */
final class Profile {

    private static final int SITES = 10;
    private static final int FRAMES = 25;
    /** Areas by prefix of a frame. The innermost frame with a row decides, by its first row. */
    private static final Map<String, String> AREAS = new LinkedHashMap<>();

    static {
        AREAS.put("io.camelsegment.event", "our parsing and normalising");
        AREAS.put("io.camelsegment.tracking.server", "our tracking API");
        AREAS.put("io.camelsegment.memory", "our memory of ids");
        AREAS.put("io.camelsegment.sink", "our sinks");
        AREAS.put("io.camelsegment.delivery", "our batches");
        AREAS.put("io.camelsegment.kinesis", "our AWS transports");
        AREAS.put("io.camelsegment.firehose", "our AWS transports");
        AREAS.put("io.camelsegment.aws", "our AWS transports");
        AREAS.put("io.camelsegment.routes", "our routes");
        AREAS.put("io.camelsegment.app", "our routes");
        AREAS.put("io.camelsegment", "our consumer and deduplication");
        AREAS.put("org.apache.camel.component.micrometer", "Camel's metrics");
        AREAS.put("io.micrometer", "Micrometer");
        AREAS.put("org.apache.camel", "Camel");
        AREAS.put("software.amazon.awssdk.http.nio.netty", "Netty to AWS");
        AREAS.put("software.amazon.awssdk.http.auth", "AWS SDK: signing");
        AREAS.put("software.amazon.awssdk.checksums", "AWS SDK: signing");
        AREAS.put("software.amazon.awssdk.auth", "AWS SDK: signing");
        AREAS.put("software.amazon.awssdk.protocols", "AWS SDK: marshalling");
        AREAS.put("software.amazon.awssdk.thirdparty", "AWS SDK: marshalling");
        AREAS.put("software.amazon.awssdk.services", "AWS SDK: marshalling");
        AREAS.put("software.amazon.awssdk", "AWS SDK: other");
        AREAS.put("io.vertx", "Vert.x and Netty, HTTP in");
        AREAS.put("io.quarkus", "Vert.x and Netty, HTTP in");
        AREAS.put("io.netty", "Vert.x and Netty, HTTP in");
    }

    private Profile() {}

    /** Records a process under load for some seconds; returns the result as Markdown. */
    static String take(Rig rig, SubjectProcess subject, double seconds) throws Exception {
        Path recording = rig.settings()
                .directory()
                .resolve(subject.name() + "-" + subject.pid() + ".jfr")
                .toAbsolutePath();
        Map<String, Double> before = subject.cpuSecondsByThread();
        jcmd(rig, subject, "JFR.start", "name=bench", "settings=profile");
        long events = rig.generator().delivered();
        Rig.pause(seconds);
        events = rig.generator().delivered() - events;
        Map<String, Double> after = subject.cpuSecondsByThread();
        jcmd(rig, subject, "JFR.stop", "name=bench", "filename=" + recording);
        return threads(before, after) + read(recording, events);
    }

    private static void jcmd(Rig rig, SubjectProcess subject, String... command)
            throws IOException, InterruptedException {
        String[] all = new String[command.length + 2];
        all[0] = rig.settings().java().resolve("bin/jcmd").toString();
        all[1] = Long.toString(subject.pid());
        System.arraycopy(command, 0, all, 2, command.length);
        Path log = rig.settings().directory().resolve("jcmd.log");
        Process jcmd = new ProcessBuilder(all)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        if (!jcmd.waitFor(1, TimeUnit.MINUTES) || jcmd.exitValue() != 0) {
            throw new IllegalStateException("jcmd failed:\n" + Files.readString(log));
        }
    }

    private static String threads(Map<String, Double> before, Map<String, Double> after) {
        Map<String, Double> used = new HashMap<>();
        after.forEach((thread, seconds) -> used.put(thread, seconds - before.getOrDefault(thread, 0.0)));
        return "CPU time by thread: " + shares(used, SITES) + ".\n\n";
    }

    private static String read(Path recording, long events) throws IOException {
        Map<String, Double> areas = new HashMap<>();
        Map<String, Double> frames = new HashMap<>();
        Map<String, Double> sites = new HashMap<>();
        double allocated = 0;
        Set<Long> threads = new HashSet<>();
        List<RecordedEvent> samples = RecordingFile.readAllEvents(recording).stream()
                .filter(event -> event.getStackTrace() != null
                        && !event.getStackTrace().getFrames().isEmpty())
                .sorted(Comparator.comparing(RecordedEvent::getStartTime))
                .toList();
        for (RecordedEvent sample : samples) {
            List<RecordedFrame> stack = sample.getStackTrace().getFrames();
            switch (sample.getEventType().getName()) {
                case "jdk.ExecutionSample" -> {
                    areas.merge(area(sample, stack), 1.0, Double::sum);
                    frames.merge(name(stack.get(0)), 1.0, Double::sum);
                }
                case "jdk.ObjectAllocationSample" -> {
                    // The weight is the thread's allocation since its last sample, or since its start at the first.
                    if (!threads.add(sample.getThread().getJavaThreadId())) {
                        double weight = sample.getLong("weight");
                        allocated += weight;
                        sites.merge(site(sample.getClass("objectClass"), stack), weight, Double::sum);
                    }
                }
                default -> {
                    // Other events are not needed.
                }
            }
        }
        StringBuilder text = new StringBuilder();
        text.append("Java code by area: ").append(shares(areas, AREAS.size())).append(".\n\n");
        text.append("Innermost frames: ").append(shares(frames, FRAMES)).append(".\n\n");
        text.append(String.format(
                Locale.ROOT,
                "Allocated: %,.0f bytes an event (%,d events). Top sites:%n%n",
                allocated / events,
                events));
        text.append("| Bytes an event | Class | Where |\n| --- | --- | --- |\n");
        sites.entrySet().stream()
                .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
                .limit(SITES)
                .forEach(site -> text.append(
                        String.format(Locale.ROOT, "| %,.0f | %s |%n", site.getValue() / events, site.getKey())));
        return text.toString();
    }

    /** Returns the share of each part in percent, the largest first. */
    private static String shares(Map<String, Double> parts, int most) {
        double all = parts.values().stream().mapToDouble(Double::doubleValue).sum();
        return String.join(
                ", ",
                parts.entrySet().stream()
                        .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
                        .limit(most)
                        .filter(part -> part.getValue() > 0)
                        .map(part ->
                                String.format(Locale.ROOT, "%s %.1f %%", part.getKey(), 100 * part.getValue() / all))
                        .toList());
    }

    private static String area(RecordedEvent event, List<RecordedFrame> stack) {
        for (RecordedFrame frame : stack) {
            String type = frame.getMethod().getType().getName();
            for (Map.Entry<String, String> area : AREAS.entrySet()) {
                if (type.startsWith(area.getKey() + '.')) {
                    boolean toAws = type.startsWith("io.netty")
                            && event.getThread("sampledThread").getJavaName() != null
                            && event.getThread("sampledThread").getJavaName().startsWith("sdk-");
                    return toAws ? "Netty to AWS" : area.getValue();
                }
            }
        }
        return "other";
    }

    /** Returns the class and the innermost frame outside the JDK. */
    private static String site(RecordedClass type, List<RecordedFrame> stack) {
        RecordedFrame site = stack.stream()
                .filter(frame -> !frame.getMethod().getType().getName().startsWith("java."))
                .findFirst()
                .orElse(stack.get(0));
        return "`" + type.getName() + "` | `" + name(site) + "`";
    }

    private static String name(RecordedFrame frame) {
        String type = frame.getMethod().getType().getName();
        return type.substring(type.lastIndexOf('.') + 1) + "."
                + frame.getMethod().getName();
    }
}
