package io.camelsegment.app;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.configuration.ConfigUtils;
import io.quarkus.vertx.http.HttpServer;
import io.quarkus.vertx.http.HttpServerStart;
import jakarta.enterprise.event.ObservesAsync;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import org.jboss.logging.Logger;

/**
 * In the profile {@value #PROFILE}, sends events to the app itself and stops it, with status 0 if all were accepted:
 * the JVM then writes the classes of this run to an archive. {@code bin/segment} starts it so, in local mode.
 */
@Singleton
class ClassArchiveRun {

    private static final Logger LOG = Logger.getLogger(ClassArchiveRun.class);
    private static final String PROFILE = "class-archive";
    /** Enough for the JVM to learn, from 25 on, which methods are worth compiling early. */
    private static final int REQUESTS = 200;

    private static final int EVENTS_A_BATCH = 20;

    void run(@ObservesAsync HttpServerStart started, HttpServer server) {
        if (ConfigUtils.isProfileActive(PROFILE)) {
            Quarkus.asyncExit(isAccepted("http://127.0.0.1:" + server.getPort()) ? 0 : 1);
        }
    }

    private static boolean isAccepted(String url) {
        String event =
                """
                {"type":"track","event":"Order Completed","userId":"user","writeKey":"WRITE_KEY",\
                "properties":{"revenue":19.90}}""";
        String batch = "{\"writeKey\":\"WRITE_KEY\",\"batch\":["
                + String.join(",", Collections.nCopies(EVENTS_A_BATCH, event)) + "]}";
        try {
            for (int i = 0; i < REQUESTS; i++) {
                int status = i % 2 == 0 ? post(url + "/v1/track", event) : post(url + "/v1/batch", batch);
                if (status != HttpURLConnection.HTTP_OK) {
                    LOG.errorf("expected status 200, but was %d", status);
                    return false;
                }
            }
            return true;
        } catch (IOException e) {
            LOG.error("expected an answer of the app", e);
            return false;
        }
    }

    private static int post(String url, String body) throws IOException {
        HttpURLConnection connection =
                (HttpURLConnection) URI.create(url).toURL().openConnection();
        connection.setDoOutput(true);
        try (OutputStream out = connection.getOutputStream()) {
            out.write(body.getBytes(StandardCharsets.UTF_8));
        }
        int status = connection.getResponseCode();
        try (InputStream in = status < HttpURLConnection.HTTP_BAD_REQUEST
                ? connection.getInputStream()
                : connection.getErrorStream()) {
            in.readAllBytes();
        }
        return status;
    }
}
