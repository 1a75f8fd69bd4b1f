package io.camelsegment.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.camelsegment.event.EventBatch;
import io.camelsegment.event.EventLimits;
import io.camelsegment.event.EventParser;
import io.camelsegment.event.NormalizeOptions;
import io.camelsegment.event.SegmentEvent;
import io.camelsegment.routes.EventTransform;
import io.camelsegment.routes.Transforms;
import java.io.IOException;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Measures what a step of a route costs for one event of a server batch, which is delivered with about 580 bytes. The
 * least that the same change costs with Jackson's tree is {@link #tree}.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
public class TransformBenchmark {

    private final ObjectMapper mapper = new ObjectMapper();
    private final DefaultCamelContext camel = new DefaultCamelContext();
    private Exchange exchange;
    private SegmentEvent event;
    private EventTransform transform;

    /** A step. */
    @Param
    Step step;

    /** Steps that people use, with members of the event. */
    public enum Step {
        DROP {
            @Override
            EventTransform make() {
                return Transforms.dropProperties("coupon");
            }
        },
        SET {
            @Override
            EventTransform make() {
                return Transforms.setProperty("plan", "pro");
            }
        },
        HASH {
            @Override
            EventTransform make() {
                return Transforms.hash("properties.checkout.method");
            }
        },
        MASK_EACH {
            @Override
            EventTransform make() {
                return Transforms.mask("properties.products.sku");
            }
        },
        KEEP {
            @Override
            EventTransform make() {
                return Transforms.keepProperties("order_id", "revenue", "products.sku");
            }
        },
        RENAME {
            @Override
            EventTransform make() {
                return Transforms.rename("Order Completed").to("Order Placed");
            }
        },
        SAMPLE {
            @Override
            EventTransform make() {
                return Transforms.sample(1);
            }
        },
        ALLOW {
            @Override
            EventTransform make() {
                return Transforms.allowEvents("Product *", "Order *");
            }
        };

        abstract EventTransform make();
    }

    /** Makes the step and the event. */
    @Setup
    public void prepare() throws Exception {
        camel.start();
        exchange = new DefaultExchange(camel);
        transform = step.make();
        transform.setCamelContext(camel);
        transform.start();
        EventBatch batch = new EventParser(EventLimits.DEFAULT)
                .parseBatch(Bodies.SERVER.text().getBytes(UTF_8));
        event = batch.normalize(0, Instant.parse("2026-11-21T10:00:00.266Z"), NormalizeOptions.DEFAULT);
        batch.release();
    }

    /** Stops the context. */
    @TearDown
    public void stop() {
        transform.stop();
        camel.stop();
    }

    /** Changes the event of an Exchange. */
    @Benchmark
    public Object changed() throws Exception {
        exchange.getMessage().setBody(event);
        transform.process(exchange);
        return exchange.getMessage().getBody();
    }

    /** Reads the event as a tree, sets a member and writes it; the same whatever the step. */
    @Benchmark
    public byte[] tree() throws IOException {
        ObjectNode tree = (ObjectNode) mapper.readTree(event.json());
        ((ObjectNode) tree.get("properties")).put("plan", "pro");
        return mapper.writeValueAsBytes(tree);
    }
}
