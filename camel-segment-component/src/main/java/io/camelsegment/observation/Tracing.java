package io.camelsegment.observation;

import java.net.URI;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Makes the spans of traces: one for each request, and one for each call that delivers events of traced requests. It
 * neither blocks nor throws, and gets neither keys nor contents of events. Thread-safe.
 */
public interface Tracing {

    /** The header of a request, and of each of its Exchanges, that names a span as W3C's Trace Context does. */
    String TRACE_PARENT = "traceparent";

    /** The header beside it, with what vendors add. */
    String TRACE_STATE = "tracestate";

    /** Most requests that a call is linked to. */
    int MAX_LINKS = 128;

    /**
     * Begins the span of a request.
     *
     * @param route  its path, with a name in the place of what differs from sender to sender
     * @param header returns the header of a name; null if there is none
     */
    Request request(String method, String route, UnaryOperator<String> header);

    /**
     * Begins the span of a call.
     *
     * @param records      number of records that it sends
     * @param traceParents of the requests whose events it sends; not empty
     * @return null if none of them is sampled
     */
    Call call(Callee callee, int records, Set<String> traceParents);

    /** Returns whether a trace is recorded; false for null, and for what names no span. */
    static boolean isSampled(String traceParent) {
        int flags = 53; // two hexadecimal digits, the last bit of which is the answer
        return traceParent != null
                && traceParent.length() >= flags + 2
                && (Character.digit(traceParent.charAt(flags + 1), 16) & 1) == 1;
    }

    /** The span of a request. */
    interface Request {

        /** Returns what names the span; null if there is no trace. */
        String traceParent();

        /** Returns what vendors add to that; null for nothing. */
        String traceState();

        /**
         * Ends the span. Called once.
         *
         * @param source name of the request's source; null when it is unknown
         * @param status of the answer; 0 if the sender is gone
         */
        void end(String source, int status);
    }

    /** The span of a call. */
    interface Call {

        /** Returns what names the span. */
        String traceParent();

        /** Ends the span. Called once. */
        void end(Answer answer);
    }

    /** What is called. */
    sealed interface Callee permits AwsAction, Post {}

    /**
     * An action of AWS.
     *
     * @param service         the service's name, such as {@code Kinesis}
     * @param method          the action's name, such as {@code PutRecords}
     * @param region          the service's region
     * @param streamAttribute name of the attribute that has the stream
     * @param stream          the stream's name within the service
     */
    record AwsAction(String service, String method, String region, String streamAttribute, String stream)
            implements Callee {}

    /**
     * A POST by HTTP.
     *
     * @param url has neither credentials nor a query
     */
    record Post(URI url) implements Callee {}

    /**
     * What came of a call.
     *
     * @param status    of the answer by HTTP; 0 for no answer
     * @param failed    number of records that were not stored
     * @param error     the service's error code, or the class of an exception; that of the first record if only records
     *     failed; null on success
     * @param requestId the service's name for the call; null if it is unknown
     */
    record Answer(int status, int failed, String error, String requestId) {}
}
