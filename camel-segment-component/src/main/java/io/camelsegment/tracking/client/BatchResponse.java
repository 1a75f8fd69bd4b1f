package io.camelsegment.tracking.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.camelsegment.delivery.RecordResult;
import io.camelsegment.delivery.Verdict;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Translates an answer of the tracking API into one result per event. It uses only codes from the body: any other text
 * may quote events.
 */
final class BatchResponse {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern CODE = Pattern.compile("[A-Za-z0-9_.-]{1,64}");
    private static final RecordResult DELIVERED = RecordResult.delivered(null);

    /** Refusals that the operator has to repair, not the sender of an event. */
    private static final Set<String> SOURCE_REFUSALS = Set.of("project_not_found", "source_disabled");

    private BatchResponse() {}

    /** Returns whether the body of an answer with this status is of interest. */
    static boolean hasDetails(int status) {
        return isSuccess(status) || status == 400;
    }

    /**
     * Returns one result per event.
     *
     * @param body   the answer's, if it {@linkplain #hasDetails has details}
     * @param events the number of events sent
     */
    static List<RecordResult> results(int status, byte[] body, int events) {
        if (isSuccess(status)) {
            return delivered(read(body).path("rejected"), events);
        }
        String code = status == 400 ? code(read(body)) : null;
        return Collections.nCopies(
                events,
                RecordResult.failed(
                        verdict(status, code),
                        code == null ? "HTTP" + status : code,
                        "the tracking API answered with status " + status));
    }

    private static List<RecordResult> delivered(JsonNode rejected, int events) {
        List<RecordResult> results = new ArrayList<>(Collections.nCopies(events, DELIVERED));
        for (JsonNode one : rejected) {
            int index = one.path("index").asInt(-1);
            if (index >= 0 && index < events) {
                String code = code(one);
                results.set(
                        index,
                        RecordResult.failed(
                                Verdict.FAIL,
                                code == null ? "rejected" : code,
                                "the tracking API accepted the batch without this event"));
            }
        }
        return results;
    }

    private static Verdict verdict(int status, String code) {
        return switch (status) {
            case 429, 503 -> Verdict.THROTTLED;
            case 408, 425, 460 -> Verdict.RETRY;
            case 400 -> SOURCE_REFUSALS.contains(String.valueOf(code)) ? Verdict.PARK : Verdict.SPLIT;
            case 413, 422 -> Verdict.SPLIT;
            default -> status >= 500 ? Verdict.RETRY : Verdict.PARK;
        };
    }

    private static boolean isSuccess(int status) {
        return status >= 200 && status < 300;
    }

    private static String code(JsonNode object) {
        String code = object.path("code").asText("");
        return CODE.matcher(code).matches() ? code : null;
    }

    /** Reads a body. One that is not JSON adds nothing to the status. */
    private static JsonNode read(byte[] body) {
        try {
            return JSON.readTree(body);
        } catch (IOException notJson) {
            return JSON.missingNode();
        }
    }
}
