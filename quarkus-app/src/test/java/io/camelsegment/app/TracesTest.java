package io.camelsegment.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opentelemetry.proto.trace.v1.Span;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Settings switch traces on, and the SDK exports them; {@code OpenTelemetryTracingTest} looks at the spans. */
class TracesTest {

    private static SmallRyeConfig config(Map<String, String> settings) {
        return new SmallRyeConfigBuilder()
                .withSources(new PropertiesConfigSource(settings, "test", 100))
                .build();
    }

    @Test
    void areOffUnlessASettingSaysWhereSpansGo() {
        assertThat(Traces.start(config(Map.of()), "app")).isEmpty();
        assertThat(Traces.start(config(Map.of("otel.exporter.otlp.endpoint", "")), "app"))
                .isEmpty();
        assertThat(Traces.start(
                        config(Map.of("otel.exporter.otlp.endpoint", "http://x:4318", "otel.sdk.disabled", "true")),
                        "app"))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"otel.exporter.otlp.endpoint,", "otel.exporter.otlp.traces.endpoint,/v1/traces"})
    void sendTheLastSpansBeforeTheyClose(String setting, String path) throws Exception {
        try (SpanReceiver receiver = new SpanReceiver()) {
            String endpoint = receiver.endpoint() + (path == null ? "" : path);
            try (Traces traces =
                    Traces.start(config(Map.of(setting, endpoint)), "app").orElseThrow()) {
                traces.tracing().request("POST", "/v1/batch", name -> null).end("web", 200);
            }

            assertThat(receiver.spans())
                    .singleElement()
                    .extracting(Span::getName)
                    .isEqualTo("POST /v1/batch");
            assertThat(receiver.resource()).containsEntry("service.name", "app");
        }
    }

    @Test
    void haveTheNameAndTheSamplerOfTheSettings() throws Exception {
        try (SpanReceiver receiver = new SpanReceiver()) {
            Map<String, String> settings = Map.of(
                    "otel.exporter.otlp.endpoint", receiver.endpoint(),
                    "otel.resource.attributes", "service.name=collector,deployment.environment.name=test",
                    "otel.traces.sampler", "parentbased_always_off");
            try (Traces traces = Traces.start(config(settings), "app").orElseThrow()) {
                traces.tracing().request("POST", "/v1/batch", name -> null).end("web", 200);
                String sampled = "00-" + "1".repeat(32) + "-" + "2".repeat(16) + "-01";
                traces.tracing()
                        .request("POST", "/v1/track", name -> name.equals("traceparent") ? sampled : null)
                        .end("web", 200);
            }

            assertThat(receiver.spans())
                    .singleElement()
                    .extracting(Span::getName)
                    .isEqualTo("POST /v1/track");
            assertThat(receiver.resource())
                    .containsEntry("service.name", "collector")
                    .containsEntry("deployment.environment.name", "test");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "otel.exporter.otlp.protocol,        grpc",
        "otel.exporter.otlp.traces.protocol, grpc",
        "otel.exporter.otlp.endpoint,        s3cr3t",
        "otel.exporter.otlp.timeout,         s3cr3t",
        "otel.exporter.otlp.headers,         s3cr3t",
        "otel.traces.sampler,                s3cr3t",
    })
    void refuseAWrongSettingInOneLineWithoutItsValue(String setting, String value) {
        Map<String, String> settings = setting.endsWith(".endpoint")
                ? Map.of(setting, value)
                : Map.of("otel.exporter.otlp.endpoint", "http://127.0.0.1:4318", setting, value);

        assertThatThrownBy(() -> Traces.start(config(settings), "app"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith(setting + ": expected ")
                .hasMessageNotContaining(value);
    }
}
