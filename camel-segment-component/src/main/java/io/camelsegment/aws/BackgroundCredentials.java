package io.camelsegment.aws;

import io.camelsegment.delivery.SteadyClock;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.Identity;
import software.amazon.awssdk.identity.spi.ResolveIdentityRequest;

/**
 * Fetches credentials from a source that may block on a thread of its own, so {@link #resolveIdentity} never blocks.
 * Renews them in the background before they expire, and uses the old ones until they do. Pauses up to 10 s after a
 * failed fetch to spare STS. Thread-safe.
 *
 * <p>The wall clock is read only to learn how long new credentials live. All else is measured by a {@link SteadyClock},
 * so nothing waits when the wall clock is set back.
 *
 * <p>The SDK's own provider blocks the caller for the first fetch and cannot be told that a service rejected its token.
 */
public final class BackgroundCredentials implements AwsCredentialsProvider {

    /** Bounds of the random time before expiry at which credentials are renewed; never more than half of their life. */
    private static final Duration LATEST_PREFETCH = Duration.ofMinutes(5);

    private static final Duration EARLIEST_PREFETCH = Duration.ofMinutes(10);
    /** Time before expiry from which callers wait for the renewal; never more than a quarter of their life. */
    private static final Duration STALE = Duration.ofMinutes(1);
    /** Interval of fetching credentials that do not expire: a profile file may have changed. */
    private static final Duration RECHECK = Duration.ofMinutes(1);
    /** Credentials younger than this are not replaced: the service rejected their predecessors. */
    private static final Duration TOO_YOUNG = Duration.ofSeconds(1);

    /** Credentials of roles live 12 hours at most, those of instances six; others are fetched again by then. */
    private static final Duration LONGEST_LIFE = Duration.ofHours(12);

    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

    private final Supplier<? extends AwsCredentials> source;
    private final Executor executor;
    private final Clock clock;
    private final LongSupplier time;

    private volatile Fetched fetched;
    private CompletableFuture<AwsCredentialsIdentity> fetching;
    private boolean underWay;
    /** Null for no pause. */
    private Long pauseUntil;

    private Duration pause = FIRST_PAUSE;

    /**
     * Creates a provider that fetches at the first use.
     *
     * @param source   fetches credentials; may block; its exceptions reach the user, so they must hold no secrets
     * @param executor runs one fetch at a time; may start a thread for each
     * @param clock    the wall clock, compared with the expiry of the credentials
     */
    public BackgroundCredentials(Supplier<? extends AwsCredentials> source, Executor executor, Clock clock) {
        this(source, executor, clock, System::nanoTime);
    }

    /** Creates a provider that measures durations with a clock of nanoseconds that never goes back. */
    BackgroundCredentials(
            Supplier<? extends AwsCredentials> source, Executor executor, Clock clock, LongSupplier nanoTime) {
        this.source = source;
        this.executor = executor;
        this.clock = clock;
        this.time = new SteadyClock(nanoTime, clock);
    }

    /**
     * Returns valid credentials at once, else the fetch that is running or has just failed. In their last minute, waits
     * for the renewal and uses the old credentials if it fails.
     */
    @Override
    public CompletableFuture<AwsCredentialsIdentity> resolveIdentity(ResolveIdentityRequest request) {
        Fetched last = fetched;
        long now = time.getAsLong();
        if (last != null && now < last.refreshAt()) {
            return last.future();
        }
        CompletableFuture<AwsCredentialsIdentity> next = fetch(now);
        if (last == null || now >= last.expiresAt()) {
            return next;
        }
        return now < last.staleAt() ? last.future() : next.exceptionallyCompose(failure -> last.future());
    }

    /** Waits for credentials; for synchronous clients. */
    @Override
    public AwsCredentials resolveCredentials() {
        try {
            return (AwsCredentials)
                    resolveIdentity(ResolveIdentityRequest.builder().build()).join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }

    /** Discards credentials that a service rejected as expired, so that the next use waits for new ones. */
    public synchronized void expire() {
        if (isOldEnough(time.getAsLong())) {
            fetched = null;
        }
    }

    /**
     * Fetches new credentials in the background after a service denied an action: only new credentials belong to a role
     * that was deleted and created again. Uses the old ones until then, since other actions may still be allowed.
     */
    public void refresh() {
        long now = time.getAsLong();
        if (isOldEnough(now)) {
            var unused = fetch(now);
        }
    }

    private boolean isOldEnough(long now) {
        Fetched last = fetched;
        return last != null && now - last.fetchedAt() > TOO_YOUNG.toNanos();
    }

    private synchronized CompletableFuture<AwsCredentialsIdentity> fetch(long now) {
        if (!underWay && (pauseUntil == null || now >= pauseUntil)) {
            underWay = true;
            CompletableFuture<AwsCredentialsIdentity> next = new CompletableFuture<>();
            fetching = next;
            try {
                executor.execute(() -> fetch(next));
            } catch (Throwable e) { // no thread available
                fetchFailed();
                next.completeExceptionally(e);
            }
        }
        return fetching;
    }

    private void fetch(CompletableFuture<AwsCredentialsIdentity> next) {
        try {
            AwsCredentials credentials = source.get();
            fetchSucceeded(credentials, next);
            next.complete(credentials);
        } catch (Throwable e) { // also an Error: otherwise the fetch would seem to run for ever
            fetchFailed();
            next.completeExceptionally(e);
        }
    }

    private synchronized void fetchSucceeded(
            AwsCredentials credentials, CompletableFuture<AwsCredentialsIdentity> future) {
        fetched = Fetched.at(time.getAsLong(), clock.instant(), credentials, future);
        underWay = false;
        pause = FIRST_PAUSE;
    }

    private synchronized void fetchFailed() {
        underWay = false;
        double jitter = ThreadLocalRandom.current().nextDouble(0.5, 1);
        pauseUntil = time.getAsLong() + (long) (pause.toNanos() * jitter);
        pause = Fetched.shorter(pause.multipliedBy(2), LONGEST_PAUSE);
    }

    /** Names the expiry; leaves secrets out. */
    @Override
    public String toString() {
        return "BackgroundCredentials[" + (fetched == null ? "none" : "until " + fetched.until()) + "]";
    }

    /**
     * Credentials and what becomes of them when, by the steady time.
     *
     * @param until their expiry by the wall clock, for display; null for none
     */
    private record Fetched(
            CompletableFuture<AwsCredentialsIdentity> future,
            long fetchedAt,
            long refreshAt,
            long staleAt,
            long expiresAt,
            Instant until) {

        static Fetched at(
                long now, Instant wallTime, Identity identity, CompletableFuture<AwsCredentialsIdentity> future) {
            // Instance credentials stay valid past their expiry while their service is unreachable.
            Instant until = identity.expirationTime().filter(wallTime::isBefore).orElse(null);
            if (until == null) {
                return new Fetched(future, now, now + RECHECK.toNanos(), Long.MAX_VALUE, Long.MAX_VALUE, null);
            }
            // With a wall clock that is far behind they would seem to live for years.
            Duration life = shorter(Duration.between(wallTime, until), LONGEST_LIFE);
            // Random, so that the roles of a hundred tenants, all assumed at startup, are not renewed at once.
            Duration prefetch = Duration.ofMillis(
                    ThreadLocalRandom.current().nextLong(LATEST_PREFETCH.toMillis(), EARLIEST_PREFETCH.toMillis()));
            long expiresAt = now + life.toNanos();
            return new Fetched(
                    future,
                    now,
                    expiresAt - shorter(prefetch, life.dividedBy(2)).toNanos(),
                    expiresAt - shorter(STALE, life.dividedBy(4)).toNanos(),
                    expiresAt,
                    until);
        }

        private static Duration shorter(Duration one, Duration other) {
            return one.compareTo(other) < 0 ? one : other;
        }
    }
}
