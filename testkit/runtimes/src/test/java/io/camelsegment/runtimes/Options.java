package io.camelsegment.runtimes;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Options of the components that one application sets together, its routes, and what is seen of each option. */
final class Options {

    static final String SEGMENT = "segment";
    static final String KINESIS = "segment-kinesis";
    static final String FIREHOSE = "segment-firehose";
    static final String MAPPING = "segment-mapping";
    static final String FAN_OUT = "segment-fan-out";
    static final String AGGREGATE = "segment-aggregate";
    static final List<String> SINKS = List.of(KINESIS, FIREHOSE);

    /** Looks from outside whether an option is in force; fails if not. */
    interface Check {
        void on(Stage stage) throws Exception;
    }

    /** An option, its value, and what is seen of it. */
    record Row(String component, String option, String value, Check check) {}

    private final String name;
    private final List<Row> rows = new ArrayList<>();
    private final Map<String, String> others = new LinkedHashMap<>();
    private final StringBuilder routes = new StringBuilder();

    Options(String name) {
        this.name = name;
    }

    /** Adds a row. */
    Options row(String component, String option, String value, Check check) {
        rows.add(new Row(component, option, value, check));
        return this;
    }

    /** Sets another property, or an option whose row is in another group. */
    Options with(String property, String value) {
        others.put(property, value);
        return this;
    }

    /** Sets an option, whose row is in another group, of both sinks. */
    Options withSinks(String option, String value) {
        SINKS.forEach(sink -> with("camel.component." + sink + "." + option, value));
        return this;
    }

    /** Adds a route. */
    Options route(String from, String... to) {
        routes.append("- route:\n    from:\n      uri: ").append(from).append("\n      steps:\n");
        for (String uri : to) {
            // Of a toD the endpoint is made for the first event.
            String step = uri.startsWith("dynamic:") ? "toD" : "to";
            routes.append("        - ")
                    .append(step)
                    .append(": ")
                    .append(uri.replace("dynamic:", ""))
                    .append('\n');
        }
        return this;
    }

    /** Adds YAML to the routes. */
    Options yaml(String yaml) {
        routes.append(yaml);
        return this;
    }

    List<Row> rows() {
        return Collections.unmodifiableList(rows);
    }

    String routes() {
        return routes.toString();
    }

    Map<String, String> properties() {
        Map<String, String> all = new LinkedHashMap<>(others);
        rows.forEach(row -> all.put("camel.component." + row.component() + "." + row.option(), row.value()));
        return all;
    }

    @Override
    public String toString() {
        return name;
    }
}
