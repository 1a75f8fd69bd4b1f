package io.camelsegment.localaws;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;

/** All that goes wrong with one call. Confined to the server's thread. */
final class FaultPlan {
    /** Nothing goes wrong. Not to be changed. */
    static final FaultPlan NONE = new FaultPlan();

    private final List<Refusal> refusals = new ArrayList<>(1);
    private Function<AwsRequest, AwsException> failure;
    private Duration delay = Duration.ZERO;

    void refuse(Predicate<PutEntry> which, String errorCode) {
        refusals.add(new Refusal(which, errorCode));
    }

    void fail(Function<AwsRequest, AwsException> failure) {
        if (this.failure == null) {
            this.failure = failure;
        }
    }

    void delay(Duration longer) {
        delay = delay.plus(longer);
    }

    Duration delay() {
        return delay;
    }

    /** Fails the call if it is to fail as a whole. */
    void check(AwsRequest request) {
        if (failure != null) {
            throw failure.apply(request);
        }
    }

    /** The error code to refuse a record with, or null to store it. */
    String refusal(PutEntry entry) {
        for (Refusal refusal : refusals) {
            if (refusal.which.test(entry)) {
                return refusal.errorCode;
            }
        }
        return null;
    }

    private record Refusal(Predicate<PutEntry> which, String errorCode) {}
}
