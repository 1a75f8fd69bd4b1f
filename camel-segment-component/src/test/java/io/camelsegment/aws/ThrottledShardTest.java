package io.camelsegment.aws;

import static org.assertj.core.api.Assertions.assertThat;

import io.camelsegment.delivery.RecordResult;
import io.camelsegment.delivery.Verdict;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class ThrottledShardTest {

    @Test
    void isTakenFromTheMessage() {
        RecordResult result = ErrorClassifier.record(
                "ProvisionedThroughputExceededException",
                "Rate exceeded for shard shardId-000000000007 in stream events under account 123456789012.");

        assertThat(result.verdict()).isEqualTo(Verdict.THROTTLED);
        assertThat(result.partition()).isEqualTo("shardId-000000000007");
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "Rate exceeded", "Rate exceeded for shard shardId-7 in stream events"})
    void isUnknownWhenTheMessageNamesNone(String message) {
        RecordResult result = ErrorClassifier.record("ProvisionedThroughputExceededException", message);

        assertThat(result.verdict()).isEqualTo(Verdict.THROTTLED);
        assertThat(result.partition()).isNull();
    }

    @Test
    void isNotLookedForInOtherErrors() {
        assertThat(ErrorClassifier.record("InternalFailure", "shardId-000000000007")
                        .partition())
                .isNull();
    }
}
