package io.camelsegment.benchmarks.endtoend;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Starts the compared programs. */
final class Subjects {

    static final String APP = "app";
    /** With the default, five requests of 500 records in 22 ms would be the most that an app of any speed can do. */
    private static final String MANY_REQUESTS = "-Dcamel.component.segment-kinesis.max-in-flight-requests=64";

    /** Where none can be made. */
    static final Path NO_ARCHIVE = Path.of("/dev/null");

    private final Rig rig;

    Subjects(Rig rig) {
        this.rig = rig;
    }

    /** Starts the packaged app with one Kinesis stream, and waits for it. */
    SubjectProcess app() throws IOException {
        return app(APP, kinesis(), 1, List.of(Rig.HEAP, MANY_REQUESTS)).awaitPort();
    }

    /** Starts another build of the packaged app in the same way. */
    SubjectProcess before() throws IOException {
        return app("app, before", rig.settings().before(), kinesis(), 1, List.of(Rig.HEAP, MANY_REQUESTS))
                .awaitPort();
    }

    /**
     * Starts the packaged app by its launcher, without a class archive; does not wait.
     *
     * @param destination the settings below the destination's name
     * @param writeKeys   number of write keys of its source beside those in the bodies
     * @param options     of the JVM; those of the settings follow them
     */
    SubjectProcess app(String name, List<String> destination, int writeKeys, List<String> options) throws IOException {
        return app(name, rig.settings().app(), destination, writeKeys, options);
    }

    private SubjectProcess app(String name, Path jar, List<String> destination, int writeKeys, List<String> options)
            throws IOException {
        int port = SubjectProcess.freePort();
        return rig.startProgram(
                name, port, environment(settings(destination, writeKeys), port, options, NO_ARCHIVE), launcher(jar));
    }

    private Path settings(List<String> destination, int writeKeys) throws IOException {
        String keys = IntStream.range(0, writeKeys).mapToObj(Load::writeKey).collect(Collectors.joining(","));
        Path settings = Files.writeString(
                Files.createTempFile("bench", ".yaml"),
                """
                segment:
                  workspace-id: bench
                  sources:
                    web: { write-key: "WEB_KEY,SERVER_KEY,MOBILE_KEY,%s" }
                  aws:
                    endpoint-override: http://127.0.0.1:%d
                  destinations:
                    sink:
                      role-address: arn:aws:iam::123456789012:role/bench
                      %s
                """
                        .formatted(keys, rig.awsPort(), String.join("\n      ", destination)));
        settings.toFile().deleteOnExit();
        return settings;
    }

    /**
     * Starts the packaged app with one Kinesis stream on all cores; does not wait.
     *
     * @param archives directory of class archives, where one is made if there is none
     */
    SubjectProcess appOnAllCores(String name, Path archives) throws IOException {
        int port = SubjectProcess.freePort();
        return rig.startProgramOnAllCores(
                name,
                port,
                environment(settings(kinesis(), 0), port, List.of(), archives),
                launcher(rig.settings().app()));
    }

    private static Path launcher(Path jar) {
        return jar.toAbsolutePath().resolveSibling("bin").resolve("segment");
    }

    private Map<String, String> environment(Path settings, int port, List<String> options, Path archives) {
        List<String> all = new ArrayList<>(options);
        all.addAll(rig.settings().options());
        all.addAll(List.of("-Dquarkus.http.port=" + port, "-Dquarkus.management.port=0"));
        return Map.of(
                "JAVA_HOME", rig.settings().java().toString(),
                "JAVA_OPTS", String.join(" ", all),
                "SEGMENT_CACHE", archives.toString(),
                "SEGMENT_CONFIG", settings.toString(),
                "AWS_ACCESS_KEY_ID", "bench",
                "AWS_SECRET_ACCESS_KEY", "bench");
    }

    static List<String> kinesis() {
        return List.of("type: kinesis", "stream-name: events");
    }

    static List<String> firehose(List<String> rows) {
        List<String> lines = new ArrayList<>(List.of("type: firehose", "map:"));
        rows.forEach(row -> lines.add("  " + row));
        return lines;
    }

    SubjectProcess stockCamel(StockCamelSubject.Form form) throws IOException {
        int port = SubjectProcess.freePort();
        return rig.startSubject(
                nameOf(form), port, Map.of(), Rig.mainClass(StockCamelSubject.class, port, rig.awsPort(), form));
    }

    static String nameOf(StockCamelSubject.Form form) {
        return "stock Camel, " + form.name().toLowerCase(Locale.ROOT);
    }

    SubjectProcess floor(FloorSubject.Form form) throws IOException {
        int port = SubjectProcess.freePort();
        int awsPort = form == FloorSubject.Form.TLS ? rig.awsTlsPort() : rig.awsPort();
        return rig.startSubject(form.title(), port, Map.of(), Rig.mainClass(FloorSubject.class, port, awsPort, form));
    }

    /** Starts our sink alone, over TLS like the KPL, which supports nothing else. */
    SubjectProcess sink(String packing) throws IOException {
        return rig.startSubject(
                "segment-kinesis, " + packing,
                0,
                Map.of(),
                Rig.mainClass(SinkSubject.class, "https://127.0.0.1:" + rig.awsTlsPort(), packing));
    }

    /** Starts Amazon's Kinesis Producer Library, which only the profile {@code bench} has on the class path. */
    SubjectProcess kpl(String packing) throws IOException, ClassNotFoundException {
        return rig.startSubject(
                "KPL, " + packing,
                0,
                Map.of(),
                Rig.mainClass(
                        Class.forName(
                                "io.camelsegment.benchmarks.endtoend.KplSubject",
                                false,
                                Subjects.class.getClassLoader()),
                        rig.awsTlsPort(),
                        packing));
    }
}
