package io.camelsegment.routes;

import io.camelsegment.delivery.PendingRecord;
import io.camelsegment.delivery.RecordResult;
import io.camelsegment.delivery.ServiceLimits;
import io.camelsegment.delivery.Verdict;
import io.camelsegment.firehose.SegmentFirehoseConfiguration;
import io.camelsegment.kinesis.SegmentKinesisConfiguration;
import io.camelsegment.kinesis.SegmentKinesisConstants;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.firehose.model.PutRecordBatchResponse;
import software.amazon.awssdk.services.firehose.model.PutRecordBatchResponseEntry;
import software.amazon.awssdk.services.firehose.model.Record;

/** What a producer of Camel takes as a list, and what it tells of the list's elements. */
enum StockService {

    /** Takes bytes, all with the partition key of the header, and fails for the whole list. */
    KINESIS(
            new ServiceLimits("Kinesis", 500, 10 << 20, 1 << 20),
            new SegmentKinesisConfiguration().getIntegrationName()) {

        @Override
        void fill(Message message, List<PendingRecord> records) {
            super.fill(message, records);
            message.setHeader(
                    SegmentKinesisConstants.PARTITION_KEY, records.get(0).partitionKey());
        }
    },

    /** Takes records of the SDK, and answers with the response of AWS, which has a result for each. */
    FIREHOSE(
            new ServiceLimits("Firehose", 500, 4 << 20, 1_024_000),
            new SegmentFirehoseConfiguration().getIntegrationName()) {

        @Override
        Map<String, Object> standardOptions() {
            return Map.of("operation", "sendBatchRecord");
        }

        @Override
        byte[] data(byte[] json) {
            if (json.length > 0 && json[json.length - 1] == '\n') {
                return json;
            }
            byte[] line = Arrays.copyOf(json, json.length + 1);
            line[json.length] = '\n';
            return line;
        }

        @Override
        void fill(Message message, List<PendingRecord> records) {
            message.setBody(records.stream()
                    .map(record -> Record.builder()
                            .data(SdkBytes.fromByteArrayUnsafe(record.data()))
                            .build())
                    .toList());
        }

        @Override
        List<RecordResult> results(Exchange exchange, int size) {
            if (exchange.getMessage().getBody() instanceof PutRecordBatchResponse response
                    && response.requestResponses().size() == size) {
                return response.requestResponses().stream()
                        .map(StockService::result)
                        .toList();
            }
            return super.results(exchange, size);
        }
    },

    /** Takes bytes, and fails for the whole list. */
    OTHER(new ServiceLimits("The list", 500, 4 << 20, 4 << 20), "");

    @SuppressWarnings("ImmutableEnumChecker") // a record of numbers
    private final ServiceLimits limits;

    private final String integrationName;

    StockService(ServiceLimits limits, String integrationName) {
        this.limits = limits;
        this.integrationName = integrationName;
    }

    static StockService of(String scheme) {
        return switch (scheme) {
            case "aws2-kinesis" -> KINESIS;
            case "aws2-kinesis-firehose" -> FIREHOSE;
            default -> OTHER;
        };
    }

    private static RecordResult result(PutRecordBatchResponseEntry entry) {
        return entry.errorCode() == null
                ? RecordResult.delivered(entry.recordId())
                : RecordResult.failed(Verdict.FAIL, entry.errorCode(), entry.errorMessage());
    }

    ServiceLimits limits() {
        return limits;
    }

    String integrationName() {
        return integrationName;
    }

    /** Returns options of the endpoint without which it takes no list. */
    Map<String, Object> standardOptions() {
        return Map.of();
    }

    /** Returns what is stored of an event's JSON. */
    byte[] data(byte[] json) {
        return json;
    }

    /** Makes a message of records, which have one partition key. */
    void fill(Message message, List<PendingRecord> records) {
        message.setBody(records.stream().map(PendingRecord::data).toList());
    }

    /** Returns the results of the records of an exchange that has not failed. */
    List<RecordResult> results(Exchange exchange, int size) {
        return Collections.nCopies(size, RecordResult.delivered(null));
    }
}
