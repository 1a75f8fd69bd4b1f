package io.camelsegment.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

/**
 * The HTTP clients of the jar. The AWS SDK chooses one itself where its default chain calls STS, as for web identity
 * (IRSA) and for profiles with a role; {@link CommandIT} sees that it finds one, in a binary too.
 */
@DisabledIfSystemProperty(named = Program.BINARY, matches = ".+", disabledReason = "a native build has no jar")
class HttpClientsIT {

    private static final Path LIBRARIES = Path.of("target/quarkus-app/lib");

    @Test
    void eachHasAllThatItNeeds() throws Exception {
        try (URLClassLoader app = new URLClassLoader(libraries(), ClassLoader.getPlatformClassLoader())) {
            Class<?> service = app.loadClass("software.amazon.awssdk.http.SdkHttpService");
            Class<?> builder = app.loadClass("software.amazon.awssdk.utils.builder.SdkBuilder");
            List<String> made = new ArrayList<>();
            for (Object found : ServiceLoader.load(service, app)) {
                try (AutoCloseable client = (AutoCloseable) builder.getMethod("build")
                        .invoke(service.getMethod("createHttpClientBuilder").invoke(found))) {
                    made.add(client.getClass().getSimpleName());
                }
            }
            assertThat(made).contains("UrlConnectionHttpClient");
            // The Apache client's thread ends after it, and loads classes until then.
            await().atMost(Duration.ofMinutes(1)).until(() -> Thread.getAllStackTraces().keySet().stream()
                    .noneMatch(thread -> thread.getName().equals("idle-connection-reaper")));
        }
    }

    private static URL[] libraries() throws Exception {
        try (Stream<Path> files = Files.walk(LIBRARIES)) {
            List<URL> urls = new ArrayList<>();
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                urls.add(file.toUri().toURL());
            }
            return urls.toArray(URL[]::new);
        }
    }
}
