package io.camelsegment.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.camelsegment.localaws.Fault;
import io.camelsegment.localaws.LocalAws;
import io.camelsegment.localaws.LocalAwsExtension;
import io.camelsegment.testing.SilencingProxy;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Exchange;
import org.apache.camel.builder.ExchangeBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Connections to AWS that die silently: they take what is sent, and no answer ever comes. */
@Execution(ExecutionMode.CONCURRENT)
class DeadConnectionsTest {

    private static final int CONNECTIONS = 5;

    @RegisterExtension
    final LocalAwsExtension ofEachTest = new LocalAwsExtension();

    private final DefaultCamelContext context = new DefaultCamelContext();
    private LocalAws aws;
    private SilencingProxy proxy;

    @BeforeEach
    void start(LocalAws localAws) throws IOException {
        aws = localAws;
        aws.createStream("events", 2);
        aws.createDeliveryStream("events");
        proxy = new SilencingProxy(aws.endpoint());
        context.start();
    }

    @AfterEach
    void stop() throws IOException {
        context.stop();
        proxy.close();
    }

    private CompletableFuture<Exchange> send(String scheme) {
        String uri = scheme + ":events?accessKey=A&secretKey=S&lingerTime=0s&ordering=NONE&batchRecords=1"
                + "&requestTimeout=3s&uriEndpointOverride=" + proxy.endpoint();
        return context.createProducerTemplate()
                .asyncSend(
                        uri, ExchangeBuilder.anExchange(context).withBody("{}").build());
    }

    /** Leaves idle connections behind: five, or fewer if the machine is so busy that a call times out. */
    private void openConnections(String scheme, String action) throws Exception {
        CompletableFuture<Void> release = new CompletableFuture<>();
        Fault held = aws.faults().on(action).times(CONNECTIONS).holdUntil(release); // so that none is used twice
        List<CompletableFuture<Exchange>> sent = new ArrayList<>();
        for (int i = 0; i < CONNECTIONS; i++) {
            sent.add(send(scheme));
        }
        await().atMost(Duration.ofSeconds(30)).until(() -> held.hits() == CONNECTIONS);
        release.complete(null);
        for (CompletableFuture<Exchange> one : sent) {
            assertThat(one.get(30, TimeUnit.SECONDS).getException()).isNull();
        }
        assertThat(proxy.open()).isGreaterThan(1);
    }

    @ParameterizedTest
    @CsvSource({"segment-kinesis, PutRecords", "segment-firehose, PutRecordBatch"})
    void costOneTimeLimitHoweverManyTheyAre(String scheme, String action) throws Exception {
        openConnections(scheme, action);
        proxy.silence();

        assertThat(send(scheme).get(30, TimeUnit.SECONDS).getException()).isNull();
        assertThat(send(scheme).get(30, TimeUnit.SECONDS).getException()).isNull();

        assertThat(proxy.swallowed()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"segment-kinesis, PutRecords", "segment-firehose, PutRecordBatch"})
    void costNothingAfterAPause(String scheme, String action) throws Exception {
        openConnections(scheme, action);
        proxy.silence();
        await().atMost(Duration.ofSeconds(30)).until(() -> proxy.open() == 0);

        assertThat(send(scheme).get(30, TimeUnit.SECONDS).getException()).isNull();

        assertThat(proxy.swallowed()).isZero();
    }
}
