package io.camelsegment.aws;

import static org.assertj.core.api.Assertions.assertThat;

import io.camelsegment.delivery.BatchTransport;
import io.camelsegment.delivery.PendingRecord;
import io.camelsegment.delivery.RecordResult;
import io.camelsegment.delivery.Verdict;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Packs two events each; a request has two packed records or 8 bytes. */
class PackingTransportTest {

    private static final RecordResult THROTTLED = RecordResult.failed(Verdict.THROTTLED, "Slow", null);
    private static final RecordResult INVALID = RecordResult.failed(Verdict.FAIL, "Invalid", null);
    private static final RecordResult BAD_REQUEST = RecordResult.failed(Verdict.SPLIT, "Invalid", null);
    private static final RecordResult DENIED = RecordResult.failed(Verdict.PARK, "Denied", null);

    private final List<String> requests = new ArrayList<>();
    private final List<CompletableFuture<List<RecordResult>>> calls = new ArrayList<>();

    private final BatchTransport service = records -> {
        requests.add(records.stream().map(PackingTransportTest::text).collect(Collectors.joining(" ")));
        calls.add(new CompletableFuture<>());
        return calls.get(calls.size() - 1);
    };

    private Packer packer = PackingTransportTest::inPairs;

    private static String text(PendingRecord record) {
        return new String(record.data(), StandardCharsets.UTF_8);
    }

    /** The key is that of the first event. */
    private static List<PackedRecord> inPairs(List<PendingRecord> events) {
        List<PackedRecord> packed = new ArrayList<>();
        for (int i = 0; i < events.size(); i += 2) {
            String both = text(events.get(i)) + text(events.get(i + 1));
            packed.add(new PackedRecord(
                    new PendingRecord(
                            both.getBytes(StandardCharsets.UTF_8), both.substring(0, 1), both.length(), true, null),
                    new int[] {i, i + 1},
                    null));
        }
        return packed;
    }

    /** The key of an event is its first letter. */
    private CompletableFuture<List<RecordResult>> send(String... names) {
        List<PendingRecord> events = Stream.of(names)
                .map(name -> new PendingRecord(
                        name.getBytes(StandardCharsets.UTF_8), name.substring(0, 1), name.length(), false, null))
                .toList();
        return new PackingTransport(service, packer, 2, 8, false).send(events);
    }

    private void answer(int call, RecordResult... results) {
        calls.get(call).complete(Arrays.asList(results));
    }

    private static RecordResult delivered(int number) {
        return RecordResult.delivered("id" + number);
    }

    private static String verdicts(CompletableFuture<List<RecordResult>> answer) {
        assertThat(answer).isDone();
        return answer.join().stream().map(result -> result.verdict().toString()).collect(Collectors.joining(" "));
    }

    @Test
    void givesEachEventTheResultOfItsRecord() {
        var answer = send("a", "b", "c", "d");

        assertThat(requests).containsExactly("ab cd");
        answer(0, delivered(1), THROTTLED);

        assertThat(answer.join()).containsExactly(delivered(1), delivered(1), THROTTLED, THROTTLED);
    }

    @Test
    void sendsWhatIsTooMuchForOneRequestInSeveralOneAfterTheOther() {
        var answer = send("a", "b", "c", "d", "e", "f", "lo", "nger", "g", "h");

        assertThat(requests).containsExactly("ab cd");
        answer(0, delivered(1), delivered(2));
        assertThat(requests).containsExactly("ab cd", "ef longer");
        answer(1, delivered(3), delivered(4));
        answer(2, INVALID);

        assertThat(requests).containsExactly("ab cd", "ef longer", "gh");
        assertThat(verdicts(answer)).isEqualTo("DELIVERED ".repeat(8) + "FAIL FAIL");
    }

    @Test
    void countsTheBytesOfARequest() {
        var unused = send("lo", "nger", "a", "bc");

        assertThat(requests).containsExactly("longer");
    }

    @Test
    void holdsBackWhatIsBehindAFailedRecordOfItsKey() {
        var answer = send("a1", "a2", "b1", "b2", "a3", "a4", "b3", "b4");

        answer(0, THROTTLED, delivered(1));
        answer(1, delivered(2));

        assertThat(requests).containsExactly("a1a2 b1b2", "b3b4");
        assertThat(verdicts(answer))
                .isEqualTo("THROTTLED THROTTLED DELIVERED DELIVERED UNSENT UNSENT DELIVERED DELIVERED");
    }

    @Test
    void holdsBackWhatIsBehindAFailedEventOfItsKeyWhateverRecordItIsIn() {
        var answer = send("a1", "b1", "c1", "d1", "b2", "e1", "e2", "f1", "g1", "h1");

        answer(0, THROTTLED, delivered(1));
        answer(1, delivered(2));

        assertThat(requests).containsExactly("a1b1 c1d1", "g1h1");
        assertThat(verdicts(answer))
                .isEqualTo("THROTTLED THROTTLED DELIVERED DELIVERED UNSENT UNSENT UNSENT UNSENT DELIVERED DELIVERED");
    }

    @Test
    void holdsBackWhatIsBehindAnEventThatIsSentAgainAlthoughItsRecordWasStored() {
        packer = new Packer() {
            @Override
            public List<PackedRecord> pack(List<PendingRecord> events) {
                return inPairs(events);
            }

            @Override
            public CompletableFuture<List<RecordResult>> unpack(
                    List<PendingRecord> events, PackedRecord packed, RecordResult result) {
                return CompletableFuture.completedFuture(List.of(THROTTLED, THROTTLED));
            }
        };
        var answer = send("a1", "b1", "c1", "d1", "b2", "e1");

        answer(0, delivered(1), delivered(2));

        assertThat(requests).containsExactly("a1b1 c1d1");
        assertThat(verdicts(answer)).isEqualTo("THROTTLED THROTTLED THROTTLED THROTTLED UNSENT UNSENT");
    }

    @Test
    void doesNotSendEventsOfAKeySideBySideInRecordsOfDifferentKeys() {
        var answer = send("a1", "b1", "b2", "c1");

        assertThat(requests).containsExactly("a1b1");
        answer(0, delivered(1));
        answer(1, delivered(2));

        assertThat(requests).containsExactly("a1b1", "b2c1");
        assertThat(verdicts(answer)).isEqualTo("DELIVERED DELIVERED DELIVERED DELIVERED");
    }

    @Test
    void halvesARequestThatIsAtFault() {
        var answer = send("a", "b", "c", "d");

        answer(0, BAD_REQUEST, BAD_REQUEST);
        answer(1, delivered(1));
        answer(2, INVALID);

        assertThat(requests).containsExactly("ab cd", "ab", "cd");
        assertThat(verdicts(answer)).isEqualTo("DELIVERED DELIVERED FAIL FAIL");
    }

    @Test
    void endsWhenTheStreamIsToBeParked() {
        var answer = send("a", "b", "c", "d", "e", "f");

        answer(0, delivered(1), DENIED);

        assertThat(requests).hasSize(1);
        assertThat(verdicts(answer)).isEqualTo("DELIVERED DELIVERED PARK PARK PARK PARK");
    }

    @Test
    void keepsWhatIsKnownWhenItIsCancelled() {
        var answer = send("a", "b", "c", "d", "e", "f", "g", "h", "i", "j");
        answer(0, delivered(1), delivered(2));

        answer.cancel(true);

        assertThat(calls.get(1)).isCancelled();
        assertThat(requests).hasSize(2);
        assertThat(verdicts(answer))
                .isEqualTo("DELIVERED DELIVERED DELIVERED DELIVERED RETRY RETRY RETRY RETRY UNSENT UNSENT");
    }

    @Test
    void sendsAgainWhatWasAnsweredWithAWrongNumberOfResults() {
        var answer = send("a", "b", "c", "d");

        answer(0, delivered(1));

        assertThat(verdicts(answer)).isEqualTo("RETRY RETRY RETRY RETRY");
    }
}
