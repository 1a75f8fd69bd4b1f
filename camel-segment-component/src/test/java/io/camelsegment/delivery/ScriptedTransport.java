package io.camelsegment.delivery;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Keeps every request until the test answers it. */
final class ScriptedTransport implements BatchTransport {

    static final RecordResult DELIVERED = RecordResult.delivered("shardId-000000000000", "1");
    static final RecordResult THROTTLED =
            RecordResult.failed(Verdict.THROTTLED, "ProvisionedThroughputExceededException", "Rate exceeded");
    static final RecordResult FAULT =
            RecordResult.failed(Verdict.RETRY, "InternalFailure", "Internal service failure.");
    static final RecordResult DENIED = RecordResult.failed(Verdict.PARK, "AccessDeniedException", "not authorized");
    static final RecordResult INVALID = RecordResult.failed(Verdict.FAIL, "ValidationException", "bad record");

    static final RecordResult BAD_REQUEST = RecordResult.failed(Verdict.SPLIT, "ValidationException", "bad request");

    private final List<Request> requests = new ArrayList<>();
    private int recordBytes;

    /** Sets what records over the usual limit may have. */
    void recordBytes(int bytes) {
        recordBytes = bytes;
    }

    @Override
    public int recordBytes(int size, int usual) {
        return Math.max(recordBytes, usual);
    }

    @Override
    public CompletableFuture<List<RecordResult>> send(List<PendingRecord> records) {
        Request request = new Request(records, new CompletableFuture<>());
        requests.add(request);
        return request.answer();
    }

    List<Request> requests() {
        return requests;
    }

    Request request(int index) {
        return requests.get(index);
    }

    /** Returns the names of the records of each request, in order, separated by blanks. */
    List<String> sent() {
        return requests.stream().map(Request::names).toList();
    }

    record Request(List<PendingRecord> records, CompletableFuture<List<RecordResult>> answer) {

        String names() {
            return records.stream().map(Recorded::name).collect(Collectors.joining(" "));
        }

        void answerAll(RecordResult result) {
            answer.complete(
                    IntStream.range(0, records.size()).mapToObj(i -> result).toList());
        }

        /** Answers that the records at these indexes failed so, and that the others were delivered. */
        void answer(RecordResult failure, Integer... failed) {
            Set<Integer> indexes = Set.of(failed);
            answer.complete(IntStream.range(0, records.size())
                    .mapToObj(i -> indexes.contains(i) ? failure : DELIVERED)
                    .toList());
        }
    }
}
