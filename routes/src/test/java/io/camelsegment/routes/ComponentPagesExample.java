package io.camelsegment.routes;

import static io.camelsegment.routes.SegmentDsl.fanOut;
import static io.camelsegment.routes.SegmentDsl.segment;
import static io.camelsegment.routes.SegmentDsl.segmentFirehose;
import static io.camelsegment.routes.SegmentDsl.segmentKinesis;

import io.camelsegment.SegmentConstants;
import io.camelsegment.aws.SegmentCredentials;
import io.camelsegment.event.SegmentEvent;
import io.camelsegment.firehose.FirehoseRecordsAggregationStrategy;
import io.camelsegment.memory.MessageIdRepository;
import io.camelsegment.tracking.SegmentComponent;
import io.camelsegment.tracking.SegmentConfiguration;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.RouteBuilder;

/** What the pages of the components show in Java, each of them for a CamelContext of its own. */
final class ComponentPagesExample {

    private static final String ROLE = "arn:aws:iam::123456789012:role/segment";

    private ComponentPagesExample() {}

    static List<RouteBuilder> all() {
        return List.of(
                new Source(),
                new Batches(),
                new SplitBatches(),
                new Repository(),
                new Tokens(),
                new Forwarding(),
                new Properties(),
                new DeadLetters(),
                new StockProducers(),
                new SecretOfVault(),
                new Kinesis(),
                new FilteredOfKinesis(),
                new Firehose(),
                new FilteredOfFirehose(),
                new FanOut(),
                new Aggregate());
    }

    /** What the page shows of keys and limits, for a route with the id {@code route-of-web} that runs. */
    static void changeKeys(CamelContext context) {
        SegmentConfiguration options = new SegmentConfiguration();
        options.setWriteKey("OLD_KEY,NEW_KEY");
        options.setMaxEventsPerSecond(500);
        context.getComponent("segment", SegmentComponent.class).changeSources(Map.of("route-of-web", options));
    }

    static final class Source extends RouteBuilder {

        @Override
        public void configure() {
            from("segment:web?writeKey={{env:WRITE_KEY}}")
                    .routeId("web")
                    .choice()
                    .when(header(SegmentConstants.TYPE).isEqualTo("track"))
                    .to("segment-kinesis:events")
                    .otherwise()
                    .to("segment-firehose:people");
        }
    }

    static final class Batches extends RouteBuilder {

        @Override
        public void configure() {
            from("segment:web?writeKey={{env:WRITE_KEY}}&exchange=request").to("segment-kinesis:events");
        }
    }

    static final class SplitBatches extends RouteBuilder {

        @Override
        public void configure() {
            from("segment:web?writeKey={{env:WRITE_KEY}}&exchange=request")
                    .split(body())
                    .parallelProcessing()
                    .choice()
                    .when(header(SegmentConstants.TYPE).isEqualTo("track"))
                    .to("segment-kinesis:events")
                    .otherwise()
                    .to("segment-firehose:people");
        }
    }

    static final class Repository extends RouteBuilder {

        @Override
        public void configure() {
            CamelContext context = getContext();
            MessageIdRepository messageIds = new MessageIdRepository();
            messageIds.setMaxBytes(128 << 20);
            messageIds.setWindow(Duration.ofDays(2));
            context.getRegistry().bind("messageIds", messageIds);
            from("segment:web?writeKey=KEY&deduplicate=true&idempotentRepository=#messageIds")
                    .to("segment-kinesis:events");
        }
    }

    static final class Tokens extends RouteBuilder {

        @Override
        public void configure() {
            from("segment:backend?writeKey={{env:WRITE_KEY}}&jwksUrl=https://auth.example/jwks.json&issuer=https://auth.example&audience=collector")
                    .to("segment-kinesis:events");
        }
    }

    static final class Forwarding extends RouteBuilder {

        @Override
        public void configure() {
            from("kafka:events").to("segment:product?writeKey={{env:WRITE_KEY}}");

            from("file:replay?noop=true")
                    .split(body().tokenize("\n"))
                    .streaming()
                    .parallelProcessing()
                    .to("segment:replay?writeKey={{env:WRITE_KEY}}&url=https://collector.example/v1");
        }
    }

    static final class Properties extends RouteBuilder {

        @Override
        public void configure() {
            from("kafka:orders")
                    .setHeader(SegmentConstants.TYPE, constant("track"))
                    .setHeader(SegmentConstants.EVENT, constant("Order Completed"))
                    .setHeader(SegmentConstants.USER_ID, jsonpath("$.customer"))
                    .to("segment:orders?bodyAs=properties&writeKey={{env:WRITE_KEY}}");
        }
    }

    static final class DeadLetters extends RouteBuilder {

        @Override
        public void configure() {
            from("segment:web?writeKey={{write-key}}")
                    .errorHandler(deadLetterChannel("file:dead-letters?fileName=${exchangeId}.json&tempPrefix=."))
                    .to("segment-kinesis:events");

            from("file:dead-letters?delete=true")
                    .routeId("replay")
                    .autoStartup(false)
                    .errorHandler(noErrorHandler())
                    .convertBodyTo(byte[].class)
                    .convertBodyTo(SegmentEvent.class)
                    .to("segment-kinesis:events");
        }
    }

    static final class StockProducers extends RouteBuilder {

        @Override
        public void configure() {
            CamelContext camelContext = getContext();
            String role = ROLE;
            String secretId = "ws_123";
            SegmentCredentials credentials = SegmentCredentials.of(camelContext);
            camelContext.getRegistry().bind("kinesis", credentials.kinesisClient(role, secretId, "us-west-2"));
            camelContext.getRegistry().bind("firehose", credentials.firehoseClient(role, secretId, "us-west-2"));

            from("segment:web?writeKey={{env:WRITE_KEY}}").to("aws2-kinesis:events?amazonKinesisClient=#kinesis");

            from("segment:server?writeKey={{env:SERVER_KEY}}")
                    .aggregate(constant(true), new FirehoseRecordsAggregationStrategy())
                    .completionInterval(500)
                    .to("aws2-kinesis-firehose:lake?operation=sendBatchRecord&amazonKinesisFirehoseClient=#firehose");
        }
    }

    static final class SecretOfVault extends RouteBuilder {

        @Override
        public void configure() {
            from("segment:web?writeKey=KEY")
                    .to(
                            "segment-kinesis:events?roleAddress=arn:aws:iam::123456789012:role/segment&secretId=RAW({{aws:tenant-secret-id}})");
        }
    }

    static final class Kinesis extends RouteBuilder {

        @Override
        public void configure() {
            from("segment:web?writeKey={{env:WRITE_KEY}}")
                    .routeId("web")
                    .to(
                            "segment-kinesis:events?roleAddress=arn:aws:iam::123456789012:role/segment&secretId=RAW({{env:SECRET_ID}})");
        }
    }

    static final class FilteredOfKinesis extends RouteBuilder {

        @Override
        public void configure() {
            from("segment:web?writeKey=KEY")
                    .to("segment-kinesis:events")
                    .filter(header("CamelSegmentFiltered").isNotNull())
                    .to("file:filtered?fileName=events.jsonl&fileExist=Append&appendChars=\\n");
        }
    }

    static final class Firehose extends RouteBuilder {

        @Override
        public void configure() {
            from("segment:web?writeKey={{env:WRITE_KEY}}")
                    .routeId("web")
                    .to(
                            "segment-firehose:lake?roleAddress=arn:aws:iam::123456789012:role/segment&secretId=RAW({{env:SECRET_ID}})");
        }
    }

    static final class FilteredOfFirehose extends RouteBuilder {

        @Override
        public void configure() {
            from("segment:web?writeKey=KEY")
                    .to("segment-firehose:events")
                    .filter(header("CamelSegmentFiltered").isNotNull())
                    .to("file:filtered?fileName=events.jsonl&fileExist=Append&appendChars=\\n");
        }
    }

    static final class FanOut extends RouteBuilder {

        @Override
        public void configure() {
            from(segment("web").writeKey("{{web.key}}")).to(fanOut(segmentKinesis("events"), segmentFirehose("lake")));
        }
    }

    static final class Aggregate extends RouteBuilder {

        @Override
        public void configure() {
            getContext()
                    .getRegistry()
                    .bind("firehose", SegmentCredentials.of(getContext()).firehoseClient(ROLE, "ws_123", "us-west-2"));
            from("segment:web?writeKey={{env:WRITE_KEY}}")
                    .to(
                            "segment-aggregate:aws2-kinesis-firehose:lake?amazonKinesisFirehoseClient=#firehose&lingerTime=500ms");
        }
    }
}
