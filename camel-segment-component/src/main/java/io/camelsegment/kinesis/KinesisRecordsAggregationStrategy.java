package io.camelsegment.kinesis;

import io.camelsegment.aws.RecordsAggregationStrategy;
import io.camelsegment.event.SegmentEvent;
import java.nio.charset.StandardCharsets;
import org.apache.camel.Exchange;
import org.apache.camel.InvalidPayloadException;

/**
 * Aggregates events into the list that {@code aws2-kinesis} sends as one batch. That producer gives a batch one
 * partition key, so aggregate by {@code header("CamelAwsKinesisPartitionKey")}. An aggregator completes the Exchange of
 * each event at once, so the sender gets its response before AWS has the event. {@code segment-kinesis} has neither
 * drawback. Thread-safe.
 */
public final class KinesisRecordsAggregationStrategy extends RecordsAggregationStrategy<byte[]> {

    public KinesisRecordsAggregationStrategy() {
        super(KinesisLimits.LIMITS);
    }

    @Override
    protected byte[] record(Exchange exchange) throws InvalidPayloadException {
        Object body = exchange.getIn().getBody();
        return body instanceof SegmentEvent event
                ? event.json()
                : exchange.getIn().getMandatoryBody(byte[].class);
    }

    @Override
    protected int size(Exchange exchange, byte[] record) {
        String key = exchange.getIn().getHeader(SegmentKinesisConstants.PARTITION_KEY, "", String.class);
        return record.length + key.getBytes(StandardCharsets.UTF_8).length;
    }
}
