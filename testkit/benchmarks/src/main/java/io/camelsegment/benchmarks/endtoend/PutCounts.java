package io.camelsegment.benchmarks.endtoend;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Counts of the puts to the stand-in for AWS. Not thread-safe: confined to one event loop. */
final class PutCounts {

    private static final int MAX_RECORDS = 500;
    /** Kinesis bills each record in units of 25 KB, Firehose in units of 5 KB, rounded up. */
    private static final int KINESIS_UNIT = 25 * 1024;

    private static final int FIREHOSE_UNIT = 5 * 1024;
    /** Magic number of the Kinesis Producer Library before the packed records, and the MD5 digest behind them. */
    private static final int KPL_MAGIC = 0xF3899AC2;

    private static final int DIGEST = 16;

    long requests;
    long records;
    long events;
    long dataBytes;
    long kinesisUnits;
    long firehoseBilledBytes;
    long refused;

    JsonObject json() {
        return new JsonObject()
                .put("requests", requests)
                .put("records", records)
                .put("events", events)
                .put("dataBytes", dataBytes)
                .put("kinesisUnits", kinesisUnits)
                .put("firehoseBilledBytes", firehoseBilledBytes)
                .put("refused", refused);
    }

    /**
     * Reads the body of a put.
     *
     * @return the number of its records
     * @throws IllegalArgumentException if AWS would refuse the number of records, or a record without data or key
     */
    int read(String action, JsonFactory format, byte[] body) throws IOException {
        boolean firehose = action.equals("PutRecordBatch");
        int found = 0;
        int keys = 0;
        try (JsonParser parser = format.createParser(body)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token != JsonToken.FIELD_NAME) {
                    continue;
                }
                switch (parser.currentName()) {
                    case "Data" -> {
                        parser.nextToken();
                        add(firehose, parser.getBinaryValue());
                        found++;
                    }
                    case "PartitionKey" -> keys++;
                    default -> {
                        // The stream's name.
                    }
                }
            }
        }
        if (found == 0 || found > MAX_RECORDS || (!firehose && keys != found)) {
            throw new IllegalArgumentException("expected 1 to " + MAX_RECORDS
                    + " records, for Kinesis with as many keys, but were " + found + " with " + keys);
        }
        requests++;
        records += found;
        return found;
    }

    private void add(boolean firehose, byte[] data) {
        dataBytes += data.length;
        if (firehose) {
            firehoseBilledBytes += (data.length + FIREHOSE_UNIT - 1) / FIREHOSE_UNIT * (long) FIREHOSE_UNIT;
            for (byte b : data) {
                events += b == '\n' ? 1 : 0;
            }
        } else {
            kinesisUnits += (data.length + KINESIS_UNIT - 1) / KINESIS_UNIT;
            events += eventsOf(data);
        }
    }

    /** Returns 1, or the number of Protocol Buffers fields 3 in a packed record, whose fields all have a length. */
    private static int eventsOf(byte[] data) {
        if (data.length < Integer.BYTES + DIGEST || ByteBuffer.wrap(data).getInt() != KPL_MAGIC) {
            return 1;
        }
        int found = 0;
        int at = Integer.BYTES;
        while (at < data.length - DIGEST) {
            found += data[at++] >>> 3 == 3 ? 1 : 0;
            int length = 0;
            for (int shift = 0; ; shift += 7) {
                byte next = data[at++];
                length |= (next & 0x7F) << shift;
                if (next >= 0) {
                    break;
                }
            }
            at += length;
        }
        return found;
    }
}
