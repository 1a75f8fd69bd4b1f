package io.camelsegment.aws;

import io.camelsegment.delivery.PendingRecord;
import io.camelsegment.delivery.RecordResult;
import io.camelsegment.delivery.Verdict;
import io.camelsegment.observation.Tracing;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import software.amazon.awssdk.awscore.exception.AwsServiceException;

/** The spans of a stream's batch calls. Thread-safe. */
public final class CallSpans {

    private final Tracing tracing;
    private final Tracing.Callee callee;

    CallSpans(Tracing tracing, Tracing.Callee callee) {
        this.tracing = tracing;
        this.callee = callee;
    }

    /** Returns what names the traces of some records, {@link Tracing#MAX_LINKS} at most; null for none. */
    static Set<String> traceParents(Iterable<PendingRecord> records) {
        Set<String> all = null;
        Set<String> last = null;
        for (PendingRecord record : records) {
            Set<String> names = record.traceParents();
            if (names == null || names == last) { // of the request before
                continue;
            }
            last = names;
            all = all == null ? new LinkedHashSet<>() : all;
            for (String name : names) {
                if (all.size() < Tracing.MAX_LINKS) {
                    all.add(name);
                }
            }
        }
        return all;
    }

    /** Begins the span of a call; null if no request whose events it sends is sampled. */
    Tracing.Call begin(List<PendingRecord> records) {
        Set<String> traceParents = traceParents(records);
        return traceParents == null ? null : tracing.call(callee, records.size(), traceParents);
    }

    /** Returns what came of a call that was answered. */
    static Tracing.Answer answer(List<RecordResult> results) {
        int failed = 0;
        String error = null;
        for (RecordResult result : results) {
            if (result.verdict() != Verdict.DELIVERED) {
                failed++;
                error = error == null ? result.errorCode() : error;
            }
        }
        return new Tracing.Answer(200, failed, error, null);
    }

    /** Returns what came of a call that failed with all its records. */
    static Tracing.Answer answer(Throwable error, int records) {
        Throwable cause = ErrorClassifier.cause(error);
        if (cause instanceof AwsServiceException refused && refused.awsErrorDetails() != null) {
            return new Tracing.Answer(
                    refused.statusCode(), records, refused.awsErrorDetails().errorCode(), refused.requestId());
        }
        return new Tracing.Answer(0, records, cause.getClass().getName(), null);
    }
}
