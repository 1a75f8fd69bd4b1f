package io.camelsegment.thirdsink;

import io.camelsegment.delivery.BatchingSettings;
import io.camelsegment.delivery.CallLimit;
import io.camelsegment.delivery.Ordering;
import io.camelsegment.delivery.PendingRecord;
import io.camelsegment.delivery.RecordCallback;
import io.camelsegment.delivery.RecordResult;
import io.camelsegment.delivery.ServiceLimits;
import io.camelsegment.event.SegmentEvent;
import io.camelsegment.sink.Senders;
import io.camelsegment.sink.SinkConnection;
import io.camelsegment.sink.SinkEndpoint;
import io.camelsegment.sink.StreamName;
import java.time.Duration;
import org.apache.camel.Consumer;
import org.apache.camel.InvalidPayloadException;
import org.apache.camel.Message;
import org.apache.camel.Processor;

/** Delivers to one queue of a service that takes ten messages a request. */
final class QueueEndpoint extends SinkEndpoint {

    static final String INTEGRATION = "Test Queue";
    static final String ID_HEADER = "CamelTestQueueMessageId";

    private static final ServiceLimits LIMITS = new ServiceLimits("Queue", 10, 256 << 10, 64 << 10);

    private final String queue;
    private final QueueService service;

    QueueEndpoint(String uri, QueueComponent component, String queue, QueueService service) {
        super(uri, component);
        this.queue = queue;
        this.service = service;
    }

    @Override
    protected StreamName streamName() {
        return new StreamName("queue", "here", queue);
    }

    @Override
    protected String streamId() {
        return "queue\n" + queue;
    }

    @Override
    protected Object connectionKey() {
        return streamId();
    }

    @Override
    protected ServiceLimits limits() {
        return LIMITS;
    }

    @Override
    protected BatchingSettings batching() {
        return new BatchingSettings(
                10,
                256 << 10,
                Duration.ofMillis(20),
                false,
                2,
                Duration.ofSeconds(5),
                Duration.ofSeconds(10),
                Ordering.NONE);
    }

    @Override
    protected String integrationName() {
        return INTEGRATION;
    }

    @Override
    protected SinkConnection connect(Senders senders) {
        return new SinkConnection(service.queue(queue), new CallLimit(4), service::closed);
    }

    @Override
    protected PendingRecord record(Message message, RecordCallback callback, int index) throws InvalidPayloadException {
        byte[] data = message.getMandatoryBody(byte[].class);
        return new PendingRecord(data, null, data.length, message.getBody() instanceof SegmentEvent, callback, index);
    }

    @Override
    protected void setHeaders(Message message, RecordResult result) {
        message.setHeader(ID_HEADER, result.recordId());
    }

    @Override
    public Consumer createConsumer(Processor processor) {
        throw new UnsupportedOperationException("test-queue only delivers");
    }
}
