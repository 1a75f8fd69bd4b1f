package io.camelsegment.localaws;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A PutRecord, PutRecords or PutRecordBatch request, read in one pass without a tree: these requests carry all the
 * data.
 *
 * @param streamName the stream's or delivery stream's name, or null
 * @param streamArn the stream's ARN, or null
 * @param entries the records, or null when the request had none; nothing in them is checked yet
 */
record PutRequest(String streamName, String streamArn, List<PutEntry> entries) {

    static PutRequest read(Wire wire, byte[] body) {
        try (JsonParser parser = wire.parser(body)) {
            return new Reader(parser).read();
        } catch (IOException e) {
            // Jackson's message may quote the body, which holds events.
            throw AwsException.serialization("expected a " + wire + " object with records, was something else after "
                    + "the start of the " + body.length + " bytes");
        }
    }

    private static final class Reader {
        private final JsonParser parser;

        private String partitionKey;
        private String explicitHashKey;
        private byte[] data;

        Reader(JsonParser parser) {
            this.parser = parser;
        }

        PutRequest read() throws IOException {
            String streamName = null;
            String streamArn = null;
            List<PutEntry> entries = null;
            boolean single = false;
            expect(parser.nextToken(), JsonToken.START_OBJECT, "request", "Structure");
            for (String field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
                switch (field) {
                    case "StreamName", "DeliveryStreamName" -> streamName = text(field);
                    case "StreamARN" -> streamArn = text(field);
                    case "Records" -> entries = readEntries();
                    case "Record" -> entries = List.of(readEntry(0, parser.nextToken()));
                    default -> single |= readEntryField(field);
                }
            }
            expect(parser.currentToken(), JsonToken.END_OBJECT, "request", "end of Structure");
            if (single) {
                entries = List.of(new PutEntry(0, partitionKey, explicitHashKey, data));
            }
            return new PutRequest(streamName, streamArn, entries);
        }

        private List<PutEntry> readEntries() throws IOException {
            JsonToken token = parser.nextToken();
            if (token == JsonToken.VALUE_NULL) {
                return null;
            }
            expect(token, JsonToken.START_ARRAY, "Records", "List");
            List<PutEntry> entries = new ArrayList<>();
            while ((token = parser.nextToken()) != JsonToken.END_ARRAY) {
                entries.add(readEntry(entries.size(), token));
            }
            return entries;
        }

        private PutEntry readEntry(int index, JsonToken start) throws IOException {
            expect(start, JsonToken.START_OBJECT, "record", "Structure");
            partitionKey = null;
            explicitHashKey = null;
            data = null;
            for (String field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
                readEntryField(field);
            }
            expect(parser.currentToken(), JsonToken.END_OBJECT, "record", "end of Structure");
            return new PutEntry(index, partitionKey, explicitHashKey, data);
        }

        /** Returns whether the field belongs to a record; any other is skipped. */
        private boolean readEntryField(String field) throws IOException {
            switch (field) {
                case "PartitionKey" -> partitionKey = text(field);
                case "ExplicitHashKey" -> explicitHashKey = text(field);
                case "Data" -> data = blob(field);
                default -> {
                    parser.nextToken();
                    parser.skipChildren();
                    return false;
                }
            }
            return true;
        }

        private String text(String field) throws IOException {
            JsonToken token = parser.nextToken();
            if (token == JsonToken.VALUE_NULL) {
                return null;
            }
            expect(token, JsonToken.VALUE_STRING, field, "String");
            return parser.getText();
        }

        private byte[] blob(String field) throws IOException {
            JsonToken token = parser.nextToken();
            if (token == JsonToken.VALUE_NULL) {
                return null;
            }
            if (token != JsonToken.VALUE_EMBEDDED_OBJECT) {
                expect(token, JsonToken.VALUE_STRING, field, "Blob");
            }
            return parser.getBinaryValue();
        }

        private static void expect(JsonToken token, JsonToken expected, String field, String type) {
            if (token != expected) {
                throw AwsException.serialization(field + ": expected " + type + ", was " + token);
            }
        }
    }
}
