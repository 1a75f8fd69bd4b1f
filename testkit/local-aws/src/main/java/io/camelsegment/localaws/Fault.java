package io.camelsegment.localaws;

import java.util.function.Consumer;

/** A fault in effect. Thread-safe. */
public final class Fault {
    static final int FOREVER = Integer.MAX_VALUE;

    private final Faults faults;
    private final ActionNames.Pattern action;
    private final String resource;
    private final Consumer<FaultPlan> effect;
    private int skip;
    private int left;
    private int hits;
    private Fault next;

    Fault(Faults faults, ActionNames.Pattern action, String resource, int skip, int times, Consumer<FaultPlan> effect) {
        this.faults = faults;
        this.action = action;
        this.resource = resource;
        this.skip = skip;
        this.left = times;
        this.effect = effect;
    }

    /** The number of calls that the fault has hit. {@link CallLog} has them too, a delayed one after its delay. */
    public synchronized int hits() {
        return hits;
    }

    /**
     * Begins the next fault of a script, on the same calls. It counts the calls after the last one that this fault
     * hits.
     *
     * @throws IllegalStateException if this fault lasts for ever, or another already follows
     */
    public synchronized FaultRule then() {
        if (left == FOREVER) {
            throw new IllegalStateException("expected times(n) before then(): this fault meets all calls");
        }
        requireNoNext();
        return new FaultRule(faults, this, action, resource);
    }

    synchronized void followedBy(Fault fault) {
        requireNoNext();
        next = fault;
    }

    private void requireNoNext() {
        if (next != null) {
            throw new IllegalStateException(
                    "expected one then() after a fault, was a second; go on from the last fault");
        }
    }

    /** Ends the fault. The next one of a script, if any, begins. */
    public synchronized void remove() {
        skip = 0;
        left = 0;
        if (next == null) {
            faults.remove(this);
        }
    }

    synchronized void applyTo(FaultPlan plan, String qualifiedAction, String calledResource) {
        if (left == 0) {
            if (next != null) {
                next.applyTo(plan, qualifiedAction, calledResource);
            }
            return;
        }
        if (!action.matches(qualifiedAction) || (resource != null && !resource.equals(calledResource))) {
            return;
        }
        if (skip > 0) {
            skip--;
            return;
        }
        if (left != FOREVER) {
            left--;
        }
        hits++;
        effect.accept(plan);
    }
}
