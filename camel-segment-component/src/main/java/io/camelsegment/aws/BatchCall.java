package io.camelsegment.aws;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import io.camelsegment.delivery.RecordResult;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;

/**
 * A batch call that writes its request body and reads its response itself. The SDK does the rest: endpoint, signature,
 * connection, errors. For a batch of 500 records the SDK's marshallers would take more time and memory than everything
 * the collector does before: they look up each member of each record by name and type and copy the data three times.
 *
 * <p>A call is used once. Not thread-safe: the SDK hands it from thread to thread, one at a time.
 */
public abstract class BatchCall {

    private static final String JSON_TYPE = "application/x-amz-json-1.1";
    private static final String CBOR_TYPE = "application/x-amz-cbor-1.1";
    private static final byte[] EMPTY_JSON = {'{', '}'};
    private static final byte[] EMPTY_CBOR = {(byte) 0xA0};
    private static final JsonFactory JSON = new JsonFactory();
    private static final JsonFactory CBOR = new CBORFactory();

    private final String resultsName;
    private final String recordIdName;
    private final int records;
    private boolean cbor;
    private int bodyLength;
    private byte[] answer = {};
    private boolean answerIsGzip;

    /**
     * Creates a call.
     *
     * @param resultsName  the service's name of the list of results in its response
     * @param recordIdName the service's name of the id of a stored record
     * @param records      number of records sent
     */
    protected BatchCall(String resultsName, String recordIdName, int records) {
        this.resultsName = resultsName;
        this.recordIdName = recordIdName;
        this.records = records;
    }

    /** Writes the body for the content type {@value #JSON_TYPE}; its bytes never change afterwards. */
    protected abstract ByteBuffer json();

    /**
     * Writes the body for the content type {@value #CBOR_TYPE}; its bytes never change afterwards.
     *
     * @throws UnsupportedOperationException if the service does not read CBOR
     */
    protected ByteBuffer cbor() {
        throw new UnsupportedOperationException("the service does not read CBOR");
    }

    /**
     * Writes the body.
     *
     * @param contentType of the SDK's request
     * @throws IllegalStateException if the content type is neither CBOR nor JSON
     */
    final ByteBuffer body(String contentType) {
        cbor = switch (contentType) {
            case CBOR_TYPE -> true;
            case JSON_TYPE -> false;
            default ->
                throw new IllegalStateException(
                        "expected " + CBOR_TYPE + " or " + JSON_TYPE + " but the AWS SDK sends " + contentType);
        };
        ByteBuffer body = cbor ? cbor() : json();
        bodyLength = body.remaining();
        return body;
    }

    /** Returns the number of bytes of the body written last. */
    final int bodyLength() {
        return bodyLength;
    }

    /** Sets whether the body of the response is compressed. */
    final void answerIsGzip(boolean gzip) {
        answerIsGzip = gzip;
    }

    /** Takes the body of a successful response, in the request's format whatever its Content-Type, as in the SDK. */
    final void answered(byte[] body) {
        answer = body;
    }

    /** Returns a body that the SDK reads as a response without members. */
    final byte[] emptyAnswer() {
        return (cbor ? EMPTY_CBOR : EMPTY_JSON).clone();
    }

    /**
     * Reads the results from the response, one per record, by index.
     *
     * @throws UncheckedIOException if the response cannot be read
     */
    List<RecordResult> results() {
        List<RecordResult> results = new ArrayList<>(records);
        try (JsonParser parser = (cbor ? CBOR : JSON).createParser(decoded())) {
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

    private byte[] decoded() throws IOException {
        if (!answerIsGzip) {
            return answer;
        }
        try (InputStream gzip = new GZIPInputStream(new ByteArrayInputStream(answer))) {
            return gzip.readAllBytes();
        }
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
