package io.camelsegment.app.debugger;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.camelsegment.observation.Observation;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Sends open pages what changes, as server-sent events: all trails when a page opens, then the changed ones several
 * times a second. The app is watched while a page is open, and a little longer, for one that is loaded again.
 * Thread-safe.
 */
final class LiveStream {

    /** Most pages at a time. */
    static final int MOST_PAGES = 16;

    private static final long TICK_MS = 250;
    private static final int TICKS_TO_HEARTBEAT = 60;
    private static final int TICKS_KEPT = 40;

    /** Most trails in a message; a page shows that there were more. */
    private static final int MOST_IN_MESSAGE = 200;

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Vertx vertx;
    private final EventFeed feed;
    private final TrailView view;
    private final Set<Page> pages = ConcurrentHashMap.newKeySet();
    private Observation observation;
    private long timer = -1;
    private int ticks;
    private int ticksUnwatched;
    private boolean closed;

    LiveStream(Vertx vertx, EventFeed feed, TrailView view) {
        this.vertx = vertx;
        this.feed = feed;
        this.view = view;
    }

    /** A page that is open. Once it was too slow to read, it gets all anew. */
    private static final class Page {

        private final HttpServerResponse response;
        private volatile boolean behind;

        Page(HttpServerResponse response) {
            this.response = response;
        }

        void send(String message, LiveStream stream) {
            if (response.closed() || response.ended()) {
                return;
            }
            if (response.writeQueueFull()) {
                behind = true;
            } else if (behind) {
                behind = false;
                response.write(stream.snapshot());
            } else {
                response.write(message);
            }
        }
    }

    /** Begins to observe faults, with the app's start. */
    synchronized void observe(Observation ofApp) {
        observation = ofApp;
        observation.observe(feed);
    }

    /** Returns the number of open pages. */
    int pages() {
        return pages.size();
    }

    /** Opens a page; the answer goes on until it is closed. */
    void open(RoutingContext request) {
        HttpServerResponse response = request.response();
        Page page = new Page(response);
        synchronized (this) {
            if (closed || observation == null || pages.size() >= MOST_PAGES) {
                response.setStatusCode(503).end();
                return;
            }
            pages.add(page);
            ticksUnwatched = 0;
            if (timer < 0) {
                feed.watched(true);
                observation.watch(true);
                timer = vertx.setPeriodic(TICK_MS, tick -> tick());
            }
        }
        response.setChunked(true)
                .putHeader("Content-Type", "text/event-stream")
                .putHeader("Cache-Control", "no-store")
                .putHeader("X-Accel-Buffering", "no");
        response.exceptionHandler(gone -> pages.remove(page));
        response.closeHandler(gone -> pages.remove(page));
        response.write("retry: 1000\n\n" + snapshot());
    }

    private String snapshot() {
        return message("snapshot", feed.read(view::summary), 0);
    }

    private static String message(String kind, List<ObjectNode> trails, int left) {
        ObjectNode data = JSON.createObjectNode();
        data.put("left", left);
        ArrayNode events = data.putArray("events");
        trails.forEach(events::add);
        return "event: " + kind + "\ndata: " + data + "\n\n";
    }

    private void tick() {
        synchronized (this) {
            if (pages.isEmpty()) {
                if (++ticksUnwatched > TICKS_KEPT) {
                    unwatch();
                }
                return;
            }
        }
        List<ObjectNode> changed = feed.takeChanged(view::summary);
        boolean heartbeat = ++ticks % TICKS_TO_HEARTBEAT == 0;
        if (changed.isEmpty() && !heartbeat) {
            return;
        }
        int left = Math.max(0, changed.size() - MOST_IN_MESSAGE);
        String message =
                changed.isEmpty() ? ": still here\n\n" : message("events", changed.subList(left, changed.size()), left);
        pages.forEach(page -> page.send(message, this));
    }

    /** Guarded by this. */
    private void unwatch() {
        if (timer >= 0) {
            vertx.cancelTimer(timer);
            timer = -1;
            observation.watch(false);
            feed.watched(false);
        }
    }

    /** Ends all pages' streams, so that no stop waits for them. */
    synchronized void close() {
        closed = true;
        unwatch();
        pages.forEach(page -> {
            if (!page.response.ended() && !page.response.closed()) {
                page.response.end();
            }
        });
        pages.clear();
    }
}
