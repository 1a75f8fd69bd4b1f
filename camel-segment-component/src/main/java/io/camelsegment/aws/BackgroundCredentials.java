package io.camelsegment.aws;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.Identity;
import software.amazon.awssdk.identity.spi.ResolveIdentityRequest;

/**
 * Credentials from a source that may block, fetched on a thread of their own, so that {@link #resolveIdentity} never does.
 * They are fetched again in the background while the old ones are still good, and the old ones are used for as long as they
 * are good. After a failed fetch the next one waits, up to 10 s, so that STS is not hammered. Thread-safe.
 *
 * <p>The SDK's own provider blocks the caller for the first fetch, and cannot be told that a service rejected its token.
 */
public final class BackgroundCredentials implements AwsCredentialsProvider {

    /** How long before their end credentials are fetched again, at least and at most; never more than half of their life. */
    private static final Duration LATEST_PREFETCH = Duration.ofMinutes(5);

    private static final Duration EARLIEST_PREFETCH = Duration.ofMinutes(10);
    /** How long before their end who asks waits for a fetch that is under way; never more than a quarter of their life. */
    private static final Duration STALE = Duration.ofMinutes(1);
    /** When credentials without an end are fetched again: a profile file may have changed. */
    private static final Duration RECHECK = Duration.ofMinutes(1);
    /** Credentials younger than this are not replaced: the rejected ones were their predecessors. */
    private static final Duration TOO_YOUNG = Duration.ofSeconds(1);

    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

    private final Supplier<? extends AwsCredentials> source;
    private final Executor executor;
    private final Clock clock;

    private volatile Fetched fetched;
    private CompletableFuture<AwsCredentialsIdentity> fetching;
    private boolean underWay;
    private Instant pauseUntil = Instant.MIN;
    private Duration pause = FIRST_PAUSE;

    /**
     * Makes a provider that fetches at the first use.
     *
     * @param source   fetches credentials; may block; its exceptions reach the user, so they must be free of secrets
     * @param executor runs one fetch at a time, may start a thread for each
     * @param clock    tells the time that the credentials' end is compared with
     */
    public BackgroundCredentials(Supplier<? extends AwsCredentials> source, Executor executor, Clock clock) {
        this.source = source;
        this.executor = executor;
        this.clock = clock;
    }

    /**
     * Returns credentials at once if there are good ones, else the fetch that is under way or has just failed. In the last minute
     * of the good ones it waits for the fetch, and takes them if that fails.
     */
    @Override
    public CompletableFuture<AwsCredentialsIdentity> resolveIdentity(ResolveIdentityRequest request) {
        Fetched last = fetched;
        Instant now = clock.instant();
        if (last != null && now.isBefore(last.refreshAt())) {
            return last.future();
        }
        CompletableFuture<AwsCredentialsIdentity> next = fetch(now);
        if (last == null || !now.isBefore(last.expiresAt())) {
            return next;
        }
        return now.isBefore(last.staleAt()) ? last.future() : next.exceptionallyCompose(failure -> last.future());
    }

    /** Waits for credentials: for synchronous clients. */
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

    /** Throws away credentials that a service rejected as expired, so that the next use waits for fresh ones. */
    public synchronized void expire() {
        if (isOldEnough(clock.instant())) {
            fetched = null;
        }
    }

    /**
     * Fetches others in the background, because a service denied something to these: their role may have been made anew, which
     * only new credentials know of. These are used until then, since others may well be allowed what they do.
     */
    public void refresh() {
        Instant now = clock.instant();
        if (isOldEnough(now)) {
            var unused = fetch(now);
        }
    }

    private boolean isOldEnough(Instant now) {
        Fetched last = fetched;
        return last != null && now.isAfter(last.fetchedAt().plus(TOO_YOUNG));
    }

    private synchronized CompletableFuture<AwsCredentialsIdentity> fetch(Instant now) {
        if (!underWay && !now.isBefore(pauseUntil)) {
            underWay = true;
            CompletableFuture<AwsCredentialsIdentity> next = new CompletableFuture<>();
            fetching = next;
            try {
                executor.execute(() -> fetch(next));
            } catch (Throwable e) { // no thread to be had
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
        } catch (Throwable e) { // also an Error: otherwise a fetch would seem to be under way for ever
            fetchFailed();
            next.completeExceptionally(e);
        }
    }

    private synchronized void fetchSucceeded(
            AwsCredentials credentials, CompletableFuture<AwsCredentialsIdentity> future) {
        fetched = Fetched.at(clock.instant(), credentials, future);
        underWay = false;
        pause = FIRST_PAUSE;
    }

    private synchronized void fetchFailed() {
        underWay = false;
        double jitter = ThreadLocalRandom.current().nextDouble(0.5, 1);
        pauseUntil = clock.instant().plusMillis((long) (pause.toMillis() * jitter));
        pause = Fetched.shorter(pause.multipliedBy(2), LONGEST_PAUSE);
    }

    /** Names nothing that is secret. */
    @Override
    public String toString() {
        return "BackgroundCredentials[" + (fetched == null ? "none" : "until " + fetched.expiresAt()) + "]";
    }

    private record Fetched(
            CompletableFuture<AwsCredentialsIdentity> future,
            Instant fetchedAt,
            Instant refreshAt,
            Instant staleAt,
            Instant expiresAt) {

        static Fetched at(Instant now, Identity identity, CompletableFuture<AwsCredentialsIdentity> future) {
            // An end in the past is that of instance credentials, which stay valid while their service is out of reach.
            Instant expiresAt = identity.expirationTime().filter(now::isBefore).orElse(null);
            if (expiresAt == null) {
                return new Fetched(future, now, now.plus(RECHECK), Instant.MAX, Instant.MAX);
            }
            Duration life = Duration.between(now, expiresAt);
            // Random, so that the roles of a hundred tenants, all assumed at the start, do not meet again.
            Duration prefetch = Duration.ofMillis(
                    ThreadLocalRandom.current().nextLong(LATEST_PREFETCH.toMillis(), EARLIEST_PREFETCH.toMillis()));
            return new Fetched(
                    future,
                    now,
                    expiresAt.minus(shorter(prefetch, life.dividedBy(2))),
                    expiresAt.minus(shorter(STALE, life.dividedBy(4))),
                    expiresAt);
        }

        private static Duration shorter(Duration one, Duration other) {
            return one.compareTo(other) < 0 ? one : other;
        }
    }
}
