package io.camelsegment.app.command;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** What {@link ExplainCommand} found, for people. */
final class ExplainText {

    private final StringBuilder text = new StringBuilder();

    private ExplainText() {}

    static String of(JsonNode tree) {
        ExplainText text = new ExplainText();
        String source = tree.path("source").asText();
        tree.path("events").forEach(event -> text.addEvent(source, event));
        return text.text.toString();
    }

    private void addEvent(String source, JsonNode event) {
        if (event.has("refused")) {
            add(
                    "",
                    "refused: " + event.path("refused").asText() + ": "
                            + event.path("reason").asText());
            return;
        }
        add(
                "",
                event.path("type").asText()
                        + (event.has("event") ? " \"" + event.path("event").asText() + '"' : "") + " of source "
                        + source + ", messageId " + event.path("messageId").asText());
        addTransform("  ", event);
        addOutcome("  ", event);
        event.path("destinations").forEach(this::addDestination);
    }

    private void addDestination(JsonNode destination) {
        add(
                "  ",
                "destination " + destination.path("name").asText() + ": "
                        + destination.path("type").asText() + " in "
                        + destination.path("region").asText());
        addTransform("    ", destination);
        for (JsonNode row : destination.path("rows")) {
            add(
                    "    ",
                    "row        \"" + row.path("row").asText() + "\": " + texts(row.path("streams"))
                            + (row.path("counts").asBoolean() ? "" : " (fits, but does not count)"));
        }
        addOutcome("    ", destination);
        if (destination.has("streams")) {
            add("    ", "streams    " + texts(destination.path("streams")));
        }
        JsonNode record = destination.path("record");
        if (!record.isMissingNode()) {
            add(
                    "    ",
                    "record     " + record.path("bytes").asInt() + " bytes"
                            + (record.has("partitionKey")
                                    ? ", partition key "
                                            + record.path("partitionKey").asText()
                                    : "")
                            + (record.has("packing")
                                    ? ", packed with others ("
                                            + record.path("packing").asText() + ")"
                                    : ""));
            add("    ", record.path("data").asText().stripTrailing());
        }
    }

    private void addTransform(String indent, JsonNode node) {
        for (JsonNode step : node.path("transform")) {
            add(
                    indent,
                    "transform  " + step.path("step").asText() + ": "
                            + step.path("outcome").asText());
        }
    }

    private void addOutcome(String indent, JsonNode node) {
        String outcome = node.path("outcome").asText("delivered");
        if (!outcome.equals("delivered")) {
            add(
                    indent,
                    outcome + (node.has("reason") ? ": " + node.path("reason").asText() : ""));
        }
    }

    private void add(String indent, String line) {
        text.append(indent).append(line).append('\n');
    }

    private static String texts(JsonNode all) {
        List<String> texts = new ArrayList<>();
        all.forEach(one -> texts.add(one.asText()));
        return String.join(", ", texts);
    }
}
