package io.camelsegment.aws;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import io.camelsegment.delivery.RecordResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A batch call whose body is written and whose answer is read here, while all between is the SDK's: the endpoint, the signature, the
 * connection, errors. For a batch of 500 records the SDK's own marshallers take more time and memory than all that the collector does
 * with the events before: they look up each member of each record by name and type, and copy the data three times.
 *
 * <p>A call is used once. Not thread-safe: the SDK goes from thread to thread with it, one after the other.
 */
public abstract class BatchCall {

    private static final JsonFactory JSON = new JsonFactory();
    private static final JsonFactory CBOR = new CBORFactory();

    private final String resultsName;
    private final String recordIdName;
    private final int records;
    private byte[] answer = {};
    private boolean answerIsCbor;

    /**
     * Makes a call.
     *
     * @param resultsName  what the service calls the list of results in its answer
     * @param recordIdName what it calls the id of a record that it has stored
     * @param records      how many are sent
     */
    protected BatchCall(String resultsName, String recordIdName, int records) {
        this.resultsName = resultsName;
        this.recordIdName = recordIdName;
        this.records = records;
    }

    /** Writes the body for the content type {@code application/x-amz-json-1.1}; its bytes are not changed any more. */
    protected abstract ByteBuffer json();

    /**
     * Writes the body for the content type {@code application/x-amz-cbor-1.1}; its bytes are not changed any more.
     *
     * @throws UnsupportedOperationException if the service does not read it
     */
    protected ByteBuffer cbor() {
        throw new UnsupportedOperationException("the service does not read CBOR");
    }

    /** Takes the body of a successful answer. */
    final void answered(byte[] body, boolean cbor) {
        answer = body;
        answerIsCbor = cbor;
    }

    /**
     * Reads the results from the answer, one per record by index.
     *
     * @throws UncheckedIOException if it is none
     */
    final List<RecordResult> results() {
        List<RecordResult> results = new ArrayList<>(records);
        try (JsonParser parser = (answerIsCbor ? CBOR : JSON).createParser(answer)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                boolean isList = parser.currentName().equals(resultsName);
                parser.nextToken();
                if (isList) {
                    while (parser.nextToken() == JsonToken.START_OBJECT) {
                        results.add(result(parser));
                    }
                } else {
                    parser.skipChildren();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the answer cannot be read", e);
        }
        return results;
    }

    private RecordResult result(JsonParser parser) throws IOException {
        String recordId = null;
        String shardId = null;
        String errorCode = null;
        String errorMessage = null;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            if (name.equals(recordIdName)) {
                recordId = parser.getValueAsString();
            } else if (name.equals("ShardId")) {
                shardId = parser.getValueAsString();
            } else if (name.equals("ErrorCode")) {
                errorCode = parser.getValueAsString();
            } else if (name.equals("ErrorMessage")) {
                errorMessage = parser.getValueAsString();
            } else {
                parser.skipChildren();
            }
        }
        return errorCode == null
                ? RecordResult.delivered(shardId, recordId)
                : ErrorClassifier.record(errorCode, errorMessage);
    }
}
