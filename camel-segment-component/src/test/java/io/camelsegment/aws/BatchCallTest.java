package io.camelsegment.aws;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.cbor.databind.CBORMapper;
import io.camelsegment.delivery.RecordResult;
import io.camelsegment.delivery.Verdict;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reading of the answers to batches. */
class BatchCallTest {

    private static final String KINESIS =
            """
            {"EncryptionType": "KMS", "New": {"Records": [{"ErrorCode": "not this"}]}, "FailedRecordCount": 2, "Records": [
              {"SequenceNumber": "21", "ShardId": "shardId-000000000000"},
              {"ErrorCode": "ProvisionedThroughputExceededException", "ErrorMessage": "Rate exceeded for shard shardId-000000000003 in stream s"},
              {"ErrorMessage": null, "ErrorCode": null, "Other": [1, {"ShardId": "no"}], "ShardId": "shardId-000000000001", "SequenceNumber": "22"},
              {"ErrorCode": "InternalFailure"}
            ], "Last": [1, 2]}
            """;

    private final BatchCall call = new BatchCall("Records", "SequenceNumber", 4) {
        @Override
        protected ByteBuffer json() {
            return ByteBuffer.allocate(0);
        }

        @Override
        protected ByteBuffer cbor() {
            return ByteBuffer.allocate(0);
        }
    };

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void readsTheResultsInOrderAndNothingElse(boolean cbor) throws IOException {
        call.body(cbor ? "application/x-amz-cbor-1.1" : "application/x-amz-json-1.1");
        call.answered(
                cbor
                        ? new CBORMapper().writeValueAsBytes(new ObjectMapper().readTree(KINESIS))
                        : KINESIS.getBytes(UTF_8));
        assertThat(call.results())
                .containsExactly(
                        RecordResult.delivered("shardId-000000000000", "21"),
                        RecordResult.throttled(
                                "shardId-000000000003",
                                "ProvisionedThroughputExceededException",
                                "Rate exceeded for shard shardId-000000000003 in stream s"),
                        RecordResult.delivered("shardId-000000000001", "22"),
                        RecordResult.failed(Verdict.RETRY, "InternalFailure", null));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"Records\": null}", "{\"Records\": []}", "[]", "\"text\""})
    void findsNoResultsInAnswersWithoutSome(String answer) {
        call.answered(answer.getBytes(UTF_8));
        assertThat(call.results()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"<html>", "{\"Records\": [{\"SequenceNumber\": \"1\"", "{\"Records\": [{"})
    void refusesWhatItCannotRead(String answer) {
        call.answered(answer.getBytes(UTF_8));
        assertThatThrownBy(call::results)
                .isInstanceOf(UncheckedIOException.class)
                .hasMessage("the answer cannot be read");
    }

    @Test
    void refusesCborWhereTheServiceDoesNotReadIt() {
        BatchCall jsonOnly = new BatchCall("RequestResponses", "RecordId", 1) {
            @Override
            protected ByteBuffer json() {
                return ByteBuffer.allocate(0);
            }
        };
        assertThatThrownBy(() -> jsonOnly.body("application/x-amz-cbor-1.1"))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessage("the service does not read CBOR");
    }
}
