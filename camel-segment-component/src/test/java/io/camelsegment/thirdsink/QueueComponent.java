package io.camelsegment.thirdsink;

import java.util.Map;
import org.apache.camel.Endpoint;
import org.apache.camel.support.DefaultComponent;

/** Creates {@code test-queue:} endpoints, which deliver to a {@link QueueService}. */
public final class QueueComponent extends DefaultComponent {

    private final QueueService service;

    QueueComponent(QueueService service) {
        this.service = service;
    }

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) {
        return new QueueEndpoint(uri, this, remaining, service);
    }
}
