package io.camelsegment.runtimes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.camelsegment.localaws.LocalAws;
import io.camelsegment.localaws.LocalAwsRegion;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** An application and what is around it: AWS, a tracking API that it sends to, a proxy, files. */
final class Stage implements AutoCloseable {

    static final String REGION = "eu-west-1";
    static final String ROLE = "arn:aws:iam::123456789012:role/segment";
    static final String SECRET_ID = "a-secret-id";
    static final Duration PATIENCE = Duration.ofSeconds(20);

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final RSAKey KEY = newKey();

    final Path directory;
    final LocalAws aws = LocalAws.builder().region(REGION).start();
    final Receiver receiver = new Receiver();
    final Tap tap = Tap.to(aws.endpoint());
    final Tap tls;
    final Map<String, String> properties = new TreeMap<>();

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private Application app;

    Stage(Path directory) throws Exception {
        this.directory = directory;
        tls = Tap.withTls(aws.endpoint(), directory);
        aws.createRole(ROLE, SECRET_ID);
        for (LocalAwsRegion region : List.of(aws.defaultRegion(), aws.region("us-west-2"))) {
            for (String name : List.of("events", "others", "aside", "lazy")) {
                region.createStream(name, 1);
                region.createDeliveryStream(name);
            }
        }
        receiver.serveKeys(new JWKSet(KEY).toString());
        Path js = Files.createDirectory(directory.resolve("umd"));
        Files.writeString(js.resolve("standalone.js"), "console.log('segment')");
    }

    private static RSAKey newKey() {
        try {
            return new RSAKeyGenerator(2048).keyID("key").generate();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** Starts the application with the properties and a route file. */
    void start(Application.Launch launch, String routes) throws IOException {
        Path file = Files.createDirectory(directory.resolve("routes")).resolve("routes.camel.yaml");
        Files.writeString(file, filled(routes));
        properties.replaceAll((name, value) -> filled(value));
        app = launch.start(directory, file, properties, aws.endpoint());
    }

    private String filled(String text) {
        try {
            return text.replace("{aws}", aws.endpoint().toString())
                    .replace("{receiver}", receiver.url().toString())
                    .replace("{tap}", String.valueOf(tap.port()))
                    .replace("{tls}", String.valueOf(tls.port()))
                    .replace("{directory}", directory.toString())
                    .replace(
                            "{publicKey}",
                            "-----BEGIN PUBLIC KEY-----"
                                    + Base64.getEncoder()
                                            .encodeToString(KEY.toPublicKey().getEncoded())
                                    + "-----END PUBLIC KEY-----");
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    URI http(String path) {
        return app.http().resolve(path);
    }

    String meters() {
        return app.meters();
    }

    /** Starts a POST of JSON with a write key. */
    HttpRequest.Builder request(String path, String writeKey, String json) {
        return HttpRequest.newBuilder(http(path))
                .timeout(PATIENCE)
                .header(
                        "Authorization",
                        "Basic "
                                + Base64.getEncoder().encodeToString((writeKey + ":").getBytes(StandardCharsets.UTF_8)))
                .POST(HttpRequest.BodyPublishers.ofString(json));
    }

    HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    CompletableFuture<Integer> begin(String path, String writeKey, String json) {
        return client.sendAsync(request(path, writeKey, json).build(), HttpResponse.BodyHandlers.ofString())
                .thenApply(HttpResponse::statusCode);
    }

    int post(String path, String writeKey, String json) throws IOException, InterruptedException {
        return send(request(path, writeKey, json)).statusCode();
    }

    /** Posts with a bearer token; the write key is in the body. */
    int postWithToken(String writeKey, String token) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(http("/v1/track"))
                .timeout(PATIENCE)
                .POST(HttpRequest.BodyPublishers.ofString(
                        "{\"writeKey\":\"" + writeKey + "\",\"userId\":\"u\",\"event\":\"E\"}"));
        return send(token == null ? request : request.header("Authorization", "Bearer " + token))
                .statusCode();
    }

    /** Returns a token of the key that {@code {publicKey}} and {@code {receiver}/keys} stand for. */
    static String token(String issuer, String audience, String scope) throws Exception {
        SignedJWT token = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("key").build(),
                new JWTClaimsSet.Builder()
                        .issuer(issuer)
                        .audience(audience)
                        .claim("scope", scope)
                        .expirationTime(Date.from(Instant.now().plusSeconds(3600)))
                        .build());
        token.sign(new RSASSASigner(KEY));
        return token.serialize();
    }

    /** Returns an event of a user of its own, of about so many bytes. */
    static String event(String id, int bytes) {
        return event(id, id, bytes);
    }

    static String event(String id, String userId, int bytes) {
        String start = "{\"type\":\"track\",\"event\":\"E\",\"userId\":\"" + userId + "\",\"messageId\":\"" + id
                + "\",\"properties\":{\"text\":\"";
        return start + "x".repeat(Math.max(0, bytes - start.length() - 3)) + "\"}}";
    }

    static String batch(String... events) {
        return "{\"batch\":[" + String.join(",", events) + "]}";
    }

    /** Returns a batch of events of different users. */
    static String batch(String prefix, int count, int bytes) {
        return batch(IntStream.range(0, count)
                .mapToObj(i -> event(prefix + i, bytes))
                .toArray(String[]::new));
    }

    JsonNode json(String text) throws IOException {
        return JSON.readTree(text);
    }

    /** Returns the records of a stream, that hold a text, as text. */
    List<String> kinesis(String stream, String text) {
        return aws.stream(stream).records().stream()
                .map(record -> record.text())
                .filter(record -> record.contains(text))
                .toList();
    }

    List<String> firehose(String stream, String text) {
        return aws.deliveryStream(stream).records().stream()
                .map(record -> new String(record, StandardCharsets.UTF_8))
                .filter(record -> record.contains(text))
                .toList();
    }

    /** Returns the numbers of records of the calls of an action, in their order. */
    List<Integer> calls(String action, String stream) {
        return aws.calls().recent().stream()
                .filter(call -> call.action().endsWith(":" + action) && stream.equals(call.resource()))
                .map(call -> call.records())
                .collect(Collectors.toList());
    }

    String file(String name) throws IOException {
        Path file = directory.resolve(name);
        return Files.exists(file) ? Files.readString(file) : "";
    }

    @Override
    public void close() {
        if (app != null) {
            app.close();
        }
        tap.close();
        tls.close();
        receiver.close();
        aws.close();
    }
}
