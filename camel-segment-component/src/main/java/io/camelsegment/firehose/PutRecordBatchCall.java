package io.camelsegment.firehose;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.camelsegment.aws.BatchCall;
import io.camelsegment.aws.client.Payload;
import io.camelsegment.delivery.PendingRecord;
import java.util.List;

/**
 * A call of PutRecordBatch. The body equals that of the AWS SDK for Java byte for byte.
 *
 * @see <a href="https://docs.aws.amazon.com/firehose/latest/APIReference/API_PutRecordBatch.html">PutRecordBatch</a>,
 *     read 2026-11-28
 */
final class PutRecordBatchCall extends BatchCall {

    /** The header {@code X-Amz-Target}. */
    static final String TARGET = "Firehose_20150804.PutRecordBatch";
    /** The header {@code Content-Type}. */
    static final String CONTENT_TYPE = "application/x-amz-json-1.1";

    private static final byte[] BEFORE = "{\"Data\":\"".getBytes(US_ASCII);
    private static final byte[] AFTER = "\"}".getBytes(US_ASCII);
    private static final byte[] END = "]}".getBytes(US_ASCII);

    private final byte[] begin;
    private final List<PendingRecord> records;

    /**
     * Creates a call.
     *
     * @param deliveryStreamName letters, digits, hyphens, underscores and dots, so it needs no escapes
     */
    PutRecordBatchCall(String deliveryStreamName, List<PendingRecord> records) {
        super("RequestResponses", "RecordId", records.size());
        this.begin = ("{\"DeliveryStreamName\":\"" + deliveryStreamName + "\",\"Records\":[").getBytes(US_ASCII);
        this.records = records;
    }

    @Override
    public int mostBytes() {
        int bytes = begin.length + END.length;
        for (PendingRecord record : records) {
            bytes += BEFORE.length + (record.data().length + 2) / 3 * 4 + AFTER.length + 1;
        }
        return bytes;
    }

    @Override
    public void write(Payload body) {
        body.put(begin);
        boolean isFirst = true;
        for (PendingRecord record : records) {
            if (!isFirst) {
                body.put(',');
            }
            isFirst = false;
            body.put(BEFORE).putBase64(record.data()).put(AFTER);
        }
        body.put(END);
    }
}
