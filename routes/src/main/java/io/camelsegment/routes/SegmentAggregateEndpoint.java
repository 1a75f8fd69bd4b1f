package io.camelsegment.routes;

import io.camelsegment.delivery.BatchingSettings;
import io.camelsegment.delivery.CallLimit;
import io.camelsegment.delivery.Ordering;
import io.camelsegment.delivery.PendingRecord;
import io.camelsegment.delivery.RecordCallback;
import io.camelsegment.delivery.RecordResult;
import io.camelsegment.delivery.ServiceLimits;
import io.camelsegment.event.SegmentEvent;
import io.camelsegment.kinesis.SegmentKinesisConstants;
import io.camelsegment.memory.Sha256;
import io.camelsegment.sink.Senders;
import io.camelsegment.sink.SinkConnection;
import io.camelsegment.sink.SinkEndpoint;
import io.camelsegment.sink.StreamName;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import org.apache.camel.AsyncProducer;
import org.apache.camel.Category;
import org.apache.camel.Consumer;
import org.apache.camel.InvalidPayloadException;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.ThreadPoolProfile;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriPath;
import org.apache.camel.support.service.ServiceHelper;
import org.apache.camel.util.URISupport;

/** Send events in lists to an endpoint of Camel, and continue each with its own result. */
@UriEndpoint(
        firstVersion = "0.1.0",
        scheme = "segment-aggregate",
        title = "Segment Aggregate",
        syntax = "segment-aggregate:target",
        producerOnly = true,
        lenientProperties = true,
        category = {Category.CLOUD, Category.MESSAGING},
        headersClass = SegmentAggregateConstants.class)
public class SegmentAggregateEndpoint extends SinkEndpoint {

    /** Calls at a time; each holds a thread, since the stock producers wait for their answers. */
    private static final int CALLS = 5;

    private static final Duration REQUEST_TIMEOUT = Duration.ofMinutes(1);
    private static final Duration DELIVERY_TIMEOUT = Duration.ofSeconds(30);

    private static final List<String> RESULT_HEADERS = List.of(SegmentAggregateConstants.RECORD_ID);

    @UriPath(description = "The endpoint with its options, such as aws2-kinesis:events or aws2-kinesis-firehose:lake.")
    @Metadata(required = true)
    private String target;

    @UriParam(
            defaultValue = "500",
            description = "Maximum events in a list, 1 to 500; a full one is sent at once. For aws2-kinesis, a list"
                    + " becomes one request for each partition key.")
    private int batchRecords = 500;

    @UriParam(
            defaultValue = "4194304",
            description = "Maximum bytes in a list, 1 to 4194304, for aws2-kinesis to 10485760; a larger event goes"
                    + " alone.")
    private int batchBytes = 4 << 20;

    @UriParam(
            defaultValue = "1s",
            javaType = "java.time.Duration",
            description = "How long the oldest event of an unfilled list waits for more.")
    private Duration lingerTime = Duration.ofSeconds(1);

    @UriParam(
            description = "Name of the destination in an event's integrations; events whose integrations exclude it"
                    + " are skipped. By default that of Segment's destination for aws2-kinesis (Amazon Kinesis) and"
                    + " aws2-kinesis-firehose (Amazon Kinesis Firehose), and none for others. Empty delivers every"
                    + " event.")
    private String integrationName;

    private Map<String, Object> parameters = new LinkedHashMap<>();

    public SegmentAggregateEndpoint(String uri, SegmentAggregateComponent component, String target) {
        super(uri, component);
        this.target = target;
    }

    /**
     * Checks the options.
     *
     * @throws IllegalArgumentException with the option, its value and the range
     */
    void validate() {
        if (target == null || !target.contains(":")) {
            throw new IllegalArgumentException("expected the URI of an endpoint after segment-aggregate:, such as"
                    + " segment-aggregate:aws2-kinesis:events, but was " + target + ": correct it");
        }
        batching().within(limits());
    }

    private StockService service() {
        return StockService.of(target.substring(0, target.indexOf(':')));
    }

    /** The path without slashes in front, as Camel also accepts it. */
    private String path() {
        return target.substring(target.indexOf(':') + 1).replaceFirst("^/+", "");
    }

    @Override
    protected StreamName streamName() {
        String region = String.valueOf(parameters.getOrDefault("region", "default"));
        return new StreamName(target.substring(0, target.indexOf(':')), region, path());
    }

    /** A digest, since the endpoint's options tell streams of one name in two accounts apart, and may be secrets. */
    @Override
    protected String streamId() {
        return "aggregate\n" + HexFormat.of().formatHex(Sha256.hash(innerUri().getBytes(StandardCharsets.UTF_8)));
    }

    @Override
    protected Object connectionKey() {
        return innerUri();
    }

    private String innerUri() {
        Map<String, Object> inner = new LinkedHashMap<>(parameters);
        service().standardOptions().forEach(inner::putIfAbsent);
        return inner.isEmpty() ? target : target + "?" + URISupport.createQueryString(UriOptions.encodable(inner));
    }

    @Override
    protected ServiceLimits limits() {
        return service().limits();
    }

    @Override
    protected BatchingSettings batching() {
        return new BatchingSettings(
                batchRecords, batchBytes, lingerTime, true, CALLS, REQUEST_TIMEOUT, DELIVERY_TIMEOUT, Ordering.NONE);
    }

    @Override
    protected String integrationName() {
        return integrationName == null ? service().integrationName() : integrationName;
    }

    @Override
    protected SinkConnection connect(Senders senders) {
        AsyncProducer producer = Endpoints.createProducer(getCamelContext(), innerUri());
        ServiceHelper.startService(producer);
        ExecutorService executor =
                getCamelContext().getExecutorServiceManager().newThreadPool(this, "SegmentAggregate", threads());
        return new SinkConnection(new StockTransport(service(), producer, executor), new CallLimit(CALLS), () -> {
            executor.shutdown(); // the last call has ended
            ServiceHelper.stopAndShutdownService(producer);
        });
    }

    /**
     * A batch may become a call for each of its events. Camel runs what its usual queue has no place for on the thread
     * that brings it, here an event loop.
     */
    private static ThreadPoolProfile threads() {
        ThreadPoolProfile profile = new ThreadPoolProfile("SegmentAggregate");
        profile.setPoolSize(CALLS);
        profile.setMaxPoolSize(CALLS);
        profile.setMaxQueueSize(Integer.MAX_VALUE);
        return profile;
    }

    @Override
    protected PendingRecord record(Message message, RecordCallback callback, int index) throws InvalidPayloadException {
        SegmentEvent event = message.getBody() instanceof SegmentEvent segmentEvent ? segmentEvent : null;
        byte[] json = event == null ? message.getMandatoryBody(byte[].class) : event.json();
        byte[] data = service().data(json);
        String header = message.getHeader(SegmentKinesisConstants.PARTITION_KEY, String.class);
        String key = service() != StockService.KINESIS
                ? null
                : header != null || event == null ? header : event.partitionKey();
        if (key == null && service() == StockService.KINESIS) {
            throw new IllegalArgumentException(
                    "expected a partition key in the header " + SegmentKinesisConstants.PARTITION_KEY
                            + ", since the body is no event, but there is none: set it");
        }
        int size = data.length + (key == null ? 0 : key.getBytes(StandardCharsets.UTF_8).length);
        return new PendingRecord(data, key, size, isAdmitted(message), callback, index);
    }

    @Override
    protected List<String> resultHeaders() {
        return RESULT_HEADERS;
    }

    @Override
    protected void setHeaders(Message message, RecordResult result) {
        if (result.recordId() != null) {
            message.setHeader(SegmentAggregateConstants.RECORD_ID, result.recordId());
        }
    }

    @Override
    public Consumer createConsumer(Processor processor) {
        throw new UnsupportedOperationException("expected segment-aggregate: only in to(), since it has no events of"
                + " its own, but it was in from(): use segment:");
    }

    @Override
    public boolean isLenientProperties() {
        return true;
    }

    public String getTarget() {
        return target;
    }

    public void setTarget(String target) {
        this.target = target;
    }

    /** Sets options of the endpoint that gets the lists. */
    void setParameters(Map<String, Object> parameters) {
        this.parameters = parameters;
    }

    public int getBatchRecords() {
        return batchRecords;
    }

    public void setBatchRecords(int batchRecords) {
        this.batchRecords = batchRecords;
    }

    public int getBatchBytes() {
        return batchBytes;
    }

    public void setBatchBytes(int batchBytes) {
        this.batchBytes = batchBytes;
    }

    public Duration getLingerTime() {
        return lingerTime;
    }

    public void setLingerTime(Duration lingerTime) {
        this.lingerTime = lingerTime;
    }

    public String getIntegrationName() {
        return integrationName;
    }

    public void setIntegrationName(String integrationName) {
        this.integrationName = integrationName;
    }
}
