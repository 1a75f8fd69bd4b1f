package io.camelsegment.localaws;

import com.fasterxml.jackson.core.JsonGenerator;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP side: reads a request, finds its service and writes the answer, all on the one event loop. Nothing here blocks,
 * so one thread is enough; a delayed answer is a timer.
 */
final class AwsServer {
    private static final Logger LOG = LoggerFactory.getLogger(AwsServer.class);

    /** What a Kinesis request can grow to: 10 MiB of data in base64, and 500 partition keys. */
    private static final int MAX_BODY_BYTES = 16 * 1024 * 1024;

    /** How the query protocol names the errors that the JSON protocol names otherwise; their status is 403. */
    private static final Map<String, String> QUERY_CODES = Map.of(
            "UnrecognizedClientException", "InvalidClientTokenId",
            "ExpiredTokenException", "ExpiredToken",
            "MissingAuthenticationTokenException", "MissingAuthenticationToken",
            "IncompleteSignatureException", "IncompleteSignature",
            "InvalidSignatureException", "SignatureDoesNotMatch");

    private final Vertx vertx;
    private final Account account;
    private final AccessKeys accessKeys;
    private final Map<Service, AwsService> services;
    private final ActionNames actions;
    private final Faults faults;
    private final CallLog calls;
    private final ContentPages pages;

    AwsServer(
            Vertx vertx,
            Account account,
            AccessKeys accessKeys,
            Map<Service, AwsService> services,
            ActionNames actions,
            Faults faults,
            CallLog calls,
            ContentPages pages) {
        this.vertx = vertx;
        this.account = account;
        this.accessKeys = accessKeys;
        this.services = services;
        this.actions = actions;
        this.faults = faults;
        this.calls = calls;
        this.pages = pages;
    }

    void receive(HttpServerRequest http) {
        if (http.method().equals(HttpMethod.GET)) {
            pages.answer(http);
            return;
        }
        if (!http.method().equals(HttpMethod.POST)) {
            http.response().setStatusCode(405).putHeader("Allow", "GET, POST").end();
            return;
        }
        new RequestBody(http, MAX_BODY_BYTES, body -> call(http, body)).collect();
    }

    private void call(HttpServerRequest http, byte[] body) {
        String id = RandomIds.requestId();
        Wire wire = AwsRequest.wire(http.headers());
        AwsRequest request;
        try {
            request = AwsRequest.read(id, http.headers(), wire, body, actions);
        } catch (AwsException e) {
            sendError(http, id, Service.STS, wire, e);
            return;
        } catch (RuntimeException e) {
            LOG.error("Could not read a request of {} bytes", body.length, e);
            sendError(
                    http, id, Service.STS, wire, new AwsException(500, "InternalFailure", "Internal service failure."));
            return;
        }
        FaultPlan plan = faults.planFor(request);
        if (plan.delay().isZero()) {
            serve(http, request, plan);
        } else {
            vertx.setTimer(plan.delay().toMillis(), timer -> serve(http, request, plan));
        }
    }

    private void serve(HttpServerRequest http, AwsRequest request, FaultPlan plan) {
        Principal caller = null;
        try {
            caller = accessKeys.identify(request);
            plan.check(request);
            Answer answer = services.get(request.service()).answer(request, caller, plan);
            record(request, caller, answer.refusedRecords(), 200, null);
            String contentType =
                    request.wire() == null ? "text/xml" : request.wire().contentType();
            send(http, request.id(), 200, contentType, answer.body());
        } catch (AwsException e) {
            record(request, caller, 0, e.status(), e.code());
            sendError(http, request.id(), request.service(), request.wire(), e);
        } catch (RuntimeException e) {
            LOG.error("Could not carry out {} on {}", request.qualifiedAction(), request.resource(), e);
            AwsException failure = KnownErrors.of("InternalFailure", request);
            record(request, caller, 0, failure.status(), failure.code());
            sendError(http, request.id(), request.service(), request.wire(), failure);
        }
    }

    private void record(AwsRequest request, Principal caller, int refusedRecords, int status, String errorCode) {
        LOG.debug("{} on {}: {} {}", request.qualifiedAction(), request.resource(), status, errorCode);
        calls.add(new Call(
                account.now(),
                request.qualifiedAction(),
                request.region(),
                request.resource(),
                caller == null ? null : caller.arn(),
                request.records(),
                refusedRecords,
                status,
                errorCode));
    }

    private void sendError(HttpServerRequest http, String id, Service service, Wire wire, AwsException error) {
        if (wire == null) {
            String renamed = QUERY_CODES.get(error.code());
            String code = error.code().equals("ValidationException") ? "ValidationError" : error.code();
            int status = renamed == null ? error.status() : 403;
            byte[] body = Xml.error(service, id, status, renamed == null ? code : renamed, error.getMessage());
            send(http, id, status, "text/xml", body);
        } else {
            byte[] body = wire.object(out -> writeError(out, error));
            send(http, id, error.status(), wire.contentType(), body);
        }
    }

    private static void writeError(JsonGenerator out, AwsException error) throws IOException {
        out.writeStringField("__type", error.code());
        out.writeStringField("message", error.getMessage());
    }

    private void send(HttpServerRequest http, String id, int status, String contentType, byte[] body) {
        HttpServerResponse response = http.response();
        if (response.closed()) {
            return;
        }
        response.setStatusCode(status)
                .putHeader("x-amzn-RequestId", id)
                .putHeader("Date", httpDate(account.now()))
                .putHeader("Content-Type", contentType)
                .end(Buffer.buffer(body));
    }

    private static String httpDate(Instant time) {
        return DateTimeFormatter.RFC_1123_DATE_TIME.format(time.atOffset(ZoneOffset.UTC));
    }
}
