package io.camelsegment.app;

import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/**
 * Takes readiness down as soon as the app is asked to stop. Quarkus's own check does so too, but perhaps only after
 * {@link Collector#drain}. Thread-safe.
 */
@Readiness
@Singleton
class StopCheck implements HealthCheck {

    private volatile boolean stopping;

    void stop(@Observes @Priority(1) ShutdownDelayInitiatedEvent asked) {
        stopping = true;
    }

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("segment-stop").status(!stopping).build();
    }
}
