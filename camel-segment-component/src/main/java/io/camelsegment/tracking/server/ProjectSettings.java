package io.camelsegment.tracking.server;

import com.fasterxml.jackson.core.JsonGenerator;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;

/**
 * The settings that analytics.js and the mobile SDKs load before they send anything. They name this server as the API
 * host: after any other answer, some SDK sends to Segment, or nothing at all. An unknown write key gets the same
 * settings; its events are then refused here and go nowhere else.
 *
 * <p>{@code httpConfig} enables the retry rules of the newer SDKs: without it Swift repeats a refused batch for ever.
 */
final class ProjectSettings {

    private ProjectSettings() {}

    /**
     * Returns the settings of a write key.
     *
     * @param apiHost host, port and path of the API, without scheme
     */
    static Buffer of(String writeKey, String apiHost) {
        return ResponseBodies.write(json -> {
            json.writeObjectFieldStart("integrations");
            json.writeObjectFieldStart("Segment.io");
            json.writeStringField("apiKey", writeKey);
            json.writeStringField("apiHost", apiHost);
            httpConfig(json);
            json.writeEndObject();
            json.writeEndObject();
            for (String empty : new String[] {"plan", "edgeFunction", "middlewareSettings", "enabledMiddleware"}) {
                json.writeObjectFieldStart(empty);
                json.writeEndObject();
            }
            // Otherwise analytics.js posts metrics about itself.
            json.writeObjectFieldStart("metrics");
            json.writeNumberField("sampleRate", 0);
            json.writeEndObject();
            json.writeObjectFieldStart("consentSettings");
            json.writeEndObject();
        });
    }

    private static void httpConfig(JsonGenerator json) throws IOException {
        json.writeObjectFieldStart("httpConfig");
        json.writeObjectFieldStart("rateLimitConfig");
        json.writeBooleanField("enabled", true);
        json.writeNumberField("maxRetryCount", 100);
        json.writeNumberField("maxRetryInterval", 300);
        json.writeNumberField("maxRateLimitDuration", 43_200);
        json.writeEndObject();
        json.writeObjectFieldStart("backoffConfig");
        json.writeBooleanField("enabled", true);
        json.writeNumberField("maxRetryCount", 100);
        json.writeNumberField("baseBackoffInterval", 0.5);
        json.writeNumberField("maxBackoffInterval", 300);
        json.writeNumberField("maxTotalBackoffDuration", 43_200);
        json.writeNumberField("jitterPercent", 10);
        json.writeStringField("default4xxBehavior", "drop");
        json.writeStringField("default5xxBehavior", "retry");
        json.writeObjectFieldStart("statusCodeOverrides");
        for (String retried : new String[] {"408", "410", "429", "460"}) {
            json.writeStringField(retried, "retry");
        }
        for (String dropped : new String[] {"501", "505"}) {
            json.writeStringField(dropped, "drop");
        }
        json.writeEndObject();
        json.writeEndObject();
        json.writeEndObject();
    }
}
