package io.camelsegment.tracking.server;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;

/**
 * Answers the requests to the API that a router refuses before it looks for their route. The router's own answer is
 * empty, so that a browser takes it for a missing permission, and an error in the log. Requests to other paths are the
 * application's.
 */
final class UnroutableRequests {

    private final TrackingApi api;
    private final String base;

    /**
     * Creates answers for a router.
     *
     * @param base the base path of the API in the router
     */
    UnroutableRequests(TrackingApi api, String base) {
        this.api = api;
        this.base = base;
    }

    /** Refuses a stray percent sign in a path. Comes before every route, so it looks at the path as it was sent. */
    void handle(RoutingContext context) {
        String path = context.request().path();
        if (path.indexOf('%') < 0 || !QueryParameters.hasStrayPercent(path)) {
            context.next();
        } else if (isBelowBase(path)) {
            refuse(context.request(), "the path has a percent sign that begins no escape; write it as %25");
        } else {
            MetricPath.set(context.request(), "/*"); // the router refuses it, and nobody else knows the path
            context.next();
        }
    }

    /** Refuses HTTP/1.1 and 2 without a host, which the router has failed with 400. */
    void handleFailure(RoutingContext context) {
        HttpServerRequest request = context.request();
        if (context.statusCode() != 400 || request.authority() != null || request.path() == null) {
            context.next();
        } else if (isBelowBase(request.path()) || TrackingApi.isCall(request.method(), request.path())) {
            refuse(request, "expected the header Host with a host, and maybe a port");
        } else {
            MetricPath.set(request, "/*"); // the router has refused it
            context.next();
        }
    }

    private void refuse(HttpServerRequest request, String message) {
        MetricPath.set(request, base + ApiCall.UNREADABLE.path());
        boolean pixel = ApiCall.isGet(request.method()) && request.path().contains("/pixel/");
        ApiCall call = pixel ? ApiCall.UNREADABLE_PIXEL : ApiCall.UNREADABLE;
        Reply reply = Reply.refused("bad_request", message);
        api.noteRefusal(reply, request, call, null);
        new ReplyWriter(api, request, call).write(reply, null);
        request.resume();
    }

    private boolean isBelowBase(String path) {
        int start = 0;
        while (path.startsWith("//", start)) {
            start++;
        }
        int end = start + base.length();
        return path.startsWith(base, start) && (path.length() == end || path.charAt(end) == '/');
    }
}
