package io.camelsegment.runtimes;

import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.Metrics;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.component.platform.http.PlatformHttpComponent;
import org.apache.camel.main.Main;

/** An application with a route file and properties, running. */
interface Application extends AutoCloseable {

    /** Returns the URL of its HTTP server. */
    URI http();

    /** Returns the names of its meters, each with its tags. */
    String meters();

    @Override
    void close();

    /** The ways to run one. */
    enum Launch {
        CAMEL_MAIN {
            @Override
            Application start(Path directory, Path routes, Map<String, String> properties, URI sts) {
                return new CamelMain(routes, properties, sts);
            }
        },
        APP {
            @Override
            Application start(Path directory, Path routes, Map<String, String> properties, URI sts) throws IOException {
                return new PackagedApp(directory, properties, sts);
            }
        };

        /**
         * Starts one.
         *
         * @param directory  the working directory of a process; the routes are in its folder {@code routes}
         * @param properties of Camel
         * @param sts        where roles are assumed
         */
        abstract Application start(Path directory, Path routes, Map<String, String> properties, URI sts)
                throws IOException;
    }

    /** Camel Main in this process. */
    final class CamelMain implements Application {

        private final Main main = new Main();

        CamelMain(Path routes, Map<String, String> properties, URI sts, RoutesBuilder... builders) {
            main.addInitialProperty("camel.main.routes-include-pattern", "file:" + routes);
            main.addInitialProperty("camel.server.enabled", "true");
            main.addInitialProperty("camel.server.host", "127.0.0.1");
            main.addInitialProperty("camel.server.port", "0");
            main.addInitialProperty("camel.beans.segmentCredentials", "#class:io.camelsegment.aws.SegmentCredentials");
            main.addInitialProperty("camel.beans.segmentCredentials.stsEndpointOverride", sts.toString());
            properties.forEach(main::addInitialProperty);
            for (RoutesBuilder builder : builders) {
                main.configure().addRoutesBuilder(builder);
            }
            main.start();
        }

        @Override
        public URI http() {
            int port = main.getCamelContext()
                    .getComponent("platform-http", PlatformHttpComponent.class)
                    .getEngine()
                    .getServerPort();
            return URI.create("http://127.0.0.1:" + port);
        }

        @Override
        public String meters() {
            return Metrics.globalRegistry.getMeters().stream()
                    .map(meter -> meter.getId().getName() + meter.getId().getTags())
                    .collect(Collectors.joining("\n"));
        }

        @Override
        public void close() {
            main.stop();
        }
    }

    /** The packaged app in a process of its own: the jar, or the native binary that {@value #BINARY} names. */
    final class PackagedApp implements Application {

        private static final String BINARY = "app.binary";
        private static final Duration PATIENCE = Duration.ofMinutes(2);
        private static final Path JAR =
                Path.of("../../quarkus-app/target/quarkus-app/quarkus-run.jar").toAbsolutePath();
        private static final List<String> INHERITED =
                List.of("aws.accessKeyId", "aws.secretAccessKey", "aws.sharedCredentialsFile");

        private final Path output;
        private final Process process;
        private final URI http;

        PackagedApp(Path directory, Map<String, String> properties, URI sts) throws IOException {
            String binary = System.getProperty(BINARY);
            String java =
                    Path.of(System.getProperty("java.home"), "bin", "java").toString();
            List<String> command =
                    new ArrayList<>(binary != null ? List.of(binary) : List.of(java, "-XX:TieredStopAtLevel=1"));
            INHERITED.forEach(name -> command.add("-D" + name + "=" + System.getProperty(name)));
            command.add("-Dquarkus.http.host=127.0.0.1");
            command.add("-Dquarkus.http.port=0");
            command.add("-Dquarkus.management.port=0");
            command.add("-Dquarkus.shutdown.delay=0s");
            command.add("-Dsegment.aws.sts-endpoint-override=" + sts);
            // Its route looks at the memory budget as soon as it is built.
            command.add("-Dsegment.sources.optional.write-key=OPTIONAL");
            command.add("-Dsegment.destinations.optional.type=kinesis");
            command.add("-Dsegment.destinations.optional.stream-name=aside");
            command.add("-Dsegment.destinations.optional.required=false");
            command.add("-Dsegment.destinations.optional.endpoint-override=" + sts);
            properties.forEach((name, value) -> command.add("-D" + name + "=" + value));
            if (binary == null) {
                command.addAll(List.of("-jar", JAR.toString()));
            }
            output = directory.resolve("app.log");
            process = new ProcessBuilder(command)
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            try {
                http = URI.create("http://127.0.0.1:"
                        + await().atMost(PATIENCE)
                                .until(() -> find("Listening on: http://\\S+:(\\d+)"), found -> !found.isEmpty()));
            } catch (Throwable e) {
                close();
                throw e;
            }
        }

        private String find(String pattern) {
            boolean alive = process.isAlive();
            String text = read();
            Matcher matcher = Pattern.compile(pattern).matcher(text);
            if (matcher.find()) {
                return matcher.group(1);
            }
            if (!alive) {
                throw new IllegalStateException("the app has ended: " + text);
            }
            return "";
        }

        private String read() {
            try {
                return Files.readString(output);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public URI http() {
            return http;
        }

        @Override
        public String meters() {
            // Of the management port, when it has one.
            String port = find("(?i)management interface listening on:? https?://\\S+?:(\\d+)");
            URI page = (port.isEmpty() ? http : URI.create("http://127.0.0.1:" + port)).resolve("/q/metrics");
            try {
                return HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .build()
                        .send(HttpRequest.newBuilder(page).build(), HttpResponse.BodyHandlers.ofString())
                        .body();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void close() {
            CamelRun.end(process);
        }
    }
}
