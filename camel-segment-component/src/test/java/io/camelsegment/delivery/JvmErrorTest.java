package io.camelsegment.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.camelsegment.testing.CapturedLog;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What becomes of records whose request ends in something that no service says. */
class JvmErrorTest extends EngineTest {

    static Stream<BatchTransport> broken() {
        return Stream.of(
                records -> {
                    throw new NoSuchFieldError("x");
                },
                records -> CompletableFuture.failedFuture(new NoSuchFieldError("x")),
                records -> CompletableFuture.failedFuture(new CompletionException(new NoSuchFieldError("x"))),
                records -> CompletableFuture.failedFuture(
                        new IllegalStateException("cannot read", new NoSuchFieldError("x"))),
                records -> CompletableFuture.completedFuture(records.stream()
                        .map(record -> RecordResult.ofError(new NoSuchFieldError("x")))
                        .toList()));
    }

    @ParameterizedTest
    @MethodSource("broken")
    void anErrorEndsTheRecordsAndIsNotRetried(BatchTransport transport) {
        sender = new BatchSender("events", LIMITS, SETTINGS, RetryPolicy.DEFAULT, transport, time.runtime());

        List<Recorded> sent = send("a", "b", "c");
        passMillis(60_000);

        assertThat(sent).allSatisfy(record -> {
            assertThat(record.calls()).isEqualTo(1);
            assertThat(record.failure().getErrorCode()).isEqualTo("NoSuchFieldError");
            assertThat(record.failure().isRetryable()).isTrue();
        });
        assertThat(sender.ledger()).isEqualTo(new Ledger(3, 0, 0, 3, 0, 1));
        assertThat(time.budget().heldBytes()).isZero();
        assertThat(sender.ailment()).isEqualTo("NoSuchFieldError");
    }

    @Test
    void anErrorIsToldOnce() throws Exception {
        BatchTransport broken = records -> CompletableFuture.failedFuture(new NoSuchFieldError("x"));
        sender = new BatchSender("told-once", LIMITS, SETTINGS, RetryPolicy.DEFAULT, broken, time.runtime());

        List<String> log = CapturedLog.of(() -> {
            send("a", "b", "c");
            send("d", "e", "f");
        });

        assertThat(log)
                .filteredOn(line -> line.contains("told-once"))
                .singleElement()
                .asString()
                .contains("ERROR", "NoSuchFieldError: x at io.camelsegment.delivery.JvmErrorTest");
    }

    static Stream<UnaryOperator<List<RecordResult>>> unreadable() {
        return Stream.of(
                results -> {
                    throw new IllegalStateException("cannot read");
                },
                results -> null,
                results -> results.subList(0, 1),
                results -> Arrays.asList(results.get(0), null, results.get(2)));
    }

    @ParameterizedTest
    @MethodSource("unreadable")
    void whatIsNoAnswerIsSentAgain(UnaryOperator<List<RecordResult>> first) {
        List<Recorded> sent = send("a", "b", "c");

        CompletableFuture<List<RecordResult>> answer = transport.request(0).answer();
        List<RecordResult> good =
                List.of(ScriptedTransport.DELIVERED, ScriptedTransport.DELIVERED, ScriptedTransport.DELIVERED);
        try {
            answer.complete(first.apply(good));
        } catch (IllegalStateException e) {
            answer.completeExceptionally(e);
        }
        passMillis(100);
        transport.request(1).answerAll(ScriptedTransport.DELIVERED);
        time.run();

        assertThat(sent).allMatch(Recorded::isDelivered);
    }
}
