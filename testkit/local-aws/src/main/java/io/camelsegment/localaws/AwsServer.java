package io.camelsegment.localaws;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP side: reads a request, finds its service and writes the answer, all on the one event loop. Nothing here
 * blocks, so one thread is enough; a delayed answer is a timer.
 *
 * <p>A call is executed and logged under the log's lock: once the effect of a call is visible, its records above all,
 * the call is in the log.
 */
final class AwsServer {
    private static final Logger LOG = LoggerFactory.getLogger(AwsServer.class);

    /** Largest Kinesis request: 10 MiB of data in base64, and 500 partition keys. */
    private static final int MAX_BODY_BYTES = 16 * 1024 * 1024;

    private final Vertx vertx;
    private final Account account;
    private final AccessKeys accessKeys;
    private final Permissions permissions;
    private final Map<Service, AwsService> services;
    private final ActionNames actions;
    private final Faults faults;
    private final CallLog calls;
    private final ContentPages pages;

    AwsServer(
            Vertx vertx,
            Account account,
            AccessKeys accessKeys,
            Permissions permissions,
            Map<Service, AwsService> services,
            ActionNames actions,
            Faults faults,
            CallLog calls,
            ContentPages pages) {
        this.vertx = vertx;
        this.account = account;
        this.accessKeys = accessKeys;
        this.permissions = permissions;
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
            HttpReply.error(id, Service.STS, wire, e).send(http, account.now());
            return;
        } catch (RuntimeException e) {
            LOG.error("Could not read a request of {} bytes", body.length, e);
            HttpReply.error(id, Service.STS, wire, KnownErrors.internalFailure("InternalFailure"))
                    .send(http, account.now());
            return;
        }
        synchronized (calls) {
            FaultPlan plan = faults.planFor(request);
            later(plan.beforeStoring(), () -> serve(http, request, plan));
        }
    }

    private void later(FaultPlan.Moment moment, Runnable step) {
        if (moment.release().toCompletableFuture().isDone()) {
            later(moment.delay(), step);
        } else {
            Future.fromCompletionStage(moment.release(), vertx.getOrCreateContext())
                    .onComplete(released -> later(moment.delay(), step));
        }
    }

    private void later(Duration delay, Runnable step) {
        if (delay.isZero()) {
            step.run();
        } else {
            vertx.setTimer(delay.toMillis(), timer -> step.run());
        }
    }

    private void serve(HttpServerRequest http, AwsRequest request, FaultPlan plan) {
        Carried carried;
        synchronized (calls) {
            carried = carryOut(request, plan);
            calls.add(new Call(
                    account.now(),
                    request.qualifiedAction(),
                    request.region(),
                    request.resource(),
                    carried.caller == null ? null : carried.caller.arn(),
                    request.records(),
                    carried.reply.errorCode() == null ? carried.refusedRecords : 0,
                    carried.reply.status(),
                    carried.reply.errorCode()));
        }
        LOG.debug("{} on {}: {}", request.qualifiedAction(), request.resource(), carried.reply);
        later(plan.afterStoring(), () -> carried.reply.send(http, plan.serverTime(account.now())));
    }

    private Carried carryOut(AwsRequest request, FaultPlan plan) {
        Carried carried = new Carried();
        try {
            if (plan.clockSkewed() && request.signature() != null) {
                request.signature().requireRecent(plan.serverTime(account.now()));
            }
            carried.caller = accessKeys.identify(request);
            carried.reply = plan.beforeStoring().strike(request, carried.caller);
            if (carried.reply == null) {
                permissions.check(request, carried.caller);
                Answer answer = services.get(request.service()).answer(request, carried.caller, plan);
                carried.refusedRecords = answer.refusedRecords();
                HttpReply reply = HttpReply.success(request, answer.body());
                carried.reply = plan.truncated() ? reply.truncated() : reply;
                HttpReply instead = plan.afterStoring().strike(request, carried.caller);
                carried.reply = instead == null ? carried.reply : instead;
            }
        } catch (AwsException e) {
            carried.reply = HttpReply.error(request, e);
        } catch (RuntimeException e) {
            LOG.error("Could not carry out {} on {}", request.qualifiedAction(), request.resource(), e);
            carried.reply = HttpReply.error(request, KnownErrors.internalFailure("InternalFailure"));
        }
        return carried;
    }

    /** Progress of a call. */
    private static final class Carried {
        private Principal caller;
        private int refusedRecords;
        private HttpReply reply;
    }
}
