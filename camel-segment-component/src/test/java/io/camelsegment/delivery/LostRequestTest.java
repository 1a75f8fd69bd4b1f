package io.camelsegment.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A transport that answers nothing and does not listen: its requests are cancelled after 10 s and given up after 30 s.
 */
class LostRequestTest extends EngineTest {

    private static final Duration BOUND =
            SETTINGS.deliveryTimeout().plus(SETTINGS.requestTimeout().multipliedBy(3));

    private final List<Deaf> answers = new ArrayList<>();
    private final CallLimit calls = new CallLimit(1);

    @BeforeEach
    void makeSender() {
        sender = sender(records -> {
            answers.add(new Deaf());
            return answers.get(answers.size() - 1);
        });
    }

    private BatchSender sender(BatchTransport transport) {
        return new BatchSender("events", LIMITS, SETTINGS, RetryPolicy.DEFAULT, transport, time.runtime(), calls);
    }

    @Test
    void isGivenUpAfterThreeRequestTimeouts() {
        Recorded sent = send("a", "b", "c").get(0);
        passMillis(29_999);
        assertThat(answers).hasSize(1);

        passMillis(100);

        assertThat(sent.calls()).isEqualTo(1);
        assertThat(sent.failure().getErrorCode()).isEqualTo("RequestTimeout");
    }

    @Test
    void leavesYoungRecordsToTheNextRequest() {
        sender = new BatchSender(
                "events",
                LIMITS,
                new BatchingSettings(
                        3,
                        100,
                        Duration.ofMillis(100),
                        true,
                        2,
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(30),
                        Ordering.KEY),
                RetryPolicy.DEFAULT,
                records -> {
                    answers.add(new Deaf());
                    return answers.get(answers.size() - 1);
                },
                time.runtime(),
                calls);
        List<Recorded> sent = send("a", "b", "c");

        passMillis(3_100);
        assertThat(answers).hasSize(2);
        answers.get(1).complete(Collections.nCopies(3, ScriptedTransport.DELIVERED));
        time.run();

        assertThat(sent).allMatch(Recorded::isDelivered);
    }

    static Stream<BatchTransport> silent() {
        return Stream.of(records -> new Deaf(), records -> null, records -> new CompletableFuture<>() {
            @Override
            public boolean cancel(boolean mayInterruptIfRunning) {
                throw new NoSuchFieldError("x");
            }
        });
    }

    @ParameterizedTest
    @MethodSource("silent")
    void endsItsRecordsWithinTheBound(BatchTransport silent) {
        sender = sender(silent);
        List<Recorded> sent = send("a", "b", "c", "d", "e", "f", "g");

        passMillis(BOUND.toMillis());

        assertThat(sent).allSatisfy(record -> assertThat(record.calls()).isEqualTo(1));
        assertThat(sent).allMatch(record -> record.failure().isRetryable());
        assertThat(sender.ledger().held()).isZero();
        assertThat(time.budget().heldBytes()).isZero();
    }

    @Test
    void isCountedOnceAndItsCallEndsOnceHoweverLateTheAnswer() {
        List<Recorded> sent = send("a", "b", "c");
        passMillis(BOUND.toMillis());
        Ledger before = sender.ledger();
        assertThat(before).isEqualTo(new Ledger(3, 0, 0, 3, 0, 1));

        answers.get(0).complete(Collections.nCopies(3, ScriptedTransport.DELIVERED));
        time.run();

        assertThat(sent).allMatch(record -> record.calls() == 1 && record.failure() != null);
        assertThat(sender.ledger()).isEqualTo(before);
        assertThat(calls.begin(() -> {})).isTrue();
        assertThat(calls.begin(() -> {})).as("one call, not two").isFalse();
    }

    @Test
    void makesRoomForTheNext() {
        send("a", "b", "c");
        List<Recorded> next = send("d", "e", "f");
        assertThat(answers).as("one call at a time").hasSize(1);

        passMillis(29_000);
        List<Recorded> young = send("g", "h", "i");
        passMillis(1_000);
        assertThat(answers).hasSize(2);
        answers.get(1).complete(Collections.nCopies(3, ScriptedTransport.DELIVERED));
        time.run();

        assertThat(next).allMatch(record -> record.calls() == 1);
        assertThat(young).allMatch(Recorded::isDelivered);
    }
}
