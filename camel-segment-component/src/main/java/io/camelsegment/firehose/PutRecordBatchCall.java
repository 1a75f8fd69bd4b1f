package io.camelsegment.firehose;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.camelsegment.aws.BatchCall;
import io.camelsegment.delivery.PendingRecord;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.List;

/**
 * A call of PutRecordBatch. The body equals that of the AWS SDK for Java byte for byte.
 *
 * @see <a href="https://docs.aws.amazon.com/firehose/latest/APIReference/API_PutRecordBatch.html">PutRecordBatch</a>,
 *     read 2026-11-28
 */
final class PutRecordBatchCall extends BatchCall {

    private static final byte[] BEFORE = "{\"Data\":\"".getBytes(US_ASCII);
    private static final byte[] AFTER = "\"},".getBytes(US_ASCII);

    private final String deliveryStreamName;
    private final List<PendingRecord> records;

    /**
     * Creates a call.
     *
     * @param deliveryStreamName letters, digits, hyphens, underscores and dots, so it needs no escapes
     */
    PutRecordBatchCall(String deliveryStreamName, List<PendingRecord> records) {
        super("RequestResponses", "RecordId", records.size());
        this.deliveryStreamName = deliveryStreamName;
        this.records = records;
    }

    @Override
    protected ByteBuffer json() {
        byte[] begin = ("{\"DeliveryStreamName\":\"" + deliveryStreamName + "\",\"Records\":[").getBytes(US_ASCII);
        ByteBuffer body = ByteBuffer.allocate(begin.length + length() + 1).put(begin);
        for (PendingRecord record : records) {
            body.put(BEFORE).put(Base64.getEncoder().encode(record.data())).put(AFTER);
        }
        body.position(body.position() - 1); // the comma behind the last record
        return body.put((byte) ']').put((byte) '}').flip();
    }

    private int length() {
        int length = 0;
        for (PendingRecord record : records) {
            length += BEFORE.length + (record.data().length + 2) / 3 * 4 + AFTER.length;
        }
        return length;
    }
}
