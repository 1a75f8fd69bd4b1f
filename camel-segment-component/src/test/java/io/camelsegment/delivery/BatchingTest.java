package io.camelsegment.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class BatchingTest extends EngineTest {

    @Test
    void closesABatchAtItsCount() {
        send("a", "b", "c", "d");

        assertThat(transport.sent()).containsExactly("a b c");
    }

    @Test
    void closesABatchBeforeTheRecordThatWouldOverflowIt() {
        send(Recorded.record("a", 50));
        send(Recorded.record("b", 50));
        send(Recorded.record("c", 1));
        time.run();

        assertThat(transport.sent()).containsExactly("a b");
    }

    @Test
    void sendsAnUnfilledBatchWhenItsOldestRecordHasLingered() {
        send("a");
        passMillis(60);
        send("b");
        passMillis(39);
        assertThat(transport.sent()).isEmpty();

        passMillis(1);

        assertThat(transport.sent()).containsExactly("a b");
    }

    @Test
    void lingersAnewForEachBatch() {
        send("a", "b", "c", "d");
        passMillis(99);
        assertThat(transport.sent()).containsExactly("a b c");

        passMillis(1);

        assertThat(transport.sent()).containsExactly("a b c", "d");
    }

    @Test
    void sendsAtOnceWithoutLingerTime() {
        sender = sender(settings(0, true));

        send("a");

        assertThat(transport.sent()).containsExactly("a");
    }

    @Test
    void sendsALoneRecordOfAnIdleStreamAfterOneMillisecond() {
        sender = sender(settings(100, false));

        send("a");
        assertThat(transport.sent()).isEmpty();
        passMillis(1);

        assertThat(transport.sent()).containsExactly("a");
    }

    @Test
    void keepsABurstTogetherOnAnIdleStream() {
        sender = sender(upTo50Records());

        for (int i = 0; i < 20; i++) {
            send("r" + i);
            time.advance(Duration.ofNanos(300_000));
        }
        assertThat(transport.requests()).isEmpty();
        passMillis(6);

        assertThat(transport.requests()).hasSize(1);
        assertThat(transport.request(0).records()).hasSize(20);
    }

    @Test
    void waitsEightMillisecondsForTheEndOfABurstOnAnIdleStream() {
        sender = sender(upTo50Records());

        sendWithoutPause("r", 15);
        assertThat(transport.requests()).isEmpty();
        sendWithoutPause("s", 1);

        assertThat(transport.requests()).hasSize(1);
        assertThat(transport.request(0).records()).hasSize(16);
    }

    @Test
    void waitsNoLongerForABurstThatBeganWhileARequestWasInFlight() {
        sender = sender(upTo50Records());
        send("a");
        passMillis(1);
        sendWithoutPause("r", 13);

        transport.request(0).answerAll(ScriptedTransport.DELIVERED);
        time.run();
        sendWithoutPause("s", 2);
        assertThat(transport.requests()).hasSize(1);
        sendWithoutPause("t", 1);

        assertThat(transport.requests()).hasSize(2);
        assertThat(transport.request(1).records()).hasSize(16);
    }

    @Test
    void waitsForTheEndOfABurstAsLongAsTheInflowSays() {
        sender = sender(upTo50Records());
        time.workload()
                .add(inflow((now, oldest, newest) ->
                        Workload.isPaused(now, newest) ? now : Workload.nextLook(now, oldest)));

        sendWithoutPause("r", 31);
        assertThat(transport.requests()).isEmpty();
        passMillis(1);

        assertThat(transport.requests()).hasSize(1);
        assertThat(transport.request(0).records()).hasSize(31);
    }

    private static BatchingSettings upTo50Records() {
        return new BatchingSettings(
                50,
                1000,
                Duration.ofMillis(100),
                false,
                2,
                Duration.ofSeconds(10),
                Duration.ofSeconds(30),
                Ordering.NONE);
    }

    /** One record each half of a millisecond. */
    private void sendWithoutPause(String name, int records) {
        for (int i = 0; i < records; i++) {
            send(name + i);
            time.advance(Duration.ofNanos(500_000));
        }
    }

    @Test
    void lingersWhileARequestIsInFlight() {
        sender = sender(settings(100, false));
        send("a");
        passMillis(1);

        send("b");
        passMillis(50);

        assertThat(transport.sent()).containsExactly("a");
    }

    @Test
    void sendsWhatWaitsWhenTheStreamBecomesIdle() {
        sender = sender(settings(100, false));
        send("a");
        passMillis(1);
        send("b");
        passMillis(50);

        transport.request(0).answerAll(ScriptedTransport.DELIVERED);
        time.run();

        assertThat(transport.sent()).containsExactly("a", "b");
    }

    @Test
    void lingersOnAnIdleStreamWhileTheInflowEndsNoBurst() {
        sender = sender(settings(100, false));
        time.workload().add(inflow((now, oldest, newest) -> Workload.nextLook(now, oldest)));

        send("a");
        passMillis(60);
        send("b");
        passMillis(39);
        assertThat(transport.sent()).isEmpty();
        passMillis(1);

        assertThat(transport.sent()).containsExactly("a b");
    }

    @Test
    void sendsALoneRecordSoonAfterTheInflowEndsBurstsAgain() {
        sender = sender(settings(100, false));
        Workload.Inflow waiting = inflow((now, oldest, newest) -> Workload.nextLook(now, oldest));
        time.workload().add(waiting);

        send("a");
        passMillis(9);
        time.workload().remove(waiting);
        passMillis(8);

        assertThat(transport.sent()).containsExactly("a");
    }

    private static Workload.Inflow inflow(BurstEnd burstEnd) {
        return new Workload.Inflow() {
            @Override
            public void tasksMoved() {
                // Nothing waits.
            }

            @Override
            public long burstEndsAt(long now, long oldest, long newest) {
                return burstEnd.at(now, oldest, newest);
            }
        };
    }

    private interface BurstEnd {
        long at(long now, long oldest, long newest);
    }

    @Test
    void hasNoMoreRequestsInFlightThanAllowed() {
        send("a", "b", "c", "d", "e", "f", "g", "h", "i");
        passMillis(200);
        assertThat(transport.sent()).containsExactly("a b c", "d e f");

        transport.request(1).answerAll(ScriptedTransport.DELIVERED);
        time.run();

        assertThat(transport.sent()).containsExactly("a b c", "d e f", "g h i");
    }

    @Test
    void setsOneTimerPerBatchAndNotPerRecord() {
        sender = sender(new BatchingSettings(
                500,
                1000,
                Duration.ofMillis(100),
                true,
                2,
                Duration.ofSeconds(10),
                Duration.ofSeconds(30),
                Ordering.NONE));

        for (int i = 0; i < 50; i++) {
            send("r" + i);
        }

        assertThat(time.alarmsSet()).isEqualTo(1);
    }

    private static BatchingSettings settings(long lingerMillis, boolean batchWhenIdle) {
        return new BatchingSettings(
                3,
                100,
                Duration.ofMillis(lingerMillis),
                batchWhenIdle,
                2,
                Duration.ofSeconds(10),
                Duration.ofSeconds(30),
                Ordering.NONE);
    }
}
