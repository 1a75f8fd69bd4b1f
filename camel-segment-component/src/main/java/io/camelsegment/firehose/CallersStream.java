package io.camelsegment.firehose;

import io.camelsegment.aws.CredentialsException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import software.amazon.awssdk.services.firehose.model.FirehoseException;

/**
 * Checks that the delivery stream of an ARN is the one that its name means to the caller. Firehose takes no ARN and
 * looks for a name in the caller's account, where another stream may have it. It is asked before the first record, and
 * no record goes before the answer. Thread-safe.
 */
final class CallersStream {

    private final String arn;
    private final Supplier<CompletableFuture<String>> source;

    private CompletableFuture<Void> check;

    /**
     * Creates a check that has not begun.
     *
     * @param arn    what the stream should be
     * @param source reads the ARN of the stream of that name; does not wait
     */
    CallersStream(String arn, Supplier<CompletableFuture<String>> source) {
        this.arn = arn;
        this.source = source;
    }

    /** Makes a call once the stream is the right one. A check that failed is repeated with the next call. */
    <T> CompletableFuture<T> checked(Supplier<CompletableFuture<T>> call) {
        CompletableFuture<Void> done;
        synchronized (this) {
            if (check == null || check.isCompletedExceptionally()) {
                check = source.get().handle(this::compare);
            }
            done = check;
        }
        // Without a stage between, which would keep a cancellation from the call.
        return done.isDone() && !done.isCompletedExceptionally()
                ? call.get()
                : done.thenCompose(rightOne -> call.get());
    }

    private Void compare(String found, Throwable error) {
        if (error != null) {
            Throwable cause =
                    error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
            if (cause instanceof FirehoseException service && isDenial(service)) {
                throw new CredentialsException(
                        service.awsErrorDetails().errorCode(),
                        "cannot check that " + arn
                                + " is of the caller's account; allow firehose:DescribeDeliveryStream"
                                + " or give the stream's name: "
                                + service.awsErrorDetails().errorMessage(),
                        false);
            }
            throw new CompletionException(cause);
        }
        if (!arn.equals(found)) {
            throw new CredentialsException(
                    "OtherAccount",
                    "streamName must be of the caller's account, since Firehose takes no ARN, but it is " + arn
                            + " and the caller's stream is " + found + "; give credentials of the stream's account",
                    false);
        }
        return null;
    }

    private static boolean isDenial(FirehoseException error) {
        return error.awsErrorDetails() != null
                && String.valueOf(error.awsErrorDetails().errorCode()).startsWith("AccessDenied");
    }
}
