package io.camelsegment.benchmarks.endtoend;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.camel.Exchange;
import org.apache.camel.builder.AggregationStrategies;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.jackson.JacksonDataFormat;
import org.apache.camel.main.Main;
import org.apache.camel.model.ProcessorDefinition;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kinesis.KinesisClient;

/**
 * A collector built from stock Camel components, with their fastest settings: no stream caching, no JMX, and enough
 * threads and connections that none of them is the bottleneck. No pooled exchanges: with them, requests failed under
 * load with Camel 4.17. It normalises nothing and checks no write key.
 *
 * <p>Arguments: the port, the port of the stand-in for AWS, the {@link Form}.
 */
public final class StockCamelSubject {

    /** How events are sent to {@code aws2-kinesis}. */
    enum Form {
        /** One PutRecords for the events of a request. */
        BATCH,
        /** One PutRecord for each event, those of a request in parallel. */
        SINGLE,
        /** One PutRecords for 500 events or after 100 ms; requests are answered before, so a failure loses events. */
        AGGREGATE
    }

    private static final int THREADS = 256;
    private static final String PARTITION_KEY = "CamelAwsKinesisPartitionKey";
    private static final String SINK = "aws2-kinesis:events?amazonKinesisClient=#kinesis";

    private StockCamelSubject() {}

    public static void main(String[] arguments) throws Exception {
        Main main = new Main();
        main.addInitialProperty("camel.server.enabled", "true");
        main.addInitialProperty("camel.server.host", "127.0.0.1");
        main.addInitialProperty("camel.server.port", arguments[0]);
        main.configure().withStreamCachingEnabled(false).withJmxEnabled(false);
        main.bind("vertx", Vertx.vertx(new VertxOptions().setWorkerPoolSize(THREADS)));
        main.bind("kinesis", kinesis(URI.create("http://127.0.0.1:" + arguments[1])));
        main.configure().addRoutesBuilder(new Routes(Form.valueOf(arguments[2])));
        main.run();
    }

    private static KinesisClient kinesis(URI endpoint) {
        return KinesisClient.builder()
                .region(Region.US_WEST_2)
                .endpointOverride(endpoint)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("bench", "bench")))
                .httpClientBuilder(ApacheHttpClient.builder().maxConnections(THREADS))
                .build();
    }

    private static final class Routes extends RouteBuilder {

        private final Form form;
        private final JacksonDataFormat json = new JacksonDataFormat(Map.class);
        private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);

        Routes(Form form) {
            this.form = form;
        }

        @Override
        public void configure() {
            var request = from("platform-http:/v1?matchOnUriPrefix=true&httpMethodRestrict=POST")
                    .choice()
                    .when(header(Exchange.CONTENT_ENCODING).isEqualTo("gzip"))
                    .unmarshal()
                    .gzipDeflater()
                    .end()
                    .unmarshal(json);
            switch (form) {
                case BATCH ->
                    record(request.split(Routes::events, AggregationStrategies.groupedBody()))
                            .end()
                            .to(SINK);
                case SINGLE ->
                    record(request.split(Routes::events)
                                    .parallelProcessing()
                                    .executorService(threads)
                                    .stopOnException())
                            .to(SINK)
                            .end();
                case AGGREGATE ->
                    record(request.split(Routes::events))
                            .aggregate(constant(true), AggregationStrategies.groupedBody())
                            .completionSize(500)
                            .completionTimeout(100)
                            .completionTimeoutCheckerInterval(10)
                            .parallelProcessing()
                            .executorService(threads)
                            .setHeader(PARTITION_KEY, constant("all"))
                            .to(SINK)
                            .end()
                            .end();
            }
            request.removeHeaders("*").setBody(constant("{\"success\":true}"));
        }

        private ProcessorDefinition<?> record(ProcessorDefinition<?> event) {
            return event.setHeader(PARTITION_KEY, Routes::partitionKey)
                    .choice()
                    .when(exchange -> "track".equals(body(exchange).get("type")))
                    .setHeader("event", Routes::name)
                    .otherwise()
                    .setHeader("event", Routes::type)
                    .end()
                    .marshal(json);
        }

        private static <T> T partitionKey(Exchange exchange, Class<T> type) {
            Object userId = body(exchange).get("userId");
            return type.cast(userId == null ? body(exchange).get("anonymousId") : userId);
        }

        private static <T> T name(Exchange exchange, Class<T> type) {
            return type.cast(body(exchange).get("event"));
        }

        private static <T> T type(Exchange exchange, Class<T> type) {
            return type.cast(body(exchange).get("type"));
        }

        private static <T> T events(Exchange exchange, Class<T> type) {
            Map<?, ?> body = body(exchange);
            Object batch = body.get("batch");
            return type.cast(batch == null ? List.of(body) : batch);
        }

        private static Map<?, ?> body(Exchange exchange) {
            return (Map<?, ?>) exchange.getMessage().getBody();
        }
    }
}
