package io.camelsegment.routes;

import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultAsyncProducer;
import org.apache.camel.support.service.ServiceHelper;

/** Sends each event to the streams of the table that is in force at its endpoint. Thread-safe. */
final class SegmentMappingProducer extends DefaultAsyncProducer {

    private final SegmentMappingEndpoint endpoint;
    private StreamMapping mapping;

    SegmentMappingProducer(SegmentMappingEndpoint endpoint) {
        super(endpoint);
        this.endpoint = endpoint;
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        return mapping.process(exchange, callback);
    }

    @Override
    protected void doInit() throws Exception {
        super.doInit();
        if (mapping != null) {
            return; // the route starts again
        }
        mapping = new StreamMapping(
                endpoint.getCamelContext(), endpoint.getName(), endpoint.sinkUri(), endpoint.getUnmapped());
        endpoint.add(mapping);
        ServiceHelper.initService(mapping);
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        ServiceHelper.startService(mapping);
    }

    @Override
    protected void doStop() throws Exception {
        ServiceHelper.stopService(mapping);
        super.doStop();
    }

    @Override
    protected void doShutdown() throws Exception {
        endpoint.remove(mapping);
        ServiceHelper.stopAndShutdownService(mapping);
        mapping = null;
        super.doShutdown();
    }
}
