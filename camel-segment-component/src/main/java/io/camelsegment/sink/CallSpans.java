package io.camelsegment.sink;

import io.camelsegment.delivery.PendingRecord;
import io.camelsegment.delivery.RecordResult;
import io.camelsegment.delivery.Verdict;
import io.camelsegment.observation.Tracing;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.camel.CamelContext;

/** The spans of the calls that deliver a stream's records. Thread-safe. */
public final class CallSpans {

    private final Tracing tracing;
    private final Tracing.Callee callee;

    private CallSpans(Tracing tracing, Tracing.Callee callee) {
        this.tracing = tracing;
        this.callee = callee;
    }

    /** Returns the spans of what is called; null without traces. */
    public static CallSpans of(CamelContext context, Tracing.Callee callee) {
        Tracing tracing = SharedBeans.observation(context).tracing();
        return tracing == null ? null : new CallSpans(tracing, callee);
    }

    /** Returns what names the traces of some records, {@link Tracing#MAX_LINKS} at most; null for none. */
    public static Set<String> traceParents(Iterable<PendingRecord> records) {
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
    public Tracing.Call begin(List<PendingRecord> records) {
        Set<String> traceParents = traceParents(records);
        return traceParents == null ? null : tracing.call(callee, records.size(), traceParents);
    }

    /**
     * Returns what came of a call that was answered.
     *
     * @param status of the answer by HTTP
     */
    public static Tracing.Answer answer(int status, List<RecordResult> results) {
        int failed = 0;
        String error = null;
        for (RecordResult result : results) {
            if (result.verdict() != Verdict.DELIVERED) {
                failed++;
                error = error == null ? result.errorCode() : error;
            }
        }
        return new Tracing.Answer(status, failed, error, null);
    }
}
