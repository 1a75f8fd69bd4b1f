package io.camelsegment.app.setup;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;

/**
 * What was found about several destinations. It holds no secret.
 *
 * @param at        when
 * @param diagnoses one for each destination
 */
record Report(Instant at, List<Diagnosis> diagnoses) {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Returns whether AWS does not let at least one destination deliver. */
    public boolean fails() {
        return diagnoses.stream().anyMatch(diagnosis -> diagnosis.outcome() == Outcome.FAIL);
    }

    /** Returns whether something could not be told about at least one destination. */
    public boolean isUnknown() {
        return diagnoses.stream().anyMatch(Diagnosis::isUnknown);
    }

    /** Returns the report for people, in lines that end with a line feed. */
    public String toText() {
        StringBuilder text = new StringBuilder();
        for (Diagnosis diagnosis : diagnoses) {
            text.append(diagnosis.destination())
                    .append(": ")
                    .append(diagnosis.type())
                    .append(" in ")
                    .append(diagnosis.region())
                    .append(diagnosis.roleAddress() == null ? ", no role" : ", " + diagnosis.roleAddress())
                    .append('\n');
            for (Check check : diagnosis.checks()) {
                text.append(String.format(
                        Locale.ROOT,
                        "  %-7s  %d %-11s  %s%s\n",
                        check.outcome().word(),
                        check.step().number(),
                        check.step().word(),
                        check.stream() == null ? "" : check.stream() + ": ",
                        check.found()));
                if (check.mend() != null) {
                    text.append(String.format(Locale.ROOT, "  %-24smend: %s\n", "", check.mend()));
                }
            }
            text.append('\n');
        }
        long failing = diagnoses.stream()
                .filter(diagnosis -> diagnosis.outcome() == Outcome.FAIL)
                .count();
        long unknown = diagnoses.stream().filter(Diagnosis::isUnknown).count();
        return text.append(diagnoses.size())
                .append(diagnoses.size() == 1 ? " destination, " : " destinations, ")
                .append(failing == 0 ? "none fails" : failing == 1 ? "1 fails" : failing + " fail")
                .append(unknown == 0 ? "" : ", " + unknown + " not known in full")
                .append('\n')
                .toString();
    }

    /** Returns the report for programs: a JSON object, indented. */
    public String toJson() {
        ObjectNode report = JSON.createObjectNode();
        report.put("at", at.truncatedTo(ChronoUnit.SECONDS).toString());
        report.put("fails", fails());
        report.put("unknown", isUnknown());
        ArrayNode destinations = report.putArray("destinations");
        for (Diagnosis diagnosis : diagnoses) {
            ObjectNode destination = destinations.addObject();
            destination.put("name", diagnosis.destination());
            destination.put("type", diagnosis.type());
            destination.put("region", diagnosis.region());
            destination.put("roleAddress", diagnosis.roleAddress());
            destination.put("outcome", diagnosis.outcome().word());
            ArrayNode checks = destination.putArray("checks");
            for (Check check : diagnosis.checks()) {
                ObjectNode node = checks.addObject();
                node.put("step", check.step().number());
                node.put("name", check.step().word());
                if (check.stream() != null) {
                    node.put("stream", check.stream());
                }
                node.put("outcome", check.outcome().word());
                node.put("found", check.found());
                if (check.mend() != null) {
                    node.put("mend", check.mend());
                }
            }
        }
        try {
            return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(report);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
