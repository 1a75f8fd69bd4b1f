package io.camelsegment.kinesis;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.camelsegment.aws.BatchCall;
import io.camelsegment.aws.StreamArn;
import io.camelsegment.delivery.PendingRecord;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * A call of PutRecords. The body equals that of the AWS SDK for Java byte for byte: CBOR (RFC 8949) with maps and a
 * list of indefinite length, or JSON.
 *
 * @see <a href="https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecords.html">PutRecords</a>, read
 *     2026-11-28
 */
final class PutRecordsCall extends BatchCall {

    private static final JsonFactory JSON = new JsonFactory();

    private static final int BYTES = 0x40;
    private static final int TEXT = 0x60;
    private static final byte LIST = (byte) 0x9F;
    private static final byte MAP = (byte) 0xBF;
    private static final byte END = (byte) 0xFF;
    /** Most bytes before text or bytes: the first byte and four of length. */
    private static final int MOST_HEAD = 5;

    private static final byte[] RECORDS = text("Records");
    private static final byte[] DATA = text("Data");
    private static final byte[] PARTITION_KEY = text("PartitionKey");
    private static final int RECORD_OVERHEAD = 2 + DATA.length + PARTITION_KEY.length + 2 * MOST_HEAD;
    private static final int OVERHEAD = 4 + RECORDS.length + 2 * MOST_HEAD;

    private final String member;
    private final String stream;
    private final List<PendingRecord> records;

    /**
     * Creates a call.
     *
     * @param stream  the name of the stream or its ARN
     * @param records with partition keys of valid Unicode; their sizes count data and key
     */
    PutRecordsCall(String stream, List<PendingRecord> records) {
        super("Records", "SequenceNumber", records.size());
        this.member = StreamArn.isArn(stream) ? "StreamARN" : "StreamName";
        this.stream = stream;
        this.records = records;
    }

    @Override
    protected ByteBuffer cbor() {
        int most = OVERHEAD + member.length() + stream.length() + records.size() * RECORD_OVERHEAD + bytes();
        ByteBuffer body = ByteBuffer.allocate(most).put(MAP).put(RECORDS).put(LIST);
        for (PendingRecord record : records) {
            body.put(MAP).put(DATA);
            putHead(body, BYTES, record.data().length);
            body.put(record.data()).put(PARTITION_KEY);
            putText(body, record.partitionKey());
            body.put(END);
        }
        body.put(END);
        putText(body, member);
        putText(body, stream);
        return body.put(END).flip();
    }

    @Override
    protected ByteBuffer json() {
        ByteArrayOutputStream body = new ByteArrayOutputStream(bytes() * 3 / 2);
        try (JsonGenerator json = JSON.createGenerator(body)) {
            json.writeStartObject();
            json.writeArrayFieldStart("Records");
            for (PendingRecord record : records) {
                json.writeStartObject();
                json.writeBinaryField("Data", record.data());
                json.writeStringField("PartitionKey", record.partitionKey());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeStringField(member, stream);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e); // never thrown: writes to memory
        }
        return ByteBuffer.wrap(body.toByteArray());
    }

    private int bytes() {
        int bytes = 0;
        for (PendingRecord record : records) {
            bytes += record.size();
        }
        return bytes;
    }

    private static byte[] text(String text) {
        ByteBuffer bytes = ByteBuffer.allocate(MOST_HEAD + text.length());
        putText(bytes, text);
        byte[] result = new byte[bytes.flip().remaining()];
        bytes.get(result);
        return result;
    }

    private static void putText(ByteBuffer body, String text) {
        byte[] bytes = text.getBytes(UTF_8);
        putHead(body, TEXT, bytes.length);
        body.put(bytes);
    }

    /** Writes the kind and the length in as few bytes as possible. */
    private static void putHead(ByteBuffer body, int kind, int length) {
        if (length < 24) {
            body.put((byte) (kind | length));
        } else if (length < 1 << 8) {
            body.put((byte) (kind | 24)).put((byte) length);
        } else if (length < 1 << 16) {
            body.put((byte) (kind | 25)).putShort((short) length);
        } else {
            body.put((byte) (kind | 26)).putInt(length);
        }
    }
}
