package io.camelsegment.localaws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.KinesisClient;

@ExtendWith(LocalAwsExtension.class)
class FaultScriptTest {
    private static final String STORED = "stored";

    private final LocalAws aws;
    private KinesisClient kinesis;

    FaultScriptTest(LocalAws aws) {
        this.aws = aws;
    }

    @BeforeEach
    void connect() {
        aws.reset();
        aws.createStream("events", 1);
        kinesis = AwsClients.kinesis(aws);
    }

    @AfterEach
    void disconnect() {
        kinesis.close();
    }

    @Test
    void showsOneOutcomeAfterTheOther() {
        Fault first = aws.faults().on("PutRecord").resource("events").times(2).fail("InternalFailure");
        Fault second = first.then().times(1).failRecords(1, "ProvisionedThroughputExceededException");
        Fault third = second.then().after(1).times(1).afterStoring().fail("KMSThrottlingException");
        third.then().after(1).fail("AccessDeniedException");

        assertThat(outcomes(8))
                .containsExactly(
                        "InternalFailure",
                        "InternalFailure",
                        "ProvisionedThroughputExceededException",
                        STORED,
                        "KMSThrottlingException",
                        STORED,
                        "AccessDeniedException",
                        "AccessDeniedException");
        assertThat(aws.stream("events").recordCount()).isEqualTo(3);
        assertThat(List.of(first.hits(), second.hits(), third.hits())).containsExactly(2, 1, 1);
    }

    @Test
    void goesOnWithTheNextFaultWhenOneIsRemoved() {
        Fault first = aws.faults().on("PutRecord").times(9).fail("InternalFailure");
        Fault second = first.then().fail("ThrottlingException");
        assertThat(outcomes(1)).containsExactly("InternalFailure");

        first.remove();
        assertThat(outcomes(1)).containsExactly("ThrottlingException");
        second.remove();
        assertThat(outcomes(1)).containsExactly(STORED);
    }

    @Test
    void deletesAStreamAndCreatesItAgainBetweenCalls() {
        aws.faults()
                .on("PutRecord")
                .after(1)
                .times(1)
                .run(() -> aws.deleteStream("events"))
                .then()
                .after(1)
                .times(1)
                .run(() -> aws.createStream("events", 2));

        assertThat(outcomes(5))
                .containsExactly(STORED, "ResourceNotFoundException", "ResourceNotFoundException", STORED, STORED);
        assertThat(aws.stream("events").recordCount()).isEqualTo(2);
    }

    @Test
    void refusesAScriptThatCouldNotGoOn() {
        Fault endless = aws.faults().on("PutRecord").fail("InternalFailure");
        assertThatIllegalStateException().isThrownBy(endless::then).withMessageContaining("times(n) before then()");

        Fault once = aws.faults().on("PutRecord").times(1).fail("InternalFailure");
        once.then().fail("InternalFailure");
        assertThatIllegalStateException().isThrownBy(once::then).withMessageContaining("go on from the last fault");
    }

    private List<String> outcomes(int calls) {
        return IntStream.range(0, calls).mapToObj(i -> outcome()).toList();
    }

    private String outcome() {
        try {
            kinesis.putRecord(r -> r.streamName("events").partitionKey("user_1").data(SdkBytes.fromUtf8String("{}")));
            return STORED;
        } catch (AwsServiceException e) {
            return e.awsErrorDetails().errorCode();
        }
    }
}
