package io.camelsegment.localaws;

import java.time.Instant;

/**
 * A call that was executed or refused.
 *
 * @param time when it was executed or refused
 * @param action as IAM writes it: {@code kinesis:PutRecords}
 * @param region the region it was signed for; empty when not signed
 * @param resource the name of the stream, delivery stream or role, or null
 * @param principal the caller's ARN, or null when the credentials were refused
 * @param records number of its records
 * @param refusedRecords number of records refused one by one; 0 when the whole call failed
 * @param status the HTTP status answered; 0 when a fault suppressed the answer
 * @param errorCode the error code answered for the whole call, or null; a fault of the answer is {@code HtmlPage},
 *     {@code ConnectionCut}, {@code NeverAnswered} or {@code TruncatedAnswer}
 */
public record Call(
        Instant time,
        String action,
        String region,
        String resource,
        String principal,
        int records,
        int refusedRecords,
        int status,
        String errorCode) {

    /** Whether the call as a whole was answered with an error. */
    public boolean failed() {
        return errorCode != null;
    }
}
