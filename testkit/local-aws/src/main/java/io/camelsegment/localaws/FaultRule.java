package io.camelsegment.localaws;

import java.time.Duration;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Describes a fault: first the calls it hits, then, as the last step, its effect. Used by one thread.
 */
public final class FaultRule {
    private static final long DEFAULT_SEED = 1;

    private final Faults faults;
    private final Fault previous;
    private final ActionNames.Pattern action;
    private String resource;
    private int skip;
    private int times = Fault.FOREVER;
    private long seed = DEFAULT_SEED;
    private boolean afterStoring;

    FaultRule(Faults faults, Fault previous, ActionNames.Pattern action, String resource) {
        this.faults = faults;
        this.previous = previous;
        this.action = action;
        this.resource = resource;
    }

    /** Hits only calls on the stream, delivery stream or role of this name. */
    public FaultRule resource(String name) {
        resource = name;
        return this;
    }

    /**
     * Lets this many matching calls pass first.
     *
     * @throws IllegalArgumentException if negative
     */
    public FaultRule after(int calls) {
        if (calls < 0) {
            throw new IllegalArgumentException("expected a number of calls from 0, was " + calls);
        }
        skip = calls;
        return this;
    }

    /**
     * Hits this many calls, then no more. By default the fault lasts until it is removed.
     *
     * @throws IllegalArgumentException if below 1
     */
    public FaultRule times(int calls) {
        if (calls < 1) {
            throw new IllegalArgumentException("expected a number of calls from 1, was " + calls);
        }
        times = calls;
        return this;
    }

    /** Seeds the choice of records by fraction; the same seed and records give the same choice. */
    public FaultRule seed(long seed) {
        this.seed = seed;
        return this;
    }

    /**
     * Executes the call before {@link #fail}, {@link #htmlPage}, {@link #cutConnection}, {@link #neverAnswer}, {@link
     * #delay}, {@link #holdUntil} or {@link #run}: the caller does not learn that its records were stored. A call that
     * AWS itself would refuse is answered as usual.
     */
    public FaultRule afterStoring() {
        afterStoring = true;
        return this;
    }

    /**
     * Refuses a random part of the records, each with this error code and AWS's message; the call itself succeeds. A
     * PutRecord fails with the code as a whole.
     *
     * @param fraction 0 to 1
     * @throws IllegalArgumentException when the fraction is out of range
     */
    public Fault failRecords(double fraction, String errorCode) {
        if (!(fraction >= 0 && fraction <= 1)) {
            throw new IllegalArgumentException("expected a fraction from 0 to 1, was " + fraction);
        }
        Random random = new Random(seed);
        return failRecords(entry -> random.nextDouble() < fraction, errorCode);
    }

    /**
     * Refuses the records that the predicate picks, each with this error code and AWS's message.
     *
     * @param which called by the server's thread, once for each record
     */
    public Fault failRecords(Predicate<PutEntry> which, String errorCode) {
        return beginBeforeStoring(plan -> plan.refuse(which, errorCode));
    }

    /**
     * Throttles each Kinesis shard as AWS does: 1,000 records and 1 MiB, partition keys included, in each second of the
     * {@linkplain LocalAws.Builder#clock clock}; records beyond are refused with
     * ProvisionedThroughputExceededException.
     */
    public Fault throttleShards() {
        return beginBeforeStoring(FaultPlan::throttleShards);
    }

    /**
     * Fails the whole call with this error code and AWS's status and message for it. Nothing is stored unless {@link
     * #afterStoring} says so.
     */
    public Fault fail(String errorCode) {
        return reply((request, caller) ->
                HttpReply.error(request, KnownErrors.of(errorCode, request, caller, faults.account())));
    }

    /** Fails the whole call with this error. Nothing is stored unless {@link #afterStoring} says so. */
    public Fault fail(int status, String errorCode, String message) {
        return reply((request, caller) -> HttpReply.error(request, new AwsException(status, errorCode, message)));
    }

    /**
     * Answers with an HTML page, as a proxy or load balancer in between does.
     *
     * @param status 200 to 599
     * @throws IllegalArgumentException when the status is out of range
     */
    public Fault htmlPage(int status) {
        if (status < 200 || status > 599) {
            throw new IllegalArgumentException("expected a status from 200 to 599, was " + status);
        }
        return reply((request, caller) -> HttpReply.htmlPage(status));
    }

    /** Closes the connection instead of answering. With HTTP/2 the other calls in flight on it are lost too. */
    public Fault cutConnection() {
        return reply((request, caller) -> HttpReply.cut());
    }

    /** Stays silent and leaves the connection open until the caller closes it. */
    public Fault neverAnswer() {
        return reply((request, caller) -> HttpReply.never());
    }

    /** Executes the call and closes the connection after half of the answer's body. */
    public Fault truncateAnswer() {
        return begin(FaultPlan::truncate);
    }

    /**
     * Executes PutRecords or PutRecordBatch and answers with a wrong number of results.
     *
     * @param difference number of results added (the last one repeated) or, if negative, missing at the end
     * @throws IllegalArgumentException when 0
     */
    public Fault changeResultCount(int difference) {
        if (difference == 0) {
            throw new IllegalArgumentException("expected a difference other than 0");
        }
        return begin(plan -> plan.changeResultCount(difference));
    }

    /**
     * Sets the server's clock ahead of the real one, or back if negative. Answers carry its time in {@code Date}, and a
     * request signed more than five minutes away from it is refused in AWS's words. A client that corrects its clock,
     * as the AWS SDKs do, is accepted again.
     *
     * @throws IllegalArgumentException when zero
     */
    public Fault skewClock(Duration ahead) {
        if (ahead.isZero()) {
            throw new IllegalArgumentException("expected a clock skew other than zero");
        }
        return beginBeforeStoring(plan -> plan.skewClock(ahead));
    }

    /**
     * Waits before the call is executed ({@link #afterStoring}: before it is answered), without holding a thread.
     *
     * @throws IllegalArgumentException when shorter than 1 ms
     */
    public Fault delay(Duration delay) {
        if (delay.toMillis() < 1) {
            throw new IllegalArgumentException("expected a delay from 1 ms, was " + delay);
        }
        return beginAtMoment(moment -> moment.delay(delay));
    }

    /**
     * Holds the call before it is executed ({@link #afterStoring}: before it is answered) until the stage is done,
     * without holding a thread. For a test that needs calls in flight for as long as it takes, not for a time.
     */
    public Fault holdUntil(CompletionStage<?> released) {
        Objects.requireNonNull(released);
        return beginAtMoment(moment -> moment.holdUntil(released));
    }

    /**
     * Runs an action just before the call is executed ({@link #afterStoring}: before it is answered), such as deleting
     * a stream or changing its shards.
     *
     * @param action run by the server's thread, so it must not block, nor wait for another thread that reads {@link
     *     LocalAws#calls}
     */
    public Fault run(Runnable action) {
        return beginAtMoment(moment -> moment.run(action));
    }

    private Fault reply(BiFunction<AwsRequest, Principal, HttpReply> instead) {
        return beginAtMoment(moment -> moment.reply(instead));
    }

    private Fault beginAtMoment(Consumer<FaultPlan.Moment> effect) {
        boolean after = afterStoring;
        return begin(plan -> effect.accept(after ? plan.afterStoring() : plan.beforeStoring()));
    }

    private Fault beginBeforeStoring(Consumer<FaultPlan> effect) {
        if (afterStoring) {
            throw new IllegalStateException(
                    "expected afterStoring() only with fail, htmlPage, cutConnection, neverAnswer, "
                            + "delay, holdUntil or run; remove it");
        }
        return begin(effect);
    }

    private Fault begin(Consumer<FaultPlan> effect) {
        Fault fault = new Fault(faults, action, resource, skip, times, effect);
        if (previous == null) {
            faults.add(fault);
        } else {
            previous.followedBy(fault);
        }
        return fault;
    }
}
