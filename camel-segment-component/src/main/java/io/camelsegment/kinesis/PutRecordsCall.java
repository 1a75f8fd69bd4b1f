package io.camelsegment.kinesis;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.camelsegment.aws.BatchCall;
import io.camelsegment.aws.StreamArn;
import io.camelsegment.aws.client.Payload;
import io.camelsegment.delivery.PendingRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * A call of PutRecords. The body equals that of the AWS SDK for Java byte for byte: CBOR (RFC 8949) with maps and a
 * list of indefinite length, or JSON.
 *
 * @see <a href="https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecords.html">PutRecords</a>, read
 *     2026-11-28
 */
final class PutRecordsCall extends BatchCall {

    /** The header {@code X-Amz-Target}. */
    static final String TARGET = "Kinesis_20131202.PutRecords";

    private static final JsonFactory JSON = new JsonFactory();

    private static final int BYTES = 0x40;
    private static final int TEXT = 0x60;
    private static final int LIST = 0x9F;
    private static final int MAP = 0xBF;
    private static final int END = 0xFF;
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
    private final boolean isCbor;

    /**
     * Creates a call.
     *
     * @param stream  the name of the stream or its ARN
     * @param records with partition keys of valid Unicode; their sizes count data and key
     * @param isCbor  whether the body is CBOR, else JSON
     */
    PutRecordsCall(String stream, List<PendingRecord> records, boolean isCbor) {
        super("Records", "SequenceNumber", records.size());
        this.member = StreamArn.isArn(stream) ? "StreamARN" : "StreamName";
        this.stream = stream;
        this.records = records;
        this.isCbor = isCbor;
    }

    /** Returns the header {@code Content-Type}. */
    static String contentType(boolean isCbor) {
        return isCbor ? "application/x-amz-cbor-1.1" : "application/x-amz-json-1.1";
    }

    @Override
    public int mostBytes() {
        int bytes = OVERHEAD + member.length() + stream.length();
        for (PendingRecord record : records) {
            bytes += RECORD_OVERHEAD + (isCbor ? record.size() : record.size() * 3 / 2);
        }
        return bytes;
    }

    @Override
    public void write(Payload body) {
        if (isCbor) {
            cbor(body);
        } else {
            json(body);
        }
    }

    private void cbor(Payload body) {
        body.put(MAP).put(RECORDS).put(LIST);
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
        body.put(END);
    }

    private void json(Payload body) {
        try (JsonGenerator json = JSON.createGenerator(body.asStream())) {
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
    }

    /** Returns a short ASCII text as CBOR. */
    private static byte[] text(String text) {
        byte[] ascii = text.getBytes(UTF_8);
        byte[] result = new byte[1 + ascii.length];
        result[0] = (byte) (TEXT | ascii.length);
        System.arraycopy(ascii, 0, result, 1, ascii.length);
        return result;
    }

    private static void putText(Payload body, String text) {
        byte[] bytes = text.getBytes(UTF_8);
        putHead(body, TEXT, bytes.length);
        body.put(bytes);
    }

    /** Writes the kind and the length in as few bytes as possible. */
    private static void putHead(Payload body, int kind, int length) {
        if (length < 24) {
            body.put(kind | length);
        } else if (length < 1 << 8) {
            body.put(kind | 24).put(length);
        } else if (length < 1 << 16) {
            body.put(kind | 25).putShort(length);
        } else {
            body.put(kind | 26).putInt(length);
        }
    }
}
