package io.camelsegment.tracking.server;

/** Hears of requests that are refused as a whole, with all their events. Implementations are thread-safe. */
@FunctionalInterface
public interface Refusals {

    /**
     * Counts a refusal and logs the first of its kind.
     *
     * @param source  name of the source; null when it is unknown
     * @param call    kind of call, such as {@code batch} or {@code pixel}
     * @param code    reason in the answer, such as {@code request_too_large}
     * @param repeats whether the answer has SDKs send the request again; otherwise they drop its events
     */
    void refused(String source, String call, String code, boolean repeats);
}
