package io.camelsegment.routes;

import io.camelsegment.delivery.BatchTransport;
import io.camelsegment.delivery.PendingRecord;
import io.camelsegment.delivery.RecordResult;
import io.camelsegment.delivery.Verdict;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.apache.camel.AsyncProducer;
import org.apache.camel.Exchange;

/**
 * Sends a batch through a producer of Camel: one list for each partition key. A failure concerns the records of its
 * list, and none is sent again here, since nobody knows which of them were stored. Thread-safe.
 */
final class StockTransport implements BatchTransport {

    private final StockService service;
    private final AsyncProducer producer;
    private final Executor executor;

    /**
     * @param producer a started one; may hold its thread
     * @param executor for the producer
     */
    StockTransport(StockService service, AsyncProducer producer, Executor executor) {
        this.service = service;
        this.producer = producer;
        this.executor = executor;
    }

    @Override
    public CompletableFuture<List<RecordResult>> send(List<PendingRecord> records) {
        Map<String, List<Integer>> indexesByKey = new LinkedHashMap<>();
        for (int i = 0; i < records.size(); i++) {
            indexesByKey
                    .computeIfAbsent(records.get(i).partitionKey(), key -> new ArrayList<>())
                    .add(i);
        }
        RecordResult[] results = new RecordResult[records.size()];
        List<CompletableFuture<?>> lists = new ArrayList<>();
        for (List<Integer> indexes : indexesByKey.values()) {
            List<PendingRecord> list = indexes.stream().map(records::get).toList();
            lists.add(CompletableFuture.supplyAsync(() -> sendList(list), executor)
                    .exceptionally(failure -> failed(failure, list.size()))
                    .thenAccept(ofList -> {
                        for (int i = 0; i < ofList.size(); i++) {
                            results[indexes.get(i)] = ofList.get(i);
                        }
                    }));
        }
        return CompletableFuture.allOf(lists.toArray(CompletableFuture[]::new))
                .thenApply(done -> Arrays.asList(results));
    }

    private List<RecordResult> sendList(List<PendingRecord> list) {
        Exchange exchange = producer.getEndpoint().createExchange();
        service.fill(exchange.getIn(), list);
        producer.processAsync(exchange).join();
        return exchange.getException() == null
                ? service.results(exchange, list.size())
                : failed(exchange.getException(), list.size());
    }

    private static List<RecordResult> failed(Throwable failure, int size) {
        RecordResult ofError = RecordResult.ofError(failure);
        return Collections.nCopies(
                size,
                ofError != null
                        ? ofError
                        : RecordResult.failed(Verdict.FAIL, failure.getClass().getSimpleName(), failure.getMessage()));
    }
}
