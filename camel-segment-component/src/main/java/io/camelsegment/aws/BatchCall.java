package io.camelsegment.aws;

import io.camelsegment.aws.client.ServiceRequest;
import io.camelsegment.delivery.RecordResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A batch call: writes the body of its request, and reads its answer. The marshallers of the AWS SDK look up each
 * member of each record by name and type and copy the data three times. Not thread-safe.
 */
public abstract class BatchCall implements ServiceRequest {

    private final String resultsName;
    private final String recordIdName;
    private final int records;

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

    /**
     * Reads the results from the answer, one per record, by index.
     *
     * @param answer in JSON or CBOR, backed by an array
     * @throws UncheckedIOException if the answer cannot be read
     */
    List<RecordResult> results(ByteBuffer answer) {
        List<RecordResult> results = new ArrayList<>(records);
        if (!answer.hasRemaining()) {
            return results;
        }
        try {
            read(scanner(answer), results);
        } catch (IOException e) {
            throw new UncheckedIOException("the answer cannot be read", e);
        }
        return results;
    }

    /** JSON begins with an ASCII character, an object in CBOR with a higher byte. */
    private static AnswerScanner scanner(ByteBuffer answer) {
        int from = answer.arrayOffset() + answer.position();
        return answer.get(answer.position()) < 0
                ? new CborScanner(answer.array(), from, answer.remaining())
                : new JsonScanner(answer.array(), from, answer.remaining());
    }

    private void read(AnswerScanner answer, List<RecordResult> results) throws IOException {
        if (!answer.beginObject()) {
            return;
        }
        while (answer.nextMember()) {
            if (!answer.nameIs(resultsName)) {
                answer.skip();
            } else if (answer.beginList()) {
                while (answer.nextElement()) {
                    if (!answer.beginObject()) {
                        throw answer.malformed(); // without it, those behind it would be taken for others' results
                    }
                    results.add(result(answer));
                }
            }
        }
    }

    private RecordResult result(AnswerScanner answer) throws IOException {
        String recordId = null;
        String shardId = null;
        String errorCode = null;
        String errorMessage = null;
        while (answer.nextMember()) {
            if (answer.nameIs(recordIdName)) {
                recordId = answer.text();
            } else if (answer.nameIs("ShardId")) {
                shardId = answer.sharedText();
            } else if (answer.nameIs("ErrorCode")) {
                errorCode = answer.sharedText();
            } else if (answer.nameIs("ErrorMessage")) {
                errorMessage = answer.sharedText();
            } else {
                answer.skip();
            }
        }
        return errorCode == null
                ? RecordResult.delivered(shardId, recordId)
                : ErrorClassifier.record(errorCode, errorMessage);
    }
}
