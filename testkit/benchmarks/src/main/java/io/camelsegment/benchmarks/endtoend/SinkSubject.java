package io.camelsegment.benchmarks.endtoend;

import org.apache.camel.AsyncProducer;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;

/**
 * The Kinesis sink alone, fed with ready records.
 *
 * <p>Arguments: the endpoint of the stand-in for AWS, {@code packed} or {@code unpacked}.
 */
public final class SinkSubject {

    private SinkSubject() {}

    public static void main(String[] arguments) throws Exception {
        CamelContext context = new DefaultCamelContext();
        context.start();
        String packing = arguments[1].equals("packed") ? "&packing=KPL" : "";
        AsyncProducer producer = context.getEndpoint(
                        "segment-kinesis:events?overrideEndpoint=true&trustAllCertificates=true"
                                + "&accessKey=bench&secretKey=bench&uriEndpointOverride=" + arguments[0] + packing)
                .createAsyncProducer();
        producer.start();
        new RecordFeed().run((key, data, done) -> send(producer, key, data, done));
        producer.stop();
        context.stop();
    }

    private static void send(AsyncProducer producer, String key, byte[] data, Runnable done) {
        Exchange exchange = producer.getEndpoint().createExchange();
        exchange.getIn().setHeader("CamelAwsKinesisPartitionKey", key);
        exchange.getIn().setBody(data);
        producer.process(exchange, doneSync -> {
            if (exchange.getException() != null) {
                throw new IllegalStateException(exchange.getException());
            }
            done.run();
        });
    }
}
