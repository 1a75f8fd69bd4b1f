package io.camelsegment.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;

/** With clocks and an executor that the test moves. */
class BackgroundCredentialsTest {

    private static final Duration LIFE = Duration.ofHours(1);

    private final TestClock clock = new TestClock();
    private final Queue<Runnable> fetches = new ArrayDeque<>();
    private final BackgroundCredentials credentials =
            new BackgroundCredentials(this::ask, fetches::add, clock, clock::nanoTime);
    private boolean down;
    private int asked;
    private boolean forEver;
    private Duration lifeInAsk = LIFE;

    private AwsCredentials ask() {
        asked++;
        if (down) {
            throw new CredentialsException("Down", "STS is down", true);
        }
        return AwsSessionCredentials.builder()
                .accessKeyId("key-" + asked)
                .secretAccessKey("secret")
                .sessionToken("token")
                .expirationTime(forEver ? null : clock.instant().plus(lifeInAsk))
                .build();
    }

    private CompletableFuture<? extends AwsCredentialsIdentity> resolve() {
        return credentials.resolveIdentity();
    }

    private void runFetches() {
        while (!fetches.isEmpty()) {
            fetches.remove().run();
        }
    }

    private String key() {
        return resolve().join().accessKeyId();
    }

    private void fetched() {
        var unused = resolve();
        runFetches();
        assertThat(key()).isEqualTo("key-1");
    }

    @Test
    void fetchesOthersFiveToTenMinutesBeforeTheEnd() {
        fetched();

        clock.pass(LIFE.minusMinutes(10).minusMillis(1));
        assertThat(key()).isEqualTo("key-1");
        assertThat(fetches).as("too early").isEmpty();

        clock.pass(Duration.ofMinutes(5));
        assertThat(key()).as("nobody waits").isEqualTo("key-1");
        runFetches();
        assertThat(key()).isEqualTo("key-2");
    }

    @Test
    void usesTheOldOnesToTheirEndWhileStsIsDown() {
        fetched();
        down = true;
        clock.pass(LIFE.minusMinutes(5));
        Instant end = clock.instant().plus(Duration.ofMinutes(5));

        for (; clock.instant().isBefore(end); clock.pass(Duration.ofSeconds(1))) {
            CompletableFuture<? extends AwsCredentialsIdentity> answer = resolve();
            runFetches();
            assertThat(answer.join().accessKeyId()).isEqualTo("key-1");
        }
        assertThat(asked)
                .as("fetches in 5 minutes, with pauses of 5 to 10 s in the end")
                .isBetween(25, 80);
        CompletableFuture<? extends AwsCredentialsIdentity> after = resolve();
        runFetches();
        assertThat(after).isCompletedExceptionally();

        down = false;
        clock.pass(Duration.ofSeconds(10));
        var unused = resolve();
        runFetches();
        assertThat(key()).isEqualTo("key-" + asked);
    }

    @Test
    void waitsInTheLastMinuteForTheFetchUnderWay() {
        fetched();
        clock.pass(LIFE.minusMinutes(1));

        CompletableFuture<? extends AwsCredentialsIdentity> answer = resolve();
        assertThat(answer).isNotDone();
        runFetches();

        assertThat(answer.join().accessKeyId()).isEqualTo("key-2");
    }

    @Test
    void takesTheOldOnesInTheLastMinuteWhenTheFetchFails() {
        fetched();
        down = true;
        clock.pass(LIFE.minusMinutes(1));

        CompletableFuture<? extends AwsCredentialsIdentity> answer = resolve();
        runFetches();

        assertThat(answer.join().accessKeyId()).isEqualTo("key-1");
    }

    @Test
    void throwsAwayWhatAServiceRejectedAsExpired() {
        fetched();
        clock.pass(Duration.ofSeconds(2));

        credentials.expire();

        CompletableFuture<? extends AwsCredentialsIdentity> answer = resolve();
        assertThat(answer).isNotDone();
        runFetches();
        assertThat(answer.join().accessKeyId()).isEqualTo("key-2");
    }

    @Test
    void keepsYoungOnesWhenTheirPredecessorsAreRejected() {
        fetched();

        credentials.expire();
        credentials.refresh();

        assertThat(key()).isEqualTo("key-1");
        assertThat(fetches).isEmpty();
    }

    @Test
    void usesTheOldOnesUntilARefreshIsDone() {
        fetched();
        clock.pass(Duration.ofSeconds(2));

        credentials.refresh();

        assertThat(key()).isEqualTo("key-1");
        runFetches();
        assertThat(key()).isEqualTo("key-2");
    }

    @Test
    void keepsTheOldOnesWhenARefreshFails() {
        fetched();
        down = true;
        clock.pass(Duration.ofSeconds(2));

        credentials.refresh();
        runFetches();

        assertThat(key()).isEqualTo("key-1");
    }

    @Test
    void asksAgainForCredentialsWithoutAnEndEachMinute() {
        forEver = true;
        fetched();

        clock.pass(Duration.ofMinutes(1));
        assertThat(key()).isEqualTo("key-1");
        runFetches();

        assertThat(key()).isEqualTo("key-2");
    }

    @Test
    void throwsTheFailureItself() {
        down = true;
        var unused = resolve();
        runFetches();

        assertThatThrownBy(credentials::resolveCredentials)
                .isInstanceOf(CredentialsException.class)
                .hasMessage("STS is down");
    }

    @Test
    void asksAgainAfterThereWasNoThreadToAskOn() {
        AtomicBoolean full = new AtomicBoolean(true);
        BackgroundCredentials starved = new BackgroundCredentials(
                this::ask,
                task -> {
                    if (full.get()) {
                        throw new RejectedExecutionException("full");
                    }
                    task.run();
                },
                clock,
                clock::nanoTime);
        assertThatThrownBy(starved::resolveCredentials).isInstanceOf(RejectedExecutionException.class);

        full.set(false);
        clock.pass(Duration.ofSeconds(1));

        assertThat(starved.resolveIdentity())
                .isCompletedWithValueMatching(one -> one.accessKeyId().equals("key-1"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT0S", "PT-1H", "PT-240H", "PT1H", "PT240H"})
    void pausesForSecondsAfterAFailureWhateverTheWallClockIsSetTo(Duration jump) {
        down = true;
        var unused = resolve();
        runFetches();
        clock.jump(jump);
        down = false;

        clock.pass(Duration.ofMillis(500));
        unused = resolve();
        runFetches();

        assertThat(asked).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT0S", "PT-1H", "PT-240H", "PT1H", "PT240H"})
    void asksAgainForCredentialsWithoutAnEndWhateverTheWallClockIsSetTo(Duration jump) {
        forEver = true;
        fetched();
        clock.jump(jump);

        clock.pass(Duration.ofMinutes(1));
        var unused = resolve();
        runFetches();

        assertThat(key()).isEqualTo("key-2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT0S", "PT-1H", "PT-240H", "PT1H", "PT240H"})
    void replacesWhatAServiceRejectedWhateverTheWallClockIsSetTo(Duration jump) {
        fetched();
        clock.jump(jump);
        clock.pass(Duration.ofSeconds(2));

        credentials.expire();
        var unused = resolve();
        runFetches();

        assertThat(key()).isEqualTo("key-2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT-1H", "PT-240H"})
    void replacesThemInTimeThoughTheWallClockIsSetBack(Duration jump) {
        fetched();
        clock.jump(jump);

        clock.pass(LIFE.minusMinutes(11));
        assertThat(key()).isEqualTo("key-1");
        assertThat(fetches).as("too early").isEmpty();
        clock.pass(Duration.ofMinutes(11));
        CompletableFuture<? extends AwsCredentialsIdentity> answer = resolve();
        assertThat(answer).as("they have expired").isNotDone();
        runFetches();

        assertThat(answer.join().accessKeyId()).isEqualTo("key-2");
    }

    @Test
    void replacesThoseThatExpiredWhileTheMachineWasSuspended() {
        fetched();

        clock.jump(LIFE); // what nanoTime does not count
        CompletableFuture<? extends AwsCredentialsIdentity> answer = resolve();
        assertThat(answer).isNotDone();
        runFetches();

        assertThat(answer.join().accessKeyId()).isEqualTo("key-2");
    }

    @Test
    void replacesThemTwiceADayThoughTheySeemToLiveForYears() {
        clock.jump(Duration.ofDays(-3_650)); // then they would expire in ten years
        lifeInAsk = Duration.ofDays(3_650).plus(LIFE);
        fetched();

        clock.pass(Duration.ofHours(12));
        var unused = resolve();
        runFetches();

        assertThat(key()).isEqualTo("key-2");
    }

    private static final class TestClock extends Clock {

        private Instant now = Instant.parse("2026-11-21T12:00:00Z");
        private long nanos = 17;

        void pass(Duration duration) {
            now = now.plus(duration);
            nanos += duration.toNanos();
        }

        /** Sets the wall clock. */
        void jump(Duration duration) {
            now = now.plus(duration);
        }

        long nanoTime() {
            return nanos;
        }

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
