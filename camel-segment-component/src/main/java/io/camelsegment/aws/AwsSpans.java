package io.camelsegment.aws;

import io.camelsegment.observation.Tracing;
import io.camelsegment.sink.CallSpans;
import software.amazon.awssdk.awscore.exception.AwsServiceException;

/**
 * The spans of a stream's calls.
 *
 * @param batches of batch calls
 * @param singles of calls for single records
 */
public record AwsSpans(CallSpans batches, CallSpans singles) {

    /** Returns what came of a call that failed with all its records. */
    static Tracing.Answer answer(Throwable error, int records) {
        Throwable cause = ErrorClassifier.cause(error);
        if (cause instanceof AwsServiceException refused && refused.awsErrorDetails() != null) {
            return new Tracing.Answer(
                    refused.statusCode(), records, refused.awsErrorDetails().errorCode(), refused.requestId());
        }
        return new Tracing.Answer(0, records, cause.getClass().getName(), null);
    }
}
