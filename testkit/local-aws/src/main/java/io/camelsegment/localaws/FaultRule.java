package io.camelsegment.localaws;

import java.time.Duration;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Describes a fault: first which calls it meets, then, as the last step, what happens to them. Used by one thread.
 */
public final class FaultRule {
    private static final long DEFAULT_SEED = 1;

    private final Faults faults;
    private final ActionNames.Pattern action;
    private String resource;
    private int skip;
    private int times = Integer.MAX_VALUE;
    private long seed = DEFAULT_SEED;

    FaultRule(Faults faults, ActionNames.Pattern action) {
        this.faults = faults;
        this.action = action;
    }

    /** Meets only calls on the stream, delivery stream or role of this name. */
    public FaultRule resource(String name) {
        resource = name;
        return this;
    }

    /**
     * Lets this many matching calls pass first.
     *
     * @throws IllegalArgumentException when negative
     */
    public FaultRule after(int calls) {
        if (calls < 0) {
            throw new IllegalArgumentException("expected a number of calls from 0, was " + calls);
        }
        skip = calls;
        return this;
    }

    /**
     * Meets this many calls, then no more. Without it the fault lasts until it is removed.
     *
     * @throws IllegalArgumentException when below 1
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
     * Refuses a random part of the records, each with this error code and AWS's message; the call itself succeeds. A
     * single PutRecord fails with the code as a whole.
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
        return begin(plan -> plan.refuse(which, errorCode));
    }

    /** Fails the whole call, before anything is stored, with this error code and AWS's status and message for it. */
    public Fault fail(String errorCode) {
        return begin(plan -> plan.fail(request -> KnownErrors.of(errorCode, request)));
    }

    /** Fails the whole call, before anything is stored. */
    public Fault fail(int status, String errorCode, String message) {
        return begin(plan -> plan.fail(request -> new AwsException(status, errorCode, message)));
    }

    /**
     * Waits before the call is carried out, without holding a thread.
     *
     * @throws IllegalArgumentException when shorter than 1 ms
     */
    public Fault delay(Duration delay) {
        if (delay.toMillis() < 1) {
            throw new IllegalArgumentException("expected a delay from 1 ms, was " + delay);
        }
        return begin(plan -> plan.delay(delay));
    }

    private Fault begin(Consumer<FaultPlan> effect) {
        return faults.add(new Fault(faults, action, resource, skip, times, effect));
    }
}
