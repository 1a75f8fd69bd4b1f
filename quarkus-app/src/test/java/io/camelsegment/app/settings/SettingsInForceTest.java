package io.camelsegment.app.settings;

import static org.assertj.core.api.Assertions.assertThat;

import io.camelsegment.app.RunningSettings;
import io.camelsegment.kinesis.SegmentKinesisConfiguration;
import io.camelsegment.kinesis.SegmentKinesisEndpoint;
import io.camelsegment.localaws.LocalAws;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What each setting that is an option of Camel's does, seen from outside, when it is in a file and in a variable. */
@Timeout(60)
class SettingsInForceTest {

    private static final String EVENT = "{\"userId\":\"u\",\"event\":\"Tried\"}";

    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private static final KeyPair KEYS = keys();

    private static final String PUBLIC_KEY = "-----BEGIN PUBLIC KEY-----\n"
            + Base64.getMimeEncoder(64, new byte[] {'\n'})
                    .encodeToString(KEYS.getPublic().getEncoded())
            + "\n-----END PUBLIC KEY-----\n";

    @TempDir
    Path directory;

    private LocalAws aws;

    /** What a row looks at. */
    private record Running(URI uri, LocalAws aws, RunningSettings settings) {

        HttpResponse<String> post(String path, String body, String... headers) throws Exception {
            HttpRequest.Builder request = HttpRequest.newBuilder(uri.resolve(path))
                    .header("Content-Type", "application/json")
                    .POST(BodyPublishers.ofString(body));
            if (headers.length == 0 || !headers[0].equals("Authorization")) {
                request.header("Authorization", basic());
            }
            if (headers.length > 0) {
                request.headers(headers);
            }
            return HTTP.send(request.build(), BodyHandlers.ofString());
        }

        int status(String path, String body, String... headers) throws Exception {
            return post(path, body, headers).statusCode();
        }

        String delivered() {
            return aws.stream("events").records().stream()
                    .map(record -> new String(record.data(), StandardCharsets.ISO_8859_1))
                    .collect(Collectors.joining("\n"));
        }
    }

    /** Looks whether the setting does what it should. */
    @FunctionalInterface
    private interface Check {
        void look(Running running) throws Exception;
    }

    /**
     * A setting with a value.
     *
     * @param others further lines of the file, by setting
     */
    private record Row(String setting, String value, Map<String, String> others, Check check) {

        @Override
        public String toString() {
            return setting;
        }
    }

    private static Row row(String setting, String value, Check check) {
        return new Row(setting, value, Map.of(), check);
    }

    private static List<SegmentKinesisConfiguration> kinesis(Running app) {
        return app.settings().context().getEndpoints().stream()
                .filter(SegmentKinesisEndpoint.class::isInstance)
                .map(endpoint -> ((SegmentKinesisEndpoint) endpoint).getConfiguration())
                .toList();
    }

    static List<Row> rows() {
        String batch = "{\"batch\":[" + typed("u") + "," + typed("u") + "]}";
        return List.of(
                row("base-path", "/collect", app -> {
                    assertThat(app.status("/collect/track", EVENT)).isEqualTo(200);
                    assertThat(app.status("/v1/track", EVENT)).isEqualTo(404);
                }),
                new Row("trusted-proxies", "10.0.0.0/8, 127.0.0.1", Map.of("context-ip", "always"), app -> {
                    app.post("/v1/track", EVENT, "X-Forwarded-For", "203.0.113.7");
                    assertThat(app.delivered()).contains("\"ip\":\"203.0.113.7\"");
                }),
                row("max-buffered-bytes", "100", app -> {
                    CountDownLatch held = new CountDownLatch(1);
                    CountDownLatch answered = new CountDownLatch(1);
                    app.aws().faults().on("PutRecords").times(1).run(() -> {
                        held.countDown();
                        awaitEnd(answered);
                    });
                    CompletableFuture<Integer> first = CompletableFuture.supplyAsync(() -> statusOf(app));
                    held.await();
                    assertThat(app.status("/v1/track", EVENT)).isIn(429, 503);
                    answered.countDown();
                    assertThat(first.get()).isEqualTo(200);
                }),
                row("resend-memory", "0s", app -> {
                    app.aws().faults().on("PutRecords").resource("other").fail("ResourceNotFoundException");
                    String event = EVENT.replace("{", "{\"messageId\":\"m\",");
                    assertThat(app.status("/v1/track", event)).isIn(429, 503);
                    assertThat(app.status("/v1/track", event)).isIn(429, 503);
                    assertThat(app.aws().stream("events").recordCount()).isEqualTo(2);
                }),
                row("analytics-js-directory", "DIRECTORY", app -> assertThat(HTTP.send(
                                        HttpRequest.newBuilder(
                                                        app.uri().resolve("/analytics.js/v1/KEY/analytics.min.js"))
                                                .build(),
                                        BodyHandlers.ofString())
                                .body())
                        .contains("standalone")),
                row("sources.web.allowed-origins", "https://shop.example, https://www.example", app -> {
                    assertThat(origin(app.post("/v1/track", EVENT, "Origin", "https://shop.example")))
                            .containsExactly("https://shop.example");
                    assertThat(origin(app.post("/v1/track", EVENT, "Origin", "https://other.example")))
                            .isEmpty();
                }),
                row("sources.web.max-event-bytes", "60", app -> {
                    assertThat(app.status("/v1/track", EVENT)).isEqualTo(200);
                    assertThat(app.status("/v1/track", EVENT.replace("Tried", "T".repeat(60))))
                            .isEqualTo(400);
                }),
                row("sources.web.max-request-bytes", "60", app -> {
                    assertThat(app.status("/v1/track", EVENT)).isEqualTo(200);
                    assertThat(app.status("/v1/track", EVENT + " ".repeat(60))).isIn(400, 413);
                }),
                row("sources.web.max-events", "1", app -> assertThat(app.status("/v1/batch", batch))
                        .isEqualTo(400)),
                new Row("sources.web.rate-limit", "1", Map.of("max-events", "1"), app -> {
                    assertThat(app.status("/v1/track", EVENT)).isEqualTo(200);
                    assertThat(Stream.of(1, 2, 3).map(i -> statusOf(app))).contains(429);
                }),
                row("sources.web.invalid-uri", "file:DIRECTORY/invalid", app -> {
                    app.post("/v1/batch", "{\"batch\":[{\"type\":\"nothing\"}," + typed("u") + "]}");
                    Path written = directoryOf(app);
                    assertThat(written).isNotEmptyDirectory();
                }),
                row("sources.web.context-ip", "always", app -> {
                    app.post("/v1/track", EVENT);
                    assertThat(app.delivered()).contains("\"ip\":\"127.0.0.1\"");
                }),
                new Row("sources.web.anonymize-ip", "yes", Map.of("context-ip", "always"), app -> {
                    app.post("/v1/track", EVENT);
                    assertThat(app.delivered()).contains("\"ip\":\"127.0.0.0\"");
                }),
                row("sources.web.webhook", "true", app -> assertThat(app.status("/v1/webhook/web", typed("u")))
                        .isEqualTo(200)),
                new Row("sources.web.shared-secret", "s3cr3t", Map.of("webhook", "true"), app -> assertThat(
                                app.status("/v1/webhook/web", typed("u")))
                        .isEqualTo(400)),
                row("sources.web.jwks-url", "http://127.0.0.1:1/keys", app -> assertThat(app.status("/v1/track", EVENT))
                        .isEqualTo(400)),
                row("sources.web.public-key", PUBLIC_KEY, app -> {
                    assertThat(app.status("/v1/track", EVENT)).isEqualTo(400);
                    assertThat(withToken(app, "i", "a", "tracking_api:write")).isEqualTo(200);
                }),
                new Row("sources.web.issuer", "me", Map.of("public-key", PUBLIC_KEY), app -> {
                    assertThat(withToken(app, "me", "a", "tracking_api:write")).isEqualTo(200);
                    assertThat(withToken(app, "you", "a", "tracking_api:write")).isEqualTo(400);
                }),
                new Row("sources.web.audience", "me", Map.of("public-key", PUBLIC_KEY), app -> {
                    assertThat(withToken(app, "i", "me", "tracking_api:write")).isEqualTo(200);
                    assertThat(withToken(app, "i", "you", "tracking_api:write")).isEqualTo(400);
                }),
                new Row("sources.web.scope", "mine", Map.of("public-key", PUBLIC_KEY), app -> {
                    assertThat(withToken(app, "i", "a", "mine")).isEqualTo(200);
                    assertThat(withToken(app, "i", "a", "tracking_api:write")).isEqualTo(400);
                }),
                row("destinations.events.packing", "kpl", app -> {
                    app.post("/v1/batch", batch);
                    assertThat(app.delivered()).startsWith("\u00f3\u0089\u009a\u00c2");
                }),
                row("destinations.events.ordering", "strict", app -> {
                    app.post("/v1/batch", batch);
                    assertThat(app.aws().calls().of("PutRecords").callsByRecords())
                            .containsOnlyKeys(1);
                }),
                row("destinations.events.batch-records", "1", app -> {
                    app.post("/v1/batch", batch);
                    assertThat(app.aws().calls().of("PutRecords").callsByRecords())
                            .containsOnlyKeys(1);
                }),
                row("destinations.events.batch-bytes", "1", app -> {
                    app.post("/v1/batch", batch);
                    assertThat(app.aws().calls().of("PutRecords").callsByRecords())
                            .containsOnlyKeys(1);
                }),
                row("destinations.events.linger-time", "3s", app -> assertThat(kinesis(app))
                        .extracting(SegmentKinesisConfiguration::getLingerTime)
                        .contains(Duration.ofSeconds(3))),
                row("destinations.events.delivery-timeout", "300ms", app -> {
                    app.aws().faults().on("PutRecords").fail("InternalFailure");
                    assertThat(app.status("/v1/track", EVENT)).isIn(429, 503);
                }),
                row("destinations.events.max-in-flight-requests", "1", app -> assertThat(kinesis(app))
                        .extracting(SegmentKinesisConfiguration::getMaxInFlightRequests)
                        .contains(1)),
                row("destinations.events.integration-name", "Mine + 50% & \u00e4", app -> {
                    app.post("/v1/track", EVENT.replace("{\"", "{\"integrations\":{\"Mine + 50% & \u00e4\":false},\""));
                    assertThat(app.aws().stream("events").recordCount()).isZero();
                    app.post("/v1/track", EVENT.replace("{\"", "{\"integrations\":{\"Amazon Kinesis\":false},\""));
                    assertThat(app.aws().stream("events").recordCount()).isOne();
                }));
    }

    @Test
    void everyOptionHasARow() {
        Set<String> rows = new TreeSet<>(
                Set.of("destinations.*.proxy-host", "destinations.*.proxy-port", "destinations.*.proxy-protocol"));
        rows().forEach(row -> rows.add(row.setting().replaceFirst("\\.[a-z]+\\.", ".*.")));

        assertThat(SettingsTable.ROWS.stream()
                        .filter(setting -> setting.option() != null)
                        .map(setting -> String.join(".", setting.pattern())))
                .containsExactlyInAnyOrderElementsOf(rows);
    }

    static Stream<Arguments> places() {
        return rows().stream().flatMap(row -> Stream.of(Arguments.of(row, "file"), Arguments.of(row, "variable")));
    }

    @BeforeEach
    void startAws() {
        aws = LocalAws.start();
        aws.createStream("events", 1);
        aws.createStream("other", 1);
    }

    @AfterEach
    void stopAws() {
        aws.close();
    }

    @ParameterizedTest
    @MethodSource("places")
    void aSettingIsInForce(Row row, String place) throws Exception {
        Files.writeString(directory.resolve("standalone.js"), "// standalone");
        String value = row.value().replace("DIRECTORY", directory.toString());
        Map<String, String> yaml = new LinkedHashMap<>();
        yaml.put("aws.endpoint-override", aws.endpoint().toString());
        yaml.put("sources.web.write-key", "KEY");
        // Of two destinations one can have an event that the other has not.
        for (String stream : row.setting().equals("resend-memory") ? List.of("events", "other") : List.of("events")) {
            yaml.put("destinations." + stream + ".type", "kinesis");
            yaml.put("destinations." + stream + ".stream-name", stream);
        }
        row.others()
                .forEach((setting, other) -> yaml.put(
                        (setting.equals("delivery-timeout") ? "destinations.events." : "sources.web.") + setting,
                        other));
        Map<String, String> environment = Map.of();
        if (place.equals("file")) {
            yaml.put(row.setting(), value);
        } else {
            environment = Map.of("SEGMENT_" + SettingName.variable(row.setting()), value);
        }

        try (RunningSettings running = new RunningSettings(yaml(yaml), environment)) {
            row.check().look(new Running(running.uri(), aws, running));
        }
    }

    @Test
    void callsGoToTheProxy() throws Exception {
        for (String protocol : List.of("http", "https")) {
            try (ServerSocket proxy = new ServerSocket(0)) {
                Map<String, String> yaml = new LinkedHashMap<>();
                yaml.put("aws.endpoint-override", "http://kinesis.invalid");
                yaml.put("sources.web.write-key", "KEY");
                yaml.put("destinations.events.type", "kinesis");
                yaml.put("destinations.events.stream-name", "events");
                yaml.put("destinations.events.proxy-host", "127.0.0.1");
                yaml.put("destinations.events.proxy-port", String.valueOf(proxy.getLocalPort()));
                yaml.put("destinations.events.delivery-timeout", "1s");
                Map<String, String> environment = Map.of("SEGMENT_DESTINATIONS_EVENTS_PROXY_PROTOCOL", protocol);

                try (RunningSettings running = new RunningSettings(yaml(yaml), environment)) {
                    var answer = HTTP.sendAsync(
                            HttpRequest.newBuilder(running.uri().resolve("/v1/track"))
                                    .header("Authorization", basic())
                                    .POST(BodyPublishers.ofString(EVENT))
                                    .build(),
                            BodyHandlers.ofString());
                    try (Socket call = proxy.accept()) {
                        boolean tls = call.getInputStream().read() == 0x16;
                        assertThat(tls).isEqualTo(protocol.equals("https"));
                    }
                    assertThat(answer.get().statusCode()).isIn(429, 503);
                }
            }
        }
    }

    private static String yaml(Map<String, String> settings) {
        Map<String, Map<String, Map<String, String>>> groups = new LinkedHashMap<>();
        StringBuilder yaml = new StringBuilder("segment:\n");
        settings.forEach((setting, value) -> {
            String[] parts = setting.split("\\.", -1);
            if (parts.length == 3) {
                groups.computeIfAbsent(parts[0], group -> new LinkedHashMap<>())
                        .computeIfAbsent(parts[1], name -> new LinkedHashMap<>())
                        .put(parts[2], value);
            } else if (parts.length == 2) {
                yaml.append("  ")
                        .append(parts[0])
                        .append(": { ")
                        .append(parts[1])
                        .append(": ")
                        .append(quoted(value));
                yaml.append(" }\n");
            } else {
                yaml.append("  ")
                        .append(setting)
                        .append(": ")
                        .append(quoted(value))
                        .append('\n');
            }
        });
        groups.forEach((group, names) -> {
            yaml.append("  ").append(group).append(":\n");
            names.forEach((name, values) -> {
                yaml.append("    ").append(name).append(":\n");
                values.forEach((setting, value) -> yaml.append("      ")
                        .append(setting)
                        .append(": ")
                        .append(quoted(value))
                        .append('\n'));
            });
        });
        return yaml.toString();
    }

    private static String quoted(String value) {
        return '"' + value.replace("\n", "\\n") + '"';
    }

    private static String basic() {
        return "Basic " + Base64.getEncoder().encodeToString("KEY:".getBytes(StandardCharsets.UTF_8));
    }

    private static String typed(String user) {
        return "{\"type\":\"track\",\"userId\":\"" + user + "\",\"event\":\"Tried\"}";
    }

    private static List<String> origin(HttpResponse<String> answer) {
        return answer.headers().allValues("Access-Control-Allow-Origin");
    }

    private static int statusOf(Running app) {
        try {
            return app.status("/v1/track", EVENT);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static void awaitEnd(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Path directoryOf(Running app) {
        return app.settings().context().getEndpoints().stream()
                .map(endpoint -> endpoint.getEndpointUri())
                .filter(uri -> uri.startsWith("file:"))
                .map(uri -> Path.of(uri.replaceFirst("file:(//)?", "")))
                .findFirst()
                .orElseThrow();
    }

    private static int withToken(Running app, String issuer, String audience, String scope) throws Exception {
        String token = part("{\"alg\":\"RS256\",\"typ\":\"JWT\"}") + "."
                + part("{\"iss\":\"" + issuer + "\",\"aud\":\"" + audience + "\",\"scope\":\"" + scope
                        + "\",\"exp\":4102444800}");
        Signature signature = Signature.getInstance("SHA256withRSA");
        signature.initSign(KEYS.getPrivate());
        signature.update(token.getBytes(StandardCharsets.US_ASCII));
        String signed = token + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(signature.sign());
        return app.status(
                "/v1/track", EVENT.replace("{", "{\"writeKey\":\"KEY\","), "Authorization", "Bearer " + signed);
    }

    private static String part(String json) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(json.getBytes(StandardCharsets.UTF_8));
    }

    private static KeyPair keys() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            return generator.generateKeyPair();
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
