package io.camelsegment.routes;

import io.camelsegment.BatchFailure;
import io.camelsegment.SegmentBatch;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.support.DefaultAsyncProducer;
import org.apache.camel.support.DefaultComponent;
import org.apache.camel.support.DefaultEndpoint;

/** Stands for an asynchronous sink with any options: keeps each exchange until the test completes it. */
final class HeldComponent extends DefaultComponent {

    /** An exchange at a sink, not yet done. */
    record Held(String uri, Map<String, Object> options, Exchange exchange, AsyncCallback callback) {

        void succeed() {
            callback.done(false);
        }

        void fail(Exception exception) {
            exchange.setException(exception);
            callback.done(false);
        }

        /** Fails as a sink does that could not deliver the events with these messageIds. */
        void failWith(String... messageIds) {
            SegmentBatch batch = exchange.getMessage().getBody(SegmentBatch.class);
            BatchFailure.fail(
                    exchange, new IllegalStateException("throttled"), batch.filter(event -> List.of(messageIds)
                            .contains(event.messageId())));
            callback.done(false);
        }
    }

    final Queue<Held> held = new ConcurrentLinkedQueue<>();

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) {
        Map<String, Object> options = Map.copyOf(parameters);
        parameters.clear();
        return new HeldEndpoint(uri, remaining, options);
    }

    private final class HeldEndpoint extends DefaultEndpoint {
        private final String path;
        private final Map<String, Object> options;

        HeldEndpoint(String uri, String path, Map<String, Object> options) {
            super(uri, HeldComponent.this);
            this.path = path;
            this.options = options;
        }

        @Override
        public Producer createProducer() {
            return new DefaultAsyncProducer(this) {
                @Override
                public boolean process(Exchange exchange, AsyncCallback callback) {
                    if (path.equals("done")) {
                        callback.done(true);
                        return true;
                    }
                    held.add(new Held(path, options, exchange, callback));
                    return false;
                }
            };
        }

        @Override
        public Consumer createConsumer(Processor processor) {
            throw new UnsupportedOperationException("a sink only");
        }
    }
}
