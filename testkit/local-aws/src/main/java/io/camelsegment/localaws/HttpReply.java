package io.camelsegment.localaws;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;

/**
 * The reply to the caller, or the lack of one.
 *
 * @param status the HTTP status; 0 without an answer
 * @param requestId repeated in a header; null when the reply does not come from the service itself
 * @param contentType null without an answer
 * @param errorCode the error of the call as a whole, or null
 * @param ending how far the reply gets
 */
@SuppressWarnings("ArrayRecordComponent") // the bytes are handed on uncopied, and not compared
record HttpReply(int status, String requestId, String contentType, byte[] body, String errorCode, Ending ending) {
    /** Names in the query protocol of errors that the JSON protocol names differently; their status is 403. */
    private static final Map<String, String> QUERY_CODES = Map.of(
            "UnrecognizedClientException", "InvalidClientTokenId",
            "ExpiredTokenException", "ExpiredToken",
            "MissingAuthenticationTokenException", "MissingAuthenticationToken",
            "IncompleteSignatureException", "IncompleteSignature",
            "InvalidSignatureException", "SignatureDoesNotMatch",
            "AccessDeniedException", "AccessDenied");

    /** How far a reply gets. */
    enum Ending {
        /** The whole reply arrives. */
        COMPLETE,
        /** The connection is closed after half of the body. */
        TRUNCATED,
        /** The connection is closed without a reply. */
        CUT,
        /** The connection stays open and silent. */
        NEVER
    }

    static HttpReply success(AwsRequest request, byte[] body) {
        String contentType =
                request.wire() == null ? "text/xml" : request.wire().contentType();
        return new HttpReply(200, request.id(), contentType, body, null, Ending.COMPLETE);
    }

    static HttpReply error(AwsRequest request, AwsException error) {
        return error(request.id(), request.service(), request.wire(), error);
    }

    /** An error answer; a null wire means the query protocol, which answers in XML. */
    static HttpReply error(String requestId, Service service, Wire wire, AwsException error) {
        String code = error.code();
        int status = error.status();
        if (wire != null) {
            byte[] body = wire.object(out -> {
                out.writeStringField("__type", code);
                out.writeStringField("message", error.getMessage());
            });
            return new HttpReply(status, requestId, wire.contentType(), body, code, Ending.COMPLETE);
        }
        String queryCode = code.equals("ValidationException") ? "ValidationError" : code;
        if (QUERY_CODES.containsKey(code)) {
            queryCode = QUERY_CODES.get(code);
            status = 403;
        }
        byte[] body = Xml.error(service, requestId, status, queryCode, error.getMessage());
        return new HttpReply(status, requestId, "text/xml", body, code, Ending.COMPLETE);
    }

    /** A page of a load balancer or proxy instead of the service's answer. */
    static HttpReply htmlPage(int status) {
        String page = "<html>\r\n<head><title>" + status + "</title></head>\r\n<body>\r\n<center><h1>" + status
                + "</h1></center>\r\n</body>\r\n</html>\r\n";
        byte[] body = page.getBytes(StandardCharsets.US_ASCII);
        return new HttpReply(status, null, "text/html", body, "HtmlPage", Ending.COMPLETE);
    }

    static HttpReply cut() {
        return new HttpReply(0, null, null, new byte[0], "ConnectionCut", Ending.CUT);
    }

    static HttpReply never() {
        return new HttpReply(0, null, null, new byte[0], "NeverAnswered", Ending.NEVER);
    }

    /** This reply, broken off halfway. */
    HttpReply truncated() {
        return ending == Ending.COMPLETE
                ? new HttpReply(status, requestId, contentType, body, "TruncatedAnswer", Ending.TRUNCATED)
                : this;
    }

    void send(HttpServerRequest http, Instant date) {
        HttpServerResponse response = http.response();
        if (response.closed() || ending == Ending.NEVER) {
            return;
        }
        if (ending == Ending.CUT) {
            http.connection().close();
            return;
        }
        if (requestId != null) {
            response.putHeader("x-amzn-RequestId", requestId);
        }
        response.setStatusCode(status)
                .putHeader("Date", DateTimeFormatter.RFC_1123_DATE_TIME.format(date.atOffset(ZoneOffset.UTC)))
                .putHeader("Content-Type", contentType);
        if (ending == Ending.COMPLETE) {
            response.end(Buffer.buffer(body));
        } else {
            // Something must be missing from an empty body too.
            response.putHeader("Content-Length", Integer.toString(Math.max(body.length, 1)))
                    .write(Buffer.buffer().appendBytes(body, 0, body.length / 2))
                    .onComplete(written -> http.connection().close());
        }
    }

    /** Names the kind of answer, never its contents. */
    @Override
    public String toString() {
        return "HttpReply[" + status + ", " + errorCode + ", " + ending + "]";
    }
}
