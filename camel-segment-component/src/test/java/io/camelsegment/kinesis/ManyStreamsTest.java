package io.camelsegment.kinesis;

import static org.assertj.core.api.Assertions.assertThat;

import io.camelsegment.localaws.CallStatistics;
import io.camelsegment.localaws.LocalAws;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.camel.AsyncProducer;
import org.apache.camel.Exchange;
import org.apache.camel.builder.ExchangeBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;

/** More streams than an AWS client has connections. */
class ManyStreamsTest {

    private static final int CONNECTIONS = 256;

    @Test
    void fillTheBatchOfAStreamThatWaitsForItsTurn() throws Exception {
        try (LocalAws aws = LocalAws.start();
                DefaultCamelContext context = new DefaultCamelContext()) {
            context.start();
            List<AsyncProducer> producers = new ArrayList<>();
            for (int i = 0; i <= CONNECTIONS; i++) {
                aws.createStream("events" + i, 1);
                AsyncProducer producer = context.getEndpoint("segment-kinesis:events" + i
                                + "?accessKey=AKIDTEST&secretKey=SECRETTEST&lingerTime=0&maxInFlightRequests=1"
                                + "&uriEndpointOverride=" + aws.endpoint())
                        .createAsyncProducer();
                producer.start();
                producers.add(producer);
            }
            CompletableFuture<Void> release = new CompletableFuture<>();
            aws.faults().on("PutRecords").holdUntil(release);

            List<CompletableFuture<Exchange>> sent = new ArrayList<>();
            for (int i = 0; i < CONNECTIONS; i++) {
                sent.add(send(context, producers.get(i)));
            }
            for (int i = 0; i < 20; i++) {
                sent.add(send(context, producers.get(CONNECTIONS)));
            }
            release.complete(null);

            for (CompletableFuture<Exchange> one : sent) {
                assertThat(one.get(60, TimeUnit.SECONDS).getException()).isNull();
            }
            CallStatistics puts = aws.calls().of("PutRecords");
            assertThat(aws.stream("events" + CONNECTIONS).recordCount()).isEqualTo(20);
            assertThat(puts.calls()).as("one of each stream").isEqualTo(CONNECTIONS + 1);
        }
    }

    private static CompletableFuture<Exchange> send(DefaultCamelContext context, AsyncProducer producer) {
        Exchange exchange =
                ExchangeBuilder.anExchange(context).withBody(new byte[] {1}).build();
        return producer.processAsync(exchange);
    }
}
