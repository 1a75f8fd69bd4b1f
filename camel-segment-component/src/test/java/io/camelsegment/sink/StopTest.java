package io.camelsegment.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.camelsegment.delivery.DeliveryException;
import io.camelsegment.delivery.MemoryBudget;
import io.camelsegment.localaws.LocalAws;
import io.camelsegment.localaws.LocalAwsExtension;
import io.camelsegment.testing.CapturedLog;
import io.camelsegment.testing.OwnJvm;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.camel.AsyncProducer;
import org.apache.camel.Exchange;
import org.apache.camel.builder.ExchangeBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A context that stops while AWS does not take its records. */
@ExtendWith(LocalAwsExtension.class)
@OwnJvm("the log")
class StopTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int STREAMS = 20;

    private LocalAws aws;

    @BeforeEach
    void reset(LocalAws localAws) {
        aws = localAws;
        aws.reset();
    }

    @Test
    void givesAllStreamsOneTimeAndEndsEveryRecord() throws Exception {
        DefaultCamelContext context = new DefaultCamelContext();
        context.start();
        List<CompletableFuture<Exchange>> sent = sendToSilence(context);
        MemoryBudget budget = SharedBeans.memoryBudget(context);
        long before = System.nanoTime();

        context.stop();

        assertThat(Duration.ofNanos(System.nanoTime() - before))
                .as("far less than a STOP_TIME for each of " + STREAMS)
                .isBetween(Senders.STOP_TIME, Senders.STOP_TIME.multipliedBy(4));
        assertAllStopped(sent);
        assertThat(budget.heldBytes()).isZero();
    }

    @Test
    void closesConnectionsWithCallsUnderWayWithoutAComplaint() throws Exception {
        DefaultCamelContext context = new DefaultCamelContext();
        context.start();
        List<CompletableFuture<Exchange>> sent = sendToSilence(context);

        List<String> log = CapturedLog.of(() -> {
            Senders.of(context).giveUp();
            context.stop();
        });

        assertAllStopped(sent);
        assertThat(log).anyMatch(line -> line.contains("All streams stopped"));
        assertThat(log).noneMatch(line -> line.contains("Exception"));
    }

    private List<CompletableFuture<Exchange>> sendToSilence(DefaultCamelContext context) throws Exception {
        aws.faults().on("PutRecords").neverAnswer();
        List<CompletableFuture<Exchange>> sent = new ArrayList<>();
        for (int i = 0; i < STREAMS; i++) {
            aws.createStream("stream" + i, 1);
            AsyncProducer producer = context.getEndpoint("segment-kinesis:stream" + i
                            + "?accessKey=AKIDTEST&secretKey=SECRETTEST&ordering=none&batchRecords=1"
                            + "&uriEndpointOverride=" + aws.endpoint())
                    .createAsyncProducer();
            context.addService(producer);
            for (int record = 0; record < 20; record++) {
                Exchange exchange =
                        ExchangeBuilder.anExchange(context).withBody("{}").build();
                CompletableFuture<Exchange> done = new CompletableFuture<>();
                producer.process(exchange, doneSync -> done.complete(exchange));
                sent.add(done);
            }
        }
        await().atMost(PATIENCE).until(() -> aws.calls().of("PutRecords").calls() >= STREAMS);
        return sent;
    }

    private static void assertAllStopped(List<CompletableFuture<Exchange>> sent) throws Exception {
        for (CompletableFuture<Exchange> one : sent) {
            assertThat(one.get(PATIENCE.toSeconds(), TimeUnit.SECONDS).getException())
                    .isInstanceOfSatisfying(DeliveryException.class, failure -> {
                        assertThat(failure.getErrorCode()).isEqualTo("Stopped");
                        assertThat(failure.isRetryable()).isTrue();
                    });
        }
    }
}
