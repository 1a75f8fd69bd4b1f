package io.camelsegment.app;

import io.camelsegment.observation.Tracing;
import io.camelsegment.opentelemetry.OpenTelemetryTracing;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.quarkus.runtime.configuration.ConfigurationException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.Config;

/**
 * Traces by OpenTelemetry's SDK, set up by its own settings, {@code OTEL_…} as variables and {@code otel.…} in files.
 * They are off, and nothing of the SDK is loaded, unless a setting says where spans go.
 */
final class Traces implements AutoCloseable {

    private static final String PREFIX = "otel.";
    private static final String DISABLED = "otel.sdk.disabled";
    private static final String NAME = "otel.service.name";
    private static final String ATTRIBUTES = "otel.resource.attributes";
    private static final String ENDPOINT = "otel.exporter.otlp.endpoint";
    private static final String TRACES_ENDPOINT = "otel.exporter.otlp.traces.endpoint";
    private static final String PROTOCOL = "otel.exporter.otlp.protocol";
    private static final String TRACES_PROTOCOL = "otel.exporter.otlp.traces.protocol";
    private static final String HTTP = "http/protobuf";
    private static final Pattern SETTING = Pattern.compile("\\botel(\\.[a-z_-]+)+");

    /** How long a stop waits for the last spans to go. */
    private static final int STOP_SECONDS = 2;

    private final OpenTelemetrySdk sdk;

    private Traces(OpenTelemetrySdk sdk) {
        this.sdk = sdk;
    }

    /**
     * Starts what sends spans, if it is on.
     *
     * @param name of the service, unless a setting has another one
     * @throws ConfigurationException if OpenTelemetry refuses its settings; quotes no value
     */
    static Optional<Traces> start(Config config, String name) {
        boolean on = get(config, DISABLED)
                .map(disabled -> !Boolean.parseBoolean(disabled))
                .orElseGet(() -> get(config, ENDPOINT).isPresent()
                        || get(config, TRACES_ENDPOINT).isPresent());
        return on ? Optional.of(new Traces(sdk(config, name))) : Optional.empty();
    }

    private static OpenTelemetrySdk sdk(Config config, String name) {
        Map<String, String> settings =
                new HashMap<>(Map.of(PROTOCOL, HTTP, "otel.metrics.exporter", "none", "otel.logs.exporter", "none"));
        if (get(config, ATTRIBUTES).filter(all -> all.contains("service.name=")).isEmpty()) {
            settings.put(NAME, name);
        }
        for (String setting : config.getPropertyNames()) {
            if (setting.startsWith(PREFIX)) {
                get(config, setting).ifPresent(value -> settings.put(setting, value));
            }
        }
        String protocol = get(config, TRACES_PROTOCOL).orElse(settings.get(PROTOCOL));
        if (!protocol.equals(HTTP)) {
            throw new ConfigurationException((get(config, TRACES_PROTOCOL).isPresent() ? TRACES_PROTOCOL : PROTOCOL)
                    + ": expected " + HTTP + ", which is the only one here, but was another: remove it, and name the"
                    + " port of OTLP by HTTP, usually 4318");
        }
        try {
            return AutoConfiguredOpenTelemetrySdk.builder()
                    .disableShutdownHook()
                    .addPropertiesSupplier(() -> settings)
                    .build()
                    .getOpenTelemetrySdk();
        } catch (RuntimeException e) {
            Matcher setting = SETTING.matcher(String.valueOf(e.getMessage()));
            throw new ConfigurationException((setting.find() ? setting.group() : ENDPOINT)
                    + ": expected a value that OpenTelemetry takes, but it refuses this one: correct it, see"
                    + " docs/operations.md, Traces");
        }
    }

    private static Optional<String> get(Config config, String name) {
        return config.getOptionalValue(name, String.class).filter(value -> !value.isBlank());
    }

    Tracing tracing() {
        return new OpenTelemetryTracing(sdk);
    }

    /** Sends the last spans, for {@value #STOP_SECONDS} s at most. */
    @Override
    public void close() {
        sdk.shutdown().join(STOP_SECONDS, TimeUnit.SECONDS);
    }
}
