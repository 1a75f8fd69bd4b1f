package io.camelsegment.aws;

import io.camelsegment.delivery.BatchTransport;
import io.camelsegment.delivery.PendingRecord;
import io.camelsegment.delivery.RecordResult;
import io.camelsegment.delivery.Verdict;
import io.camelsegment.sink.CallSpans;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/**
 * Sends a batch of events as packed records. Records that exceed one request in number or bytes go in several, one
 * after the other; events behind an unstored event of their partition key are then not sent. Each event gets the result
 * of its record. Thread-safe.
 *
 * <p>Within a request, events of one partition key are in records of one partition key, so that sending these records
 * one by one keeps the order of the events, too.
 */
public final class PackingTransport implements BatchTransport {

    /** Most events in a batch: enough to fill its bytes with small events. */
    public static final int MAX_EVENTS = 10_000;

    private static final RecordResult NOT_SENT = RecordResult.unsent("no time was left to send it in one more request");

    private final BatchTransport transport;
    private final Packer packer;
    private final int requestRecords;
    private final int requestBytes;
    private final boolean traced;

    /**
     * Creates a transport.
     *
     * @param transport      sends the packed records
     * @param requestRecords most packed records in one request
     * @param requestBytes   most bytes in one request
     * @param traced         whether packed records belong to the traces of their events
     */
    public PackingTransport(
            BatchTransport transport, Packer packer, int requestRecords, int requestBytes, boolean traced) {
        this.transport = transport;
        this.packer = packer;
        this.requestRecords = requestRecords;
        this.requestBytes = requestBytes;
        this.traced = traced;
    }

    @Override
    public CompletableFuture<List<RecordResult>> send(List<PendingRecord> events) {
        Sending sending = new Sending(events);
        sending.answer.attempt(sending::sendNext);
        return sending.answer;
    }

    @Override
    public int recordBytes(int size, int usual) {
        return transport.recordBytes(size, usual);
    }

    @Override
    public String warning() {
        return transport.warning();
    }

    @Override
    public String hotPartition(String partition, String facts) {
        return transport.hotPartition(partition, facts);
    }

    /** A batch in flight. Its requests go one after the other, so no state but {@code stopped} is shared by threads. */
    private final class Sending {

        private final List<PendingRecord> events;
        private final RecordResult[] results;
        private final Deque<List<PackedRecord>> requests = new ArrayDeque<>();
        private final Set<String> heldBack = new HashSet<>();
        private final BatchAnswer answer = new BatchAnswer();
        private RecordResult parkedBy;
        private volatile boolean stopped;

        Sending(List<PendingRecord> events) {
            this.events = events;
            this.results = new RecordResult[events.size()];
            divide(packer.pack(events));
        }

        private void divide(List<PackedRecord> packed) {
            List<PackedRecord> request = new ArrayList<>();
            Map<String, String> recordKeys = new HashMap<>(); // by the events' keys
            long bytes = 0;
            for (PackedRecord one : packed) {
                if (traced) {
                    one.record().setTraceParents(CallSpans.traceParents(eventsOf(one)));
                }
                String recordKey = one.record().partitionKey();
                int size = one.record().size();
                boolean fits = request.size() < requestRecords
                        && bytes + size <= requestBytes
                        && keys(one)
                                .allMatch(key ->
                                        recordKeys.getOrDefault(key, recordKey).equals(recordKey));
                if (!fits && !request.isEmpty()) {
                    requests.add(request);
                    request = new ArrayList<>();
                    recordKeys.clear();
                    bytes = 0;
                }
                request.add(one);
                keys(one).forEach(key -> recordKeys.put(key, recordKey));
                bytes += size;
            }
            requests.add(request);
        }

        private Iterable<PendingRecord> eventsOf(PackedRecord packed) {
            return () -> Arrays.stream(packed.members()).mapToObj(events::get).iterator();
        }

        void sendNext() {
            List<PackedRecord> request = nextRequest();
            if (request.isEmpty()) {
                end();
                return;
            }
            CompletableFuture<List<RecordResult>> call = call(request);
            answer.onCancel(() -> {
                stopped = true;
                call.cancel(true);
            });
            var unused = call.whenComplete(
                    (answered, error) -> answer.attempt(() -> answered(request, results(request, answered, error))));
        }

        private CompletableFuture<List<RecordResult>> call(List<PackedRecord> request) {
            try {
                return transport.send(request.stream().map(PackedRecord::record).toList());
            } catch (Throwable e) { // the results of the requests before are to be kept
                return CompletableFuture.failedFuture(e);
            }
        }

        private List<PackedRecord> nextRequest() {
            while (!stopped && !requests.isEmpty()) {
                List<PackedRecord> request = requests.remove();
                if (!heldBack.isEmpty()) {
                    request = withoutHeldBack(request);
                }
                if (!request.isEmpty()) {
                    return request;
                }
            }
            return List.of();
        }

        private List<PackedRecord> withoutHeldBack(List<PackedRecord> request) {
            List<PackedRecord> rest = new ArrayList<>(request.size());
            for (PackedRecord packed : request) {
                if (keys(packed).anyMatch(heldBack::contains)) {
                    all(packed, SinglePuts.HELD_BACK);
                    keys(packed).forEach(heldBack::add);
                } else {
                    rest.add(packed);
                }
            }
            return rest;
        }

        /** Returns the partition keys of those events in a packed record that have one. */
        private Stream<String> keys(PackedRecord packed) {
            return Arrays.stream(packed.members())
                    .mapToObj(member -> events.get(member).partitionKey())
                    .filter(Objects::nonNull);
        }

        private List<RecordResult> results(List<PackedRecord> request, List<RecordResult> answered, Throwable error) {
            if (error == null && answered != null && answered.size() == request.size()) {
                return answered;
            }
            RecordResult failure;
            if (error == null) {
                String message =
                        "expected " + request.size() + " results, got " + (answered == null ? "none" : answered.size());
                failure = RecordResult.failed(Verdict.RETRY, "ResponseMismatch", message);
            } else if (error instanceof CancellationException) {
                failure = RecordResult.failed(Verdict.RETRY, "RequestTimeout", "no answer in time");
            } else {
                failure = ErrorClassifier.call(error, 1);
            }
            return request.stream().map(packed -> failure).toList();
        }

        private void answered(List<PackedRecord> request, List<RecordResult> answered) {
            if (request.size() > 1 && answered.stream().anyMatch(result -> result.verdict() == Verdict.SPLIT)) {
                int half = request.size() / 2;
                requests.addFirst(request.subList(half, request.size()));
                requests.addFirst(request.subList(0, half));
                sendNext();
                return;
            }
            List<CompletableFuture<Void>> unpacked = new ArrayList<>(request.size());
            for (int i = 0; i < request.size(); i++) {
                PackedRecord packed = request.get(i);
                all(packed, answered.get(i)); // unless unpacking knows better
                unpacked.add(unpack(packed, answered.get(i)));
            }
            var unused = CompletableFuture.allOf(unpacked.toArray(CompletableFuture[]::new))
                    .whenComplete((done, error) -> answer.attempt(() -> {
                        request.forEach(this::note);
                        sendNext();
                    }));
        }

        private CompletableFuture<Void> unpack(PackedRecord packed, RecordResult result) {
            CompletableFuture<List<RecordResult>> unpacked;
            try {
                unpacked = packer.unpack(events, packed, result);
            } catch (Throwable e) {
                unpacked = CompletableFuture.failedFuture(e);
            }
            return unpacked.handle((each, error) -> {
                RecordResult broken = RecordResult.ofError(error);
                if (broken != null) {
                    all(packed, broken);
                } else if (error == null) {
                    for (int member = 0; member < each.size(); member++) {
                        results[packed.members()[member]] = each.get(member);
                    }
                }
                return null;
            });
        }

        private void note(PackedRecord packed) {
            for (int member : packed.members()) {
                switch (results[member].verdict()) {
                    case DELIVERED, BROKEN, FAIL, SPLIT -> {}
                    case RETRY, THROTTLED, UNSENT -> {
                        if (events.get(member).partitionKey() != null) {
                            heldBack.add(events.get(member).partitionKey());
                        }
                    }
                    case PARK -> {
                        parkedBy = results[member];
                        stopped = true;
                    }
                }
            }
        }

        private void all(PackedRecord packed, RecordResult result) {
            for (int member : packed.members()) {
                results[member] = result;
            }
        }

        private void end() {
            RecordResult unsent = parkedBy == null ? NOT_SENT : parkedBy;
            answer.complete(Arrays.stream(results)
                    .map(result -> result == null ? unsent : result)
                    .toList());
        }
    }
}
