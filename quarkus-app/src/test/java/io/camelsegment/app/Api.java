package io.camelsegment.app;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;

/** A sender; with {@link #post} alone it has one connection. */
public final class Api {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http = http1();
    private final URI app;

    Api(URI app) {
        this.app = app;
    }

    /**
     * Returns a client for HTTP/1.1: of a first answer that is large, the JDK's now and then loses its way in the
     * upgrade to HTTP/2.
     */
    static HttpClient http1() {
        return HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    }

    HttpResponse<String> post(String path, String writeKey, String body) {
        try {
            return http.send(request(path, writeKey, body), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    CompletableFuture<HttpResponse<String>> postAsync(String path, String writeKey, String body) {
        return http.sendAsync(request(path, writeKey, body), HttpResponse.BodyHandlers.ofString());
    }

    private HttpRequest request(String path, String writeKey, String body) {
        String credentials = Base64.getEncoder().encodeToString((writeKey + ':').getBytes(StandardCharsets.UTF_8));
        return HttpRequest.newBuilder(app.resolve(path))
                .header("Authorization", "Basic " + credentials)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
    }

    public static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new AssertionError("expected JSON, but was " + text, e);
        }
    }
}
