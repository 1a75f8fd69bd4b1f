package io.camelsegment.localaws;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Faults of the services, on demand.
 *
 * <pre>{@code
 * aws.faults().on("PutRecords").failRecords(0.2, "ProvisionedThroughputExceededException");
 * aws.faults().on("firehose:*").resource("lake").times(3).fail("ServiceUnavailableException");
 * aws.faults().on("AssumeRole").delay(Duration.ofSeconds(2));
 * aws.faults().on("PutRecords").times(2).fail("InternalFailure")
 *         .then().times(1).afterStoring().cutConnection()
 *         .then().after(3).neverAnswer();
 * }</pre>
 *
 * Several faults may apply to one call: delays add up, the first that replaces the answer wins, and the first that
 * fails a record wins. Thread-safe.
 */
public final class Faults {
    private final Account account;
    private final ActionNames names;
    private final List<Fault> active = new CopyOnWriteArrayList<>();

    Faults(Account account, ActionNames names) {
        this.account = account;
        this.names = names;
    }

    /**
     * Begins a fault on an action. It starts once its effect is chosen.
     *
     * @param action {@code kinesis:PutRecords}, {@code PutRecords}, {@code kinesis:*} or {@code *}
     * @throws IllegalArgumentException if no service has such an action
     */
    public FaultRule on(String action) {
        return new FaultRule(this, null, names.pattern(action), null);
    }

    /** Ends all faults. */
    public void clear() {
        active.clear();
    }

    Account account() {
        return account;
    }

    void add(Fault fault) {
        active.add(fault);
    }

    void remove(Fault fault) {
        active.remove(fault);
    }

    FaultPlan planFor(AwsRequest request) {
        if (active.isEmpty()) {
            return FaultPlan.NONE;
        }
        FaultPlan plan = new FaultPlan();
        for (Fault fault : active) {
            fault.applyTo(plan, request.qualifiedAction(), request.resource());
        }
        return plan;
    }
}
