package io.camelsegment.tracking.server;

import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.JWKSetCacheRefreshEvaluator;
import com.nimbusds.jose.jwk.source.JWKSetSource;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.RateLimitReachedException;
import com.nimbusds.jose.jwk.source.URLBasedJWKSetSource;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.DefaultResourceRetriever;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URL;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The JSON Web Key Set of one source. It is fetched on a thread of its own, one fetch at a time, so that no other
 * thread waits for the host. Thread-safe.
 */
final class KeySet implements JWKSource<SecurityContext> {

    /** Says that the keys at hand are as new as can be: a key that is not among them does not exist. */
    enum Freshness implements SecurityContext {
        FETCHED
    }

    /** How long a fetched key set is used. A token with a key that the set lacks triggers an earlier fetch. */
    private static final long USE_NANOS = TimeUnit.MINUTES.toNanos(5);

    /** Interval in which the key set is fetched at most twice, however many tokens name keys that it lacks. */
    private static final long FETCH_INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(30);

    private static final int FETCHES_PER_INTERVAL = 2;

    /** Longest wait for a connection to the host, and for its next bytes. */
    private static final int READ_TIMEOUT_MS = 2_000;

    /** Longest time of a fetch. */
    private static final int FETCH_TIMEOUT_MS = 2 * READ_TIMEOUT_MS;

    private static final int MOST_BYTES = 256 * 1024;

    private final JWKSetSource<SecurityContext> source;
    private final LongSupplier clock;
    private final long start;

    /** Null until the first fetch has succeeded. */
    private volatile Fetched fetched;

    private volatile HttpURLConnection connection;
    private CompletableFuture<Void> fetching;
    private long intervalBegan;
    private int fetchesInInterval;

    /**
     * Creates a set that is fetched on first use.
     *
     * @param url   {@code https} or {@code http}
     * @param clock nanoseconds since some start, never going back
     */
    KeySet(URL url, LongSupplier clock) {
        this.source = new URLBasedJWKSetSource<>(url, new Retriever());
        this.clock = clock;
        this.start = clock.getAsLong();
        this.intervalBegan = start;
    }

    /**
     * Returns the keys at hand that a token may be signed with.
     *
     * @throws MissingException if there are none, and {@link #fetch} may bring some
     */
    @Override
    public List<JWK> get(JWKSelector selector, SecurityContext freshness) throws MissingException {
        Fetched last = fetched;
        // Not used for longer while the host is down: an outdated set would refuse tokens of a new key for good.
        if (last == null || clock.getAsLong() - last.at() >= USE_NANOS) {
            throw new MissingException(last);
        }
        List<JWK> keys = selector.select(last.keys());
        if (keys.isEmpty() && freshness != Freshness.FETCHED) {
            throw new MissingException(last);
        }
        return keys;
    }

    /**
     * Fetches the set, or joins the fetch that is under way. Does not wait.
     *
     * @param missing what {@link #get} has thrown; a set fetched since then is not fetched again
     * @return completes within 4 s, exceptionally if the set cannot be fetched, or was fetched too often
     */
    @SuppressWarnings("ReferenceEquality") // two fetches may bring equal sets
    synchronized CompletableFuture<Void> fetch(MissingException missing) {
        if (fetching == null && fetched != missing.seen) {
            return CompletableFuture.completedFuture(null);
        }
        if (fetching == null && !mayFetch()) {
            return CompletableFuture.failedFuture(new RateLimitReachedException());
        }
        if (fetching == null) {
            CompletableFuture<Void> fetch = new CompletableFuture<>();
            fetching = fetch;
            try {
                Thread thread = new Thread(() -> fetch(fetch), "SegmentKeySet");
                thread.setDaemon(true);
                thread.start();
                // A host may also send a byte now and then.
                CompletableFuture.delayedExecutor(FETCH_TIMEOUT_MS, TimeUnit.MILLISECONDS)
                        .execute(() -> giveUp(fetch));
            } catch (Throwable e) { // no thread to be had
                end(fetch, e);
            }
            return fetch;
        }
        return fetching;
    }

    private boolean mayFetch() {
        long now = clock.getAsLong();
        if (now - intervalBegan >= FETCH_INTERVAL_NANOS) {
            intervalBegan = now;
            fetchesInInterval = 0;
        }
        return fetchesInInterval++ < FETCHES_PER_INTERVAL;
    }

    private void fetch(CompletableFuture<Void> fetch) {
        try {
            long now = clock.getAsLong();
            JWKSet keys = source.getJWKSet(
                    JWKSetCacheRefreshEvaluator.noRefresh(), TimeUnit.NANOSECONDS.toMillis(now - start), null);
            fetched = new Fetched(keys, now);
            end(fetch, null);
        } catch (Throwable e) { // also an Error: otherwise the fetch would seem to run for ever
            end(fetch, e);
        }
    }

    private void end(CompletableFuture<Void> fetch, Throwable failure) {
        synchronized (this) {
            fetching = null;
            connection = null;
        }
        if (failure == null) {
            fetch.complete(null);
        } else {
            fetch.completeExceptionally(failure);
        }
    }

    private void giveUp(CompletableFuture<Void> fetch) {
        if (fetch.completeExceptionally(
                new KeySourceException("no key set within " + FETCH_TIMEOUT_MS + " ms; look after its host"))) {
            HttpURLConnection late = connection;
            if (late != null) {
                late.disconnect(); // ends the thread
            }
        }
    }

    private record Fetched(JWKSet keys, long at) {}

    /** The keys at hand do not suffice. */
    static final class MissingException extends KeySourceException {

        private static final long serialVersionUID = 1L;

        private final transient Fetched seen;

        MissingException(Fetched seen) {
            super("a key is not at hand");
            this.seen = seen;
        }
    }

    private final class Retriever extends DefaultResourceRetriever {

        Retriever() {
            super(READ_TIMEOUT_MS, READ_TIMEOUT_MS, MOST_BYTES);
        }

        @Override
        protected HttpURLConnection openHTTPConnection(URL url) throws IOException {
            connection = super.openHTTPConnection(url);
            return connection;
        }
    }
}
