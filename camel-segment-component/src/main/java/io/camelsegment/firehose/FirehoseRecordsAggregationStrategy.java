package io.camelsegment.firehose;

import io.camelsegment.aws.RecordsAggregationStrategy;
import io.camelsegment.event.SegmentEvent;
import org.apache.camel.Exchange;
import org.apache.camel.InvalidPayloadException;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.firehose.model.Record;

/**
 * Aggregates events, each with its newline, into the list that {@code aws2-kinesis-firehose?operation=sendBatchRecord}
 * sends. An aggregator completes the Exchange of each event at once, so the sender gets its response before AWS has the
 * event; and that producer does not notice single records that Firehose refused. {@code segment-firehose} has neither
 * drawback. Thread-safe.
 */
public final class FirehoseRecordsAggregationStrategy extends RecordsAggregationStrategy<Record> {

    public FirehoseRecordsAggregationStrategy() {
        super(FirehoseLimits.LIMITS);
    }

    @Override
    protected Record record(Exchange exchange) throws InvalidPayloadException {
        Object body = exchange.getIn().getBody();
        byte[] line = body instanceof SegmentEvent event
                ? event.jsonLine()
                : FirehoseLine.of(exchange.getIn().getMandatoryBody(byte[].class));
        return Record.builder().data(SdkBytes.fromByteArrayUnsafe(line)).build();
    }

    @Override
    protected int size(Exchange exchange, Record record) {
        return record.data().asByteArrayUnsafe().length;
    }
}
