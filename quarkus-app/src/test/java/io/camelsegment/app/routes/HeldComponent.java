package io.camelsegment.app.routes;

import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.spi.IdempotentRepository;
import org.apache.camel.support.DefaultAsyncProducer;
import org.apache.camel.support.DefaultComponent;
import org.apache.camel.support.DefaultConsumer;
import org.apache.camel.support.DefaultEndpoint;

/**
 * Stands for an asynchronous sink: keeps each exchange until the test completes it. As a source it hands out the
 * consumer, so that the test can put exchanges in. It takes any option and remembers the values.
 */
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
    }

    final Queue<Held> held = new ConcurrentLinkedQueue<>();
    final Queue<Consumer> consumers = new ConcurrentLinkedQueue<>();

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        Options options = new Options();
        setProperties(options, parameters);
        return new HeldEndpoint(uri, remaining, options);
    }

    /** What the tests set on an endpoint. */
    public static final class Options {
        private String writeKey;
        private String region;
        private String roleAddress;
        private String secretId;
        private String uriEndpointOverride;
        private boolean overrideEndpoint;
        private boolean useMessageId;
        private String exchange;
        private boolean useEventLoop;
        private boolean deduplicate;
        private IdempotentRepository idempotentRepository;

        public void setExchange(String exchange) {
            this.exchange = exchange;
        }

        public void setUseEventLoop(boolean useEventLoop) {
            this.useEventLoop = useEventLoop;
        }

        public void setDeduplicate(boolean deduplicate) {
            this.deduplicate = deduplicate;
        }

        public void setIdempotentRepository(IdempotentRepository idempotentRepository) {
            this.idempotentRepository = idempotentRepository;
        }

        public void setWriteKey(String writeKey) {
            this.writeKey = writeKey;
        }

        public void setRegion(String region) {
            this.region = region;
        }

        public void setRoleAddress(String roleAddress) {
            this.roleAddress = roleAddress;
        }

        public void setSecretId(String secretId) {
            this.secretId = secretId;
        }

        public void setUriEndpointOverride(String uriEndpointOverride) {
            this.uriEndpointOverride = uriEndpointOverride;
        }

        public void setOverrideEndpoint(boolean overrideEndpoint) {
            this.overrideEndpoint = overrideEndpoint;
        }

        public void setUseMessageId(boolean useMessageId) {
            this.useMessageId = useMessageId;
        }

        Map<String, Object> asMap() {
            Map<String, Object> map = new java.util.TreeMap<>();
            map.put("writeKey", writeKey);
            map.put("region", region);
            map.put("roleAddress", roleAddress);
            map.put("secretId", secretId);
            map.put("uriEndpointOverride", uriEndpointOverride);
            map.put("overrideEndpoint", overrideEndpoint);
            map.put("useMessageId", useMessageId);
            map.put("exchange", exchange);
            map.put("useEventLoop", useEventLoop);
            map.put("deduplicate", deduplicate);
            map.put("idempotentRepository", idempotentRepository);
            map.values().removeIf(value -> value == null || Boolean.FALSE.equals(value));
            return map;
        }
    }

    final class HeldEndpoint extends DefaultEndpoint {
        private final String path;
        private final Options options;

        HeldEndpoint(String uri, String path, Options options) {
            super(uri, HeldComponent.this);
            this.path = path;
            this.options = options;
        }

        Map<String, Object> options() {
            return options.asMap();
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
                    held.add(new Held(path, options.asMap(), exchange, callback));
                    return false;
                }
            };
        }

        @Override
        public Consumer createConsumer(Processor processor) {
            Consumer consumer = new DefaultConsumer(this, processor);
            consumers.add(consumer);
            return consumer;
        }
    }
}
