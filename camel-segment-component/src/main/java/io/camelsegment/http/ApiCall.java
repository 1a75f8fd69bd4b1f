package io.camelsegment.http;

import io.camelsegment.event.EventType;
import io.vertx.core.http.HttpMethod;
import java.util.HashMap;
import java.util.Map;

/**
 * What a method and a path below the base path ask for. One-letter and long names mean the same; {@code import} is the batch call of
 * the Ruby, Java 2 and Android libraries.
 *
 * @param shape  what the call carries
 * @param type   the type that the path names, null when it names none
 * @param format how the answer is written
 */
record ApiCall(Shape shape, EventType type, Format format) {

    enum Shape {
        /** One event object. */
        EVENT,
        /** An object with the events in its array {@code batch}. */
        BATCH,
        /** Either of the two: React Native posts its batches to the bare proxy URL. A webhook may also send an array of events. */
        ANY,
        /** Metrics of analytics.js about itself: accepted and discarded. */
        METRICS
    }

    enum Format {
        JSON,
        /** A call of the function that the parameter {@code callback} names, for browsers that cannot post to another origin. */
        JSONP,
        /** An image of one transparent pixel. */
        PIXEL
    }

    /** What Segment's webhook destinations post, put or patch: the path names the source, because they send no write key. */
    static final ApiCall WEBHOOK = new ApiCall(Shape.ANY, null, Format.JSON);

    private static final Map<String, ApiCall> POSTS = new HashMap<>();
    private static final Map<String, ApiCall> GETS = new HashMap<>();

    static {
        for (EventType type : EventType.values()) {
            String shortName = "/" + type.specName().charAt(0);
            String longName = "/" + type.specName();
            ApiCall post = new ApiCall(Shape.EVENT, type, Format.JSON);
            POSTS.put(longName, post);
            POSTS.put(shortName, post);
            GETS.put("/pixel" + longName, new ApiCall(Shape.EVENT, type, Format.PIXEL));
            GETS.put(shortName, new ApiCall(Shape.EVENT, type, Format.JSONP));
        }
        ApiCall batch = new ApiCall(Shape.BATCH, null, Format.JSON);
        POSTS.put("/batch", batch);
        POSTS.put("/b", batch);
        POSTS.put("/import", batch);
        POSTS.put("/m", new ApiCall(Shape.METRICS, null, Format.JSON));
        POSTS.put("", new ApiCall(Shape.ANY, null, Format.JSON));
    }

    /**
     * Finds the call of a path.
     *
     * @param path what follows the base path, such as {@code /batch}; one slash at its end is ignored
     * @return null when the path is none of the tracking API's
     */
    static ApiCall of(HttpMethod method, String path) {
        String name = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
        return HttpMethod.GET.equals(method) ? GETS.get(name) : HttpMethod.POST.equals(method) ? POSTS.get(name) : null;
    }
}
