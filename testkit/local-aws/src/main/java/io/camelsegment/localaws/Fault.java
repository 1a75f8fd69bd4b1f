package io.camelsegment.localaws;

import java.util.function.Consumer;

/** A fault in effect. Thread-safe. */
public final class Fault {
    private final Faults faults;
    private final ActionNames.Pattern action;
    private final String resource;
    private final Consumer<FaultPlan> effect;
    private int skip;
    private int left;
    private int hits;

    Fault(Faults faults, ActionNames.Pattern action, String resource, int skip, int times, Consumer<FaultPlan> effect) {
        this.faults = faults;
        this.action = action;
        this.resource = resource;
        this.skip = skip;
        this.left = times;
        this.effect = effect;
    }

    /** How many calls the fault has met. */
    public synchronized int hits() {
        return hits;
    }

    /** Ends the fault. */
    public void remove() {
        faults.remove(this);
    }

    synchronized void applyTo(FaultPlan plan, String qualifiedAction, String calledResource) {
        if (!action.matches(qualifiedAction) || (resource != null && !resource.equals(calledResource)) || left == 0) {
            return;
        }
        if (skip > 0) {
            skip--;
            return;
        }
        left--;
        hits++;
        effect.accept(plan);
    }
}
