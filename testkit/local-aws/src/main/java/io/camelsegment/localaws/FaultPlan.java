package io.camelsegment.localaws;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.Predicate;

/** All faults of one call. Confined to the server's thread. */
final class FaultPlan {
    /** No faults. Must not be changed. */
    static final FaultPlan NONE = new FaultPlan();

    private final Moment beforeStoring = new Moment();
    private final Moment afterStoring = new Moment();
    private final List<Refusal> refusals = new ArrayList<>(1);
    private boolean shardsThrottled;
    private int resultCountChange;
    private boolean truncated;
    private Duration clockSkew = Duration.ZERO;

    /** Faults before the call is executed. */
    Moment beforeStoring() {
        return beforeStoring;
    }

    /** Faults after the call is executed and before it is answered. */
    Moment afterStoring() {
        return afterStoring;
    }

    void refuse(Predicate<PutEntry> which, String errorCode) {
        refusals.add(new Refusal(which, errorCode));
    }

    void throttleShards() {
        shardsThrottled = true;
    }

    void changeResultCount(int difference) {
        resultCountChange += difference;
    }

    void truncate() {
        truncated = true;
    }

    void skewClock(Duration ahead) {
        clockSkew = clockSkew.plus(ahead);
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

    boolean shardsThrottled() {
        return shardsThrottled;
    }

    /** The results to answer, derived from the true ones, one for each record. */
    List<PutResult> answered(List<PutResult> results) {
        if (resultCountChange == 0) {
            return results;
        }
        List<PutResult> answered = new ArrayList<>(results);
        for (int i = resultCountChange; i > 0; i--) {
            answered.add(results.get(results.size() - 1));
        }
        return answered.subList(0, Math.max(0, results.size() + resultCountChange));
    }

    boolean truncated() {
        return truncated;
    }

    /** The time by the server's clock. */
    Instant serverTime(Instant now) {
        return now.plus(clockSkew);
    }

    boolean clockSkewed() {
        return !clockSkew.isZero();
    }

    private record Refusal(Predicate<PutEntry> which, String errorCode) {}

    /** One of the two moments at which faults hit a call as a whole. */
    static final class Moment {
        private final List<Runnable> actions = new ArrayList<>(0);
        private BiFunction<AwsRequest, Principal, HttpReply> reply;
        private Duration delay = Duration.ZERO;
        private CompletionStage<?> release = CompletableFuture.completedStage(null);

        void run(Runnable action) {
            actions.add(action);
        }

        void reply(BiFunction<AwsRequest, Principal, HttpReply> instead) {
            if (reply == null) {
                reply = instead;
            }
        }

        void delay(Duration longer) {
            delay = delay.plus(longer);
        }

        void holdUntil(CompletionStage<?> released) {
            release = release.thenCombine(released, (one, other) -> null);
        }

        Duration delay() {
            return delay;
        }

        /** Completes when no fault holds the call any more. */
        CompletionStage<?> release() {
            return release;
        }

        /** Runs the actions; returns the reply to send instead of the right one, or null. */
        HttpReply strike(AwsRequest request, Principal caller) {
            actions.forEach(Runnable::run);
            return reply == null ? null : reply.apply(request, caller);
        }
    }
}
