package io.camelsegment.aws;

import io.camelsegment.SegmentBatch;
import io.camelsegment.delivery.ServiceLimits;
import java.util.ArrayList;
import org.apache.camel.AggregationStrategy;
import org.apache.camel.Exchange;
import org.apache.camel.InvalidPayloadException;
import org.apache.camel.RuntimeCamelException;

/**
 * Aggregates records into the list that a stock AWS producer sends, and completes it before a record that would exceed
 * the service's limits. The aggregated Exchange keeps the headers of the first one. The aggregator needs a completion
 * interval or timeout for the last list. Thread-safe.
 *
 * @param <R> the elements of the list
 */
public abstract class RecordsAggregationStrategy<R> implements AggregationStrategy {

    private final ServiceLimits limits;

    protected RecordsAggregationStrategy(ServiceLimits limits) {
        this.limits = limits;
    }

    /** Returns the record of an Exchange. */
    protected abstract R record(Exchange exchange) throws InvalidPayloadException;

    /** Returns the size of an Exchange's record in bytes, as the service counts them. */
    protected abstract int size(Exchange exchange, R record);

    @Override
    public boolean canPreComplete() {
        return true;
    }

    @Override
    public boolean preComplete(Exchange gathered, Exchange next) {
        if (gathered == null) {
            return false;
        }
        Records<R> records = records(gathered);
        return records.size() >= limits.batchRecords()
                || records.bytes + size(next, recordOf(next)) > limits.batchBytes();
    }

    @Override
    public Exchange aggregate(Exchange gathered, Exchange next) {
        R record = recordOf(next);
        int size = size(next, record);
        Exchange first = gathered == null ? next : gathered;
        Records<R> records = gathered == null ? new Records<>() : records(gathered);
        records.add(record);
        records.bytes += size;
        first.getIn().setBody(records);
        return first;
    }

    private R recordOf(Exchange exchange) {
        if (exchange.getIn().getBody() instanceof SegmentBatch) {
            throw SegmentBatch.needsOneEvent(getClass().getSimpleName());
        }
        try {
            return record(exchange);
        } catch (InvalidPayloadException e) {
            throw RuntimeCamelException.wrapRuntimeCamelException(e);
        }
    }

    @SuppressWarnings("unchecked") // set by aggregate, and nobody else sees the gathered Exchange before it is complete
    private Records<R> records(Exchange gathered) {
        return (Records<R>) gathered.getIn().getBody();
    }

    private static final class Records<R> extends ArrayList<R> {
        private static final long serialVersionUID = 1L;
        private long bytes;
    }
}
