package io.camelsegment.aws;

import static org.assertj.core.api.Assertions.assertThat;

import io.camelsegment.delivery.PendingRecord;
import io.camelsegment.delivery.RecordResult;
import io.camelsegment.delivery.Verdict;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SinglePutsTest {

    private static final RecordResult THROTTLED = RecordResult.failed(Verdict.THROTTLED, "Slow", null);
    private static final RecordResult INVALID = RecordResult.failed(Verdict.FAIL, "Invalid", null);
    private static final RecordResult DENIED = RecordResult.failed(Verdict.PARK, "Denied", null);

    /** The puts under way by the name of their record, in the order in which they were sent. */
    private final Map<String, CompletableFuture<RecordResult>> underWay = new LinkedHashMap<>();

    private CompletableFuture<List<RecordResult>> answer;

    /** A record {@code a1} has the key {@code a}; one that begins with a digit has none. */
    private SinglePuts send(Stream<String> names) {
        List<PendingRecord> records = new ArrayList<>();
        names.forEach(name -> {
            String key = Character.isLetter(name.charAt(0)) ? name.substring(0, 1) : null;
            records.add(new PendingRecord(name.getBytes(StandardCharsets.UTF_8), key, name.length(), false, null));
        });
        SinglePuts puts = new SinglePuts(records, record -> {
            CompletableFuture<RecordResult> put = new CompletableFuture<>();
            underWay.put(new String(record.data(), StandardCharsets.UTF_8), put);
            return put;
        });
        answer = puts.send();
        return puts;
    }

    private void answer(String name, RecordResult result) {
        underWay.remove(name).complete(result);
    }

    private static RecordResult delivered(String name) {
        return RecordResult.delivered("id of " + name);
    }

    private String verdicts() {
        assertThat(answer).isDone();
        return answer.join().stream().map(result -> result.verdict().toString()).collect(Collectors.joining(" "));
    }

    @Test
    void answersByIndexInWhateverOrderThePutsEnd() {
        send(Stream.of("a1", "b1", "c1"));

        answer("c1", delivered("c1"));
        answer("a1", INVALID);
        assertThat(answer).isNotDone();
        answer("b1", delivered("b1"));

        assertThat(answer.join()).containsExactly(INVALID, delivered("b1"), delivered("c1"));
    }

    @Test
    void sendsTheRecordsOfAKeyOneAfterTheOther() {
        send(Stream.of("a1", "a2", "b1", "a3"));

        assertThat(underWay).containsOnlyKeys("a1", "b1");
        answer("a1", delivered("a1"));
        assertThat(underWay).containsOnlyKeys("b1", "a2");
        answer("a2", INVALID);
        assertThat(underWay).as("an invalid record is in nobody's way").containsOnlyKeys("b1", "a3");
    }

    @Test
    void holdsBackWhatIsBehindAFailedRecordOfItsKey() {
        send(Stream.of("a1", "a2", "b1", "a3", "b2"));

        answer("a1", THROTTLED);
        answer("b1", delivered("b1"));
        answer("b2", delivered("b2"));

        assertThat(verdicts()).isEqualTo("THROTTLED UNSENT DELIVERED UNSENT DELIVERED");
    }

    @Test
    void hasABoundedNumberUnderWay() {
        send(IntStream.range(0, 100).mapToObj(String::valueOf));

        assertThat(underWay).hasSize(SinglePuts.MAX_UNDER_WAY);
        answer("3", delivered("3"));
        assertThat(underWay).hasSize(SinglePuts.MAX_UNDER_WAY).containsKey("20");
    }

    @Test
    void whenStoppedItWaitsForThePutsUnderWayAndSendsNoMore() {
        SinglePuts puts = send(Stream.of("a1", "a2", "b1"));

        puts.stop();
        answer("a1", delivered("a1"));
        assertThat(answer).isNotDone();
        answer("b1", delivered("b1"));

        assertThat(verdicts()).isEqualTo("DELIVERED UNSENT DELIVERED");
    }

    @Test
    void endsWhenTheStreamIsToBeParked() {
        send(Stream.of("a1", "a2", "b1"));

        answer("a1", DENIED);
        answer("b1", delivered("b1"));

        assertThat(answer.join()).containsExactly(DENIED, DENIED, delivered("b1"));
    }

    @Test
    void answersThatAreThereAtOnceDoNotGrowTheStack() {
        List<PendingRecord> records = IntStream.range(0, 100_000)
                .mapToObj(i -> new PendingRecord(new byte[0], "key", 3, false, null))
                .toList();

        List<RecordResult> results = new SinglePuts(
                        records, record -> CompletableFuture.completedFuture(delivered("x")))
                .send()
                .join();

        assertThat(results).hasSize(100_000).containsOnly(delivered("x"));
    }
}
