package io.camelsegment.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.camelsegment.event.EventType;
import io.camelsegment.event.SegmentEvent;
import io.camelsegment.localaws.KinesisRecord;
import io.camelsegment.localaws.LocalAws;
import io.camelsegment.localaws.LocalAwsExtension;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.AsyncProducer;
import org.apache.camel.CamelContext;
import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultComponent;
import org.apache.camel.support.DefaultEndpoint;
import org.apache.camel.support.DefaultProducer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A file of rows that changes while events go by it. */
@ExtendWith(LocalAwsExtension.class)
class MappingReloadTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final CamelContext camel = new DefaultCamelContext();
    private final LocalAws aws;

    @TempDir
    private Path directory;

    private Path file;
    private SegmentMappingEndpoint endpoint;

    MappingReloadTest(LocalAws aws) {
        this.aws = aws;
    }

    @BeforeEach
    void prepare() {
        aws.reset();
        file = directory.resolve("mapping.yaml");
    }

    @AfterEach
    void stop() {
        camel.stop();
    }

    @Test
    void underLoadEachEventIsInTheStreamOfOneTableAndABrokenFileChangesNothing() throws Exception {
        List.of("first", "second", "third").forEach(name -> aws.createStream(name, 1));
        write("A: first\n");
        start();
        AtomicBoolean ended = new AtomicBoolean();
        AtomicInteger sent = new AtomicInteger();
        Queue<CompletableFuture<Exchange>> done = new ConcurrentLinkedQueue<>();
        Thread sender = new Thread(() -> {
            while (!ended.get()) {
                CompletableFuture<Exchange> one = send("m" + sent.getAndIncrement());
                done.add(one);
                one.join();
            }
        });
        sender.start();
        try {
            awaitEvent("first");
            replace("A: second\n");
            awaitEvent("second");
            replace("A: third\nB: [third\n");
            // Twice, since the first sees it change.
            endpoint.watch().look();
            endpoint.watch().look();
            int before = sent.get();
            await().atMost(PATIENCE).until(() -> sent.get() > before + 10);
            assertThat(endpoint.explain(event("x")).streams()).containsExactly("second");
            replace("A: third\n");
            awaitEvent("third");
        } finally {
            ended.set(true);
            sender.join();
        }

        assertThat(done).hasSize(sent.get());
        assertThat(done).allSatisfy(one -> assertThat(one.join().getException()).isNull());
        List<String> all = new ArrayList<>();
        List.of("first", "second", "third").forEach(stream -> all.addAll(ids(stream)));
        assertThat(all).doesNotHaveDuplicates().hasSize(sent.get());
    }

    @Test
    void aChangeIsTakenWhenTheFileHasBeenTheSameForALook() throws Exception {
        aws.createStream("first", 1);
        write("A: first\n");
        MappingFileWatch watch = watch();
        watch.read();

        replace("A: second\n");
        watch.look();
        assertThat(taken).isEmpty();
        watch.look();
        assertThat(taken).containsExactly(List.of(new MappingRow("A", List.of("second"))));
        watch.look();
        assertThat(taken).hasSize(1);
    }

    @Test
    void aFileThatIsAwayOrBrokenForAWhileIsTakenWhenItIsBack() throws Exception {
        write("A: first\n");
        MappingFileWatch watch = watch();
        watch.read();

        Files.delete(file);
        watch.look();
        watch.look();
        write("A: [\n");
        watch.look();
        watch.look();
        assertThat(taken).isEmpty();
        replace("A: second\n");
        watch.look();
        watch.look();
        assertThat(taken).hasSize(1);
    }

    /** As Kubernetes mounts a ConfigMap: the name is a link into a directory that is itself a link. */
    @Test
    void aLinkThatLeadsElsewhereIsAChange() throws Exception {
        Path one = Files.createDirectory(directory.resolve("one"));
        Path two = Files.createDirectory(directory.resolve("two"));
        Files.writeString(one.resolve("mapping.yaml"), "A: first\n");
        Files.writeString(two.resolve("mapping.yaml"), "A: other\n");
        Files.setLastModifiedTime(two.resolve("mapping.yaml"), Files.getLastModifiedTime(one.resolve("mapping.yaml")));
        Path data = Files.createSymbolicLink(directory.resolve("data"), one);
        Files.createSymbolicLink(file, data.resolve("mapping.yaml"));
        MappingFileWatch watch = watch();
        watch.read();

        Files.move(Files.createSymbolicLink(directory.resolve("next"), two), data, StandardCopyOption.REPLACE_EXISTING);
        watch.look();
        watch.look();

        assertThat(taken).hasSize(1);
    }

    @Test
    void aTableWithAStreamThatHasNoEndpointIsRefusedWithThePlaceOfItsRow() throws Exception {
        aws.createStream("first", 1);
        write("A: first\n");
        start();

        MappingFile bad =
                MappingFile.read("mapping.yaml", "A: first\nB: not a stream\n".getBytes(StandardCharsets.UTF_8));
        assertThatThrownBy(() -> endpoint.take(bad))
                .hasMessageStartingWith("mapping.yaml, line 2, column 1: expected a stream that has an endpoint, but"
                        + " \"not a stream\" is refused (");
        assertThat(send("m1").join().getException()).isNull();
        assertThat(ids("first")).containsExactly("m1");
    }

    @Test
    void aRefusedTableLeavesNoProducerOpen() throws Exception {
        Set<String> open = ConcurrentHashMap.newKeySet();
        camel.addComponent("counted", new DefaultComponent() {
            @Override
            protected Endpoint createEndpoint(String uri, String stream, Map<String, Object> parameters) {
                if (stream.equals("bad")) {
                    throw new IllegalArgumentException("no such stream");
                }
                return new DefaultEndpoint(uri, this) {
                    @Override
                    public Producer createProducer() {
                        return new DefaultProducer(this) {
                            @Override
                            protected void doStart() {
                                open.add(stream);
                            }

                            @Override
                            protected void doStop() {
                                open.remove(stream);
                            }

                            @Override
                            public void process(Exchange exchange) {}
                        };
                    }

                    @Override
                    public Consumer createConsumer(Processor processor) {
                        throw new UnsupportedOperationException();
                    }
                };
            }
        });
        write("A: first\n");
        camel.getPropertiesComponent().addInitialProperty("mapping.file", file.toString());
        String uri = "segment-mapping:lake?file={{mapping.file}}&sink=counted";
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:in").to(uri);
                from("direct:other").to(uri);
            }
        });
        camel.start();
        endpoint = camel.getEndpoint(uri, SegmentMappingEndpoint.class);

        MappingFile bad =
                MappingFile.read("mapping.yaml", "A: first\nB: second\nC: bad\n".getBytes(StandardCharsets.UTF_8));
        assertThatThrownBy(() -> endpoint.take(bad)).hasMessageContaining("no such stream");
        assertThat(open).containsExactly("first");

        endpoint.take(MappingFile.read("mapping.yaml", "A: first\nB: second\n".getBytes(StandardCharsets.UTF_8)));
        assertThat(open).containsExactlyInAnyOrder("first", "second");
    }

    @Test
    void aFileThatIsNotThereRefusesTheRoute() {
        assertThatThrownBy(this::start)
                .hasStackTraceContaining("expected a file of rows at " + file.toAbsolutePath() + ", but there is none");
    }

    @Test
    void aResourceOfTheClassPathIsReadOnce() {
        camel.start();

        SegmentMappingEndpoint resource =
                camel.getEndpoint("segment-mapping:lake?file=classpath:mapping/rows.csv", SegmentMappingEndpoint.class);

        assertThat(resource.explain(event("x")).streams()).containsExactly("streams_of_a");
    }

    private final List<List<MappingRow>> taken = new ArrayList<>();

    private MappingFileWatch watch() {
        return new MappingFileWatch(camel, "lake", file.toString(), rows -> taken.add(rows.rows()));
    }

    private void start() throws Exception {
        camel.getPropertiesComponent().addInitialProperty("mapping.file", file.toString());
        String uri = "segment-mapping:lake?file={{mapping.file}}&sink=kinesis&sink.uriEndpointOverride="
                + aws.endpoint() + "&sink.accessKey=AKID&sink.secretKey=SECRET&sink.lingerTime=1ms";
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:in").to(uri);
            }
        });
        camel.start();
        endpoint = camel.getEndpoint(uri, SegmentMappingEndpoint.class);
    }

    private void write(String text) throws IOException {
        Files.writeString(file, text);
    }

    private void replace(String text) throws IOException {
        Path next = Files.writeString(directory.resolve("next.tmp"), text);
        Files.move(next, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    private void awaitEvent(String stream) {
        aws.stream(stream).awaitRecords(1, PATIENCE);
    }

    private static SegmentEvent event(String messageId) {
        byte[] json = ("{\"messageId\":\"" + messageId + "\"}").getBytes(StandardCharsets.UTF_8);
        return new SegmentEvent(EventType.TRACK, "A", "u", null, null, messageId, Instant.EPOCH, Instant.EPOCH, json);
    }

    private CompletableFuture<Exchange> send(String messageId) {
        try {
            AsyncProducer in = camel.getEndpoint("direct:in").createAsyncProducer();
            Exchange exchange = in.getEndpoint().createExchange();
            exchange.getMessage().setBody(event(messageId));
            return in.processAsync(exchange);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private Set<String> ids(String stream) {
        Set<String> ids = new TreeSet<>();
        aws.stream(stream).records().stream()
                .map(KinesisRecord::text)
                .forEach(json -> ids.add(json.replaceAll(".*\"messageId\":\"(\\w+)\".*", "$1")));
        return ids;
    }
}
