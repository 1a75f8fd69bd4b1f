package io.camelsegment.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PartialFailureTest extends EngineTest {

    @Test
    void completesEachRecordWithItsOwnResult() {
        List<Recorded> records = send("a", "b", "c");

        transport
                .request(0)
                .answer()
                .complete(IntStream.range(0, 3)
                        .mapToObj(i -> RecordResult.delivered("shard" + i, "seq" + i))
                        .toList());
        time.run();

        assertThat(records)
                .extracting(record -> record.result().partition())
                .containsExactly("shard0", "shard1", "shard2");
        assertThat(records).extracting(record -> record.result().recordId()).containsExactly("seq0", "seq1", "seq2");
    }

    @Test
    void retriesOnlyTheFailedRecords() {
        List<Recorded> records = send("a", "b", "c");

        transport.request(0).answer(ScriptedTransport.THROTTLED, 1);
        passMillis(25);
        assertThat(transport.sent()).containsExactly("a b c", "b");
        transport.request(1).answerAll(ScriptedTransport.DELIVERED);
        time.run();

        assertThat(records).allMatch(Recorded::isDelivered);
        assertThat(sender.ledger()).isEqualTo(new Ledger(3, 0, 3, 0, 1, 2));
    }

    @Test
    void completesTheDeliveredWithoutWaitingForTheFailed() {
        List<Recorded> records = send("a", "b", "c");

        transport.request(0).answer(ScriptedTransport.THROTTLED, 1);
        time.run();

        assertThat(records).extracting(Recorded::isDelivered).containsExactly(true, false, true);
        assertThat(records.get(1).calls()).isZero();
    }

    @Test
    void sendsFailedRecordsInFrontOfNewOnesAndInTheirOrder() {
        send("a", "b", "c");
        transport.request(0).answer(ScriptedTransport.THROTTLED, 0, 2);
        time.run();

        send("d", "e");
        passMillis(25);

        assertThat(transport.sent()).containsExactly("a b c", "a c d");
    }

    @Test
    void failsARecordThatTheServiceRefusesAndNotItsNeighbours() {
        List<Recorded> records = send("a", "b", "c");

        transport.request(0).answer(ScriptedTransport.INVALID, 0);
        time.run();

        assertThat(records).extracting(Recorded::isDelivered).containsExactly(false, true, true);
        DeliveryException failure = records.get(0).failure();
        assertThat(failure)
                .hasMessage("Kinesis stream events: refused the record in 1 attempts: ValidationException: bad record");
        assertThat(failure.isRetryable()).isFalse();
        assertThat(failure.getService()).isEqualTo("Kinesis");
        assertThat(failure.getStream()).isEqualTo("events");
        assertThat(failure.getErrorCode()).isEqualTo("ValidationException");
        assertThat(failure.getErrorMessage()).isEqualTo("bad record");
        assertThat(failure.getAttempts()).isEqualTo(1);
    }

    @Test
    void findsTheRecordThatSpoilsARequest() {
        List<Recorded> records = send("a", "bad", "c");
        int answered = 0;

        while (sender.ledger().held() > 0) {
            ScriptedTransport.Request request = transport.request(answered++);
            request.answerAll(
                    request.names().contains("bad") ? ScriptedTransport.BAD_REQUEST : ScriptedTransport.DELIVERED);
            passMillis(0);
        }

        assertThat(transport.sent()).containsExactly("a bad c", "a", "bad", "c");
        assertThat(records).extracting(Recorded::isDelivered).containsExactly(true, false, true);
        assertThat(records.get(1).failure().isRetryable()).isFalse();
    }

    @Test
    void halvesARequestOfWhichTheFirstRecordWasLeftOut() {
        List<Recorded> records = send("a", "b", "c");

        transport
                .request(0)
                .answer()
                .complete(List.of(
                        RecordResult.unsent("left out"), ScriptedTransport.BAD_REQUEST, ScriptedTransport.BAD_REQUEST));
        passMillis(0);

        assertThat(transport.sent()).containsExactly("a b c", "a", "b");
        assertThat(records).extracting(Recorded::calls).containsOnly(0);
    }

    @Test
    void sendsAllAgainWhenTheAnswerHasAnotherLength() {
        List<Recorded> records = send("a", "b", "c");

        transport.request(0).answer().complete(List.of(ScriptedTransport.DELIVERED));
        passMillis(25);

        assertThat(transport.sent()).containsExactly("a b c", "a b c");
        assertThat(records).allMatch(record -> record.calls() == 0);
    }

    @Test
    void sendsAllAgainWhenTheCallFails() {
        send("a", "b", "c");

        transport.request(0).answer().completeExceptionally(new IllegalStateException("connection reset"));
        passMillis(25);

        assertThat(transport.sent()).containsExactly("a b c", "a b c");
    }
}
