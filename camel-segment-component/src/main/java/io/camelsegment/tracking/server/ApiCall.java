package io.camelsegment.tracking.server;

import io.camelsegment.event.EventType;
import io.vertx.core.http.HttpMethod;
import java.util.HashMap;
import java.util.Map;

/**
 * A call of the tracking API. One-letter and long names mean the same; {@code import} is the batch call of the Ruby,
 * Java 2 and Android libraries.
 *
 * @param shape  what the call carries
 * @param type   type in the path; null if there is none
 * @param format format of the answer
 * @param name   kind of call, the same for all names that mean the same
 * @param path   the path below the base path, as a template that stands for all of the kind
 */
record ApiCall(Shape shape, EventType type, Format format, String name, String path) {

    enum Shape {
        /** One event object. */
        EVENT,
        /** An object with the events in its array {@code batch}. */
        BATCH,
        /**
         * Either of the two: React Native posts batches to the bare proxy URL. Webhooks may also send an array of
         * events.
         */
        ANY,
        /** Metrics of analytics.js about itself: accepted and discarded. */
        METRICS
    }

    enum Format {
        JSON,
        /**
         * A call of the function in the parameter {@code callback}, for browsers that cannot post to another origin.
         */
        JSONP,
        /** An image of one transparent pixel. */
        PIXEL
    }

    /** A post, put or patch of Segment's webhook destinations. They send no write key: the path names the source. */
    static final ApiCall WEBHOOK = new ApiCall(Shape.ANY, null, Format.JSON, "webhook", "/webhook/{source}");

    /** What a request is answered as whose path cannot be read. */
    static final ApiCall UNREADABLE = new ApiCall(Shape.ANY, null, Format.JSON, "unreadable", "/*");

    /** The same for an image. */
    static final ApiCall UNREADABLE_PIXEL = new ApiCall(Shape.EVENT, null, Format.PIXEL, "pixel", "/*");

    private static final Map<String, ApiCall> POSTS = new HashMap<>();
    private static final Map<String, ApiCall> GETS = new HashMap<>();

    static {
        for (EventType type : EventType.values()) {
            String shortName = "/" + type.specName().charAt(0);
            String longName = "/" + type.specName();
            ApiCall post = new ApiCall(Shape.EVENT, type, Format.JSON, type.specName(), longName);
            POSTS.put(longName, post);
            POSTS.put(shortName, post);
            GETS.put("/pixel" + longName, new ApiCall(Shape.EVENT, type, Format.PIXEL, "pixel", "/pixel/{type}"));
            GETS.put(shortName, new ApiCall(Shape.EVENT, type, Format.JSONP, "jsonp", "/{type}"));
        }
        ApiCall batch = new ApiCall(Shape.BATCH, null, Format.JSON, "batch", "/batch");
        POSTS.put("/batch", batch);
        POSTS.put("/b", batch);
        POSTS.put("/import", batch);
        POSTS.put("/m", new ApiCall(Shape.METRICS, null, Format.JSON, "metrics", "/m"));
        POSTS.put("", new ApiCall(Shape.ANY, null, Format.JSON, "any", ""));
    }

    /**
     * Returns the call of a method and path.
     *
     * @param path what follows the base path, such as {@code /batch}; one slash at its end is ignored
     * @return null when the tracking API has no such call
     */
    static ApiCall of(HttpMethod method, String path) {
        String name = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
        return isGet(method) ? GETS.get(name) : HttpMethod.POST.equals(method) ? POSTS.get(name) : null;
    }

    /** Returns whether a method is GET, or HEAD, which differs only in that the answer has no body. */
    static boolean isGet(HttpMethod method) {
        return HttpMethod.GET.equals(method) || HttpMethod.HEAD.equals(method);
    }
}
