package io.camelsegment.routes;

import io.camelsegment.event.SegmentEvent;
import io.camelsegment.sink.SecretOptions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.camel.Category;
import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriPath;
import org.apache.camel.support.DefaultEndpoint;
import org.apache.camel.support.service.ServiceHelper;

/** Deliver each event to the streams that the rows of a table name for it, by its name or type. */
@UriEndpoint(
        firstVersion = "0.1.0",
        scheme = "segment-mapping",
        title = "Segment Mapping",
        syntax = "segment-mapping:name",
        producerOnly = true,
        category = {Category.CLOUD, Category.MESSAGING},
        headersClass = SegmentMappingConstants.class)
public class SegmentMappingEndpoint extends DefaultEndpoint {

    /** Secrets of the streams' endpoints, and the options in the URIs of these and of the one of unmapped events. */
    private static final List<Pattern> SECRETS = Stream.of(
                    "([?&]sink\\.[^=&]*(?:secret|key|token|password)[^=&]*=)"
                            + "(?:RAW\\(.*?\\)(?=&|$)|RAW\\{.*?}(?=&|$)|[^&]*)",
                    "([?&](?:sink|unmapped)=RAW\\([^?&]*\\?).*?(?=\\)(?:&|$))",
                    "([?&](?:sink|unmapped)=RAW\\{[^?&]*\\?).*?(?=}(?:&|$))",
                    "([?&](?:sink|unmapped)=(?!RAW[({])[^&]*?(?:\\?|%3F))[^&]*")
            .map(secret -> Pattern.compile(secret, Pattern.CASE_INSENSITIVE | Pattern.DOTALL))
            .toList();

    @UriPath(description = "Name of the mapping in metrics and the log.")
    @Metadata(required = true)
    private String name;

    @UriParam(
            prefix = "row.",
            multiValue = true,
            description = "Rows of the table: row. and an event name, a type, a pattern or a star for every event, with"
                    + " one or several streams, separated by commas, or none.")
    private Map<String, Object> row = new LinkedHashMap<>();

    @UriParam(description = "A MappingTable with the rows, as a bean.")
    private MappingTable<List<String>> table;

    @UriParam(
            description = "A file with the rows: streams by event in YAML or JSON (.yaml, .json), or CSV (.csv) with"
                    + " the columns event and stream. When it changes, its rows are taken within two seconds; if it"
                    + " has a mistake, the rows before stay, and the log names line and column. With classpath: a"
                    + " resource, which is read once.")
    private String file;

    @UriParam(
            defaultValue = "ALL",
            description = "Which of the rows that fit an event apply. ALL: all of them, each stream once. FIRST: those"
                    + " of its name, else those of the longest pattern, else those of its type, else those of every"
                    + " event. A table has its own.")
    private MappingTable.Match match;

    @UriParam(
            defaultValue = "firehose",
            description = "Where the streams are: kinesis, firehose, the scheme of another component, or a URI with"
                    + " {stream} in place of the name.")
    private String sink = "firehose";

    @UriParam(
            prefix = "sink.",
            multiValue = true,
            description = "Options of the streams' endpoints, such as sink.region=eu-west-1.")
    private Map<String, Object> sinkParameters = new LinkedHashMap<>();

    @UriParam(
            description = "Where events go that no row fits: a stream, or the URI of an endpoint, which has a colon."
                    + " Without it they are done and not delivered, and the log tells the first of each name. Refused"
                    + " beside a row that fits every event.")
    private String unmapped;

    private final Set<StreamMapping> mappings = new LinkedHashSet<>();
    private volatile MappingTable<List<String>> current;
    private MappingFileWatch watch;

    public SegmentMappingEndpoint(String uri, SegmentMappingComponent component, String name) {
        super(masked(uri), component);
        this.name = name;
    }

    /** Returns a URI without secrets. */
    static String masked(String uri) {
        String masked = SecretOptions.mask(uri);
        for (Pattern secret : SECRETS) {
            masked = secret.matcher(masked).replaceAll("$1xxxxxx");
        }
        return masked;
    }

    /**
     * Checks the options.
     *
     * @throws IllegalArgumentException with the option and the mend
     */
    void validate() {
        if (name == null || name.isBlank()) {
            throw new IllegalArgumentException("expected a name after segment-mapping:, such as segment-mapping:lake,"
                    + " but there was none: give it one");
        }
        long places = Stream.of(!row.isEmpty(), table != null, file != null)
                .filter(has -> has)
                .count();
        if (places != 1) {
            throw new IllegalArgumentException("expected rows in one of row., table and file, but "
                    + (places == 0 ? "there are none: add one, such as row.*" : "there are several: keep one"));
        }
        if (table != null && match != null) {
            throw new IllegalArgumentException(
                    "expected match only without table, which has its own, but there are both: remove match");
        }
        sinkUri();
        if (file != null) {
            watch = new MappingFileWatch(getCamelContext(), name, file, this::take);
        }
        current = table();
        if (unmapped != null && current.fitsEveryEvent()) {
            throw new IllegalArgumentException("expected unmapped only without a row \"*\", which fits every event,"
                    + " but there are both: remove one of them");
        }
    }

    private MappingTable<List<String>> table() {
        if (table != null) {
            return table;
        }
        if (watch != null) {
            return MappingTable.of(watch.read().rows(), matchOrAll());
        }
        List<MappingRow> list = new ArrayList<>();
        row.forEach((event, streams) -> list.add(new MappingRow(event, FirehoseMapping.streamNames(streams))));
        return MappingTable.of(list, matchOrAll());
    }

    private MappingTable.Match matchOrAll() {
        return match == null ? MappingTable.Match.ALL : match;
    }

    SinkUri sinkUri() {
        return new SinkUri(sink, sinkParameters);
    }

    /** Returns what looks at the file; null without one. */
    MappingFileWatch watch() {
        return watch;
    }

    /** Lets a mapping follow the table that is in force, from now on. */
    synchronized void add(StreamMapping mapping) {
        mapping.prepare(current).run();
        mappings.add(mapping);
    }

    /** Lets a mapping keep the table that it has. */
    synchronized void remove(StreamMapping mapping) {
        mappings.remove(mapping);
    }

    /** Takes the rows of a file, unless one of the mappings refuses them: then all keep what they have. */
    synchronized void take(MappingFile changed) {
        MappingTable<List<String>> next = MappingTable.of(changed.rows(), matchOrAll());
        List<StreamMapping.Prepared> switches = new ArrayList<>();
        for (StreamMapping mapping : mappings) {
            try {
                switches.add(mapping.prepare(next));
            } catch (StreamMapping.RefusedStreamException e) {
                switches.forEach(StreamMapping.Prepared::undo);
                throw changed.mistakeOf(e.stream(), e.getMessage());
            } catch (IllegalArgumentException e) {
                switches.forEach(StreamMapping.Prepared::undo);
                throw changed.mistakeOf("", e.getMessage());
            }
        }
        switches.forEach(StreamMapping.Prepared::run);
        current = next;
    }

    /** Makes those endpoints that are Kamelets when Camel makes those of the route: later, they would have no route. */
    @Override
    protected void doInit() throws Exception {
        super.doInit();
        SinkUri uris = sinkUri();
        Stream.concat(
                        current.streams().stream().map(uris::of),
                        Stream.ofNullable(unmapped).map(uris::ofUnmapped))
                .filter(uri -> uri.startsWith("kamelet:"))
                .forEach(getCamelContext()::getEndpoint);
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        ServiceHelper.startService(watch);
    }

    @Override
    protected void doStop() throws Exception {
        ServiceHelper.stopService(watch);
        super.doStop();
    }

    /**
     * Tells which rows fit an event, which of them decide, and where it goes, by the table that is in force. For
     * people: it reads all rows.
     */
    public MappingExplanation explain(SegmentEvent event) {
        return current.explain(event).withUnmapped(unmapped);
    }

    @Override
    public Producer createProducer() {
        return new SegmentMappingProducer(this);
    }

    @Override
    public Consumer createConsumer(Processor processor) {
        throw new UnsupportedOperationException(
                "expected segment-mapping: only in to(), since it has no events of its own, but it was in from():"
                        + " use segment:");
    }

    /** Compares by identity: the URI masks secrets, so endpoints with different secrets would seem equal. */
    @Override
    public boolean equals(Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }

    public String getName() {
        return name;
    }

    public void setName(String name) {
        this.name = name;
    }

    public Map<String, Object> getRow() {
        return row;
    }

    public void setRow(Map<String, Object> row) {
        this.row = row;
    }

    public MappingTable<List<String>> getTable() {
        return table;
    }

    public void setTable(MappingTable<List<String>> table) {
        this.table = table;
    }

    public String getFile() {
        return file;
    }

    public void setFile(String file) {
        this.file = file;
    }

    public MappingTable.Match getMatch() {
        return match;
    }

    public void setMatch(MappingTable.Match match) {
        this.match = match;
    }

    public String getSink() {
        return sink;
    }

    public void setSink(String sink) {
        this.sink = sink;
    }

    public Map<String, Object> getSinkParameters() {
        return sinkParameters;
    }

    public void setSinkParameters(Map<String, Object> sinkParameters) {
        this.sinkParameters = sinkParameters;
    }

    public String getUnmapped() {
        return unmapped;
    }

    public void setUnmapped(String unmapped) {
        this.unmapped = unmapped;
    }
}
