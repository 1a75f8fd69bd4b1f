package io.camelsegment.sink;

import io.camelsegment.delivery.BatchSender;
import io.camelsegment.delivery.StreamHealth;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckResultBuilder;

/**
 * Names each stream that is parked or failing, with the service's error code, and each that delivers but needs an
 * operator. The check stays up all the same: taking an instance out of service mends no stream, and with all of them
 * out, senders would not even be told to wait. Thread-safe.
 */
final class DeliveryHealthCheck implements HealthCheck {

    private static final String ID = "segment-delivery";

    private final Supplier<Map<String, BatchSender>> senders;
    private volatile boolean enabled = true;

    /**
     * Creates a check of the open senders.
     *
     * @param senders supplies them by display name
     */
    DeliveryHealthCheck(Supplier<Map<String, BatchSender>> senders) {
        this.senders = senders;
    }

    @Override
    public String getId() {
        return ID;
    }

    @Override
    public String getGroup() {
        return "camel";
    }

    @Override
    public boolean isEnabled() {
        return enabled;
    }

    @Override
    public void setEnabled(boolean enabled) {
        this.enabled = enabled;
    }

    @Override
    public boolean isLiveness() {
        return false;
    }

    @Override
    public Result call(Map<String, Object> options) {
        HealthCheckResultBuilder result = HealthCheckResultBuilder.on(this).up();
        senders.get().forEach((name, sender) -> {
            StreamHealth health = sender.health();
            String ailment = sender.ailment();
            if (health != StreamHealth.DELIVERING && ailment != null) {
                result.detail(name, health + ": " + ailment);
            } else if (sender.warning() != null) {
                result.detail(name, sender.warning());
            }
        });
        return result.build();
    }
}
