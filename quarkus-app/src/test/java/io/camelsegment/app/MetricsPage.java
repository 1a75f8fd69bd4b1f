package io.camelsegment.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** The labels of the app's metrics, by the names of the metrics. */
final class MetricsPage {

    private static final Pattern ROW = Pattern.compile("^\\|([^|]*`segment_[^|]*)\\|([^|]*)\\|", Pattern.MULTILINE);
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");
    private static final Pattern SAMPLE =
            Pattern.compile("^(segment_\\w+?)(?:_bucket|_count|_sum)?(\\{.*\\})? ", Pattern.MULTILINE);
    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"");

    /** Labels of Prometheus's histograms, and that of all meters of Camel's components. */
    private static final Set<String> COMMON = Set.of("le", "camelContext");

    private MetricsPage() {}

    /** Returns those of the documentation. */
    static Map<String, Set<String>> listed() throws IOException {
        Map<String, Set<String>> listed = new TreeMap<>();
        ROW.matcher(Files.readString(Path.of("../docs/operations.md")))
                .results()
                .forEach(row -> all(CODE, row.group(1))
                        .forEach(name -> listed.put(name, new TreeSet<>(all(CODE, row.group(2))))));
        return listed;
    }

    /** Returns those of a page of Prometheus's format. */
    static Map<String, Set<String>> exposed(String page) {
        Map<String, Set<String>> exposed = new TreeMap<>();
        SAMPLE.matcher(page)
                .results()
                .filter(sample -> !sample.group(1).endsWith("_seconds_max")) // of a timer, whose histogram is listed
                .forEach(sample -> exposed.computeIfAbsent(sample.group(1), name -> new TreeSet<>())
                        .addAll(all(LABEL, sample.group(2) == null ? "" : sample.group(2))));
        exposed.values().forEach(labels -> labels.removeAll(COMMON));
        return exposed;
    }

    private static List<String> all(Pattern pattern, String text) {
        return pattern.matcher(text).results().map(match -> match.group(1)).toList();
    }
}
