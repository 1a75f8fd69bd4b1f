package io.camelsegment.app.setup;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckResultBuilder;

/**
 * Shows what the doctor found amiss with each destination. Like {@code segment-delivery} it always stays up: taking an
 * instance out of service mends no policy, and with all of them out senders would not even be told to wait.
 * Thread-safe.
 */
final class PermissionsHealthCheck implements HealthCheck {

    static final String ID = "segment-permissions";

    private final DoctorRounds rounds;
    private volatile boolean enabled = true;

    PermissionsHealthCheck(DoctorRounds rounds) {
        this.rounds = rounds;
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
        Optional<Report> report = rounds.last();
        if (report.isEmpty()) {
            return result.detail("report", "pending").build();
        }
        for (Diagnosis diagnosis : report.get().diagnoses()) {
            if (diagnosis.outcome() != Outcome.PASS) {
                List<Check> worst = diagnosis.checks().stream()
                        .filter(check -> check.outcome() == diagnosis.outcome())
                        .toList();
                result.detail(diagnosis.destination(), diagnosis.outcome().word() + ": " + DoctorRounds.summary(worst));
            }
        }
        return result.build();
    }
}
