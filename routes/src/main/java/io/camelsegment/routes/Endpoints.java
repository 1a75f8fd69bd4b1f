package io.camelsegment.routes;

import org.apache.camel.AsyncProducer;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.FailedToCreateProducerException;
import org.apache.camel.support.PluginHelper;

/** What this package does with endpoints from Java code, the way {@code to} does it in a route. */
final class Endpoints {

    private Endpoints() {}

    /**
     * Creates a producer that gives an exchange a unit of work if it has none, as a copy.
     *
     * @throws FailedToCreateProducerException if the endpoint cannot make one
     */
    static AsyncProducer createProducer(CamelContext camelContext, String uri) {
        return PluginHelper.getInternalProcessorFactory(camelContext)
                .createUnitOfWorkProducer(createPlainProducer(camelContext, uri));
    }

    /**
     * Creates a producer for exchanges that have a unit of work.
     *
     * @throws FailedToCreateProducerException if the endpoint cannot make one
     */
    static AsyncProducer createPlainProducer(CamelContext camelContext, String uri) {
        Endpoint endpoint = camelContext.getEndpoint(uri);
        try {
            return new SentProducer(endpoint, endpoint.createAsyncProducer());
        } catch (Exception e) {
            throw new FailedToCreateProducerException(endpoint, e);
        }
    }
}
