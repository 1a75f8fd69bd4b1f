package io.camelsegment.app;

import io.camelsegment.app.routes.SegmentRoutes;
import io.camelsegment.app.settings.SegmentConfig;
import io.camelsegment.app.settings.SegmentConfigCustomizer;
import io.camelsegment.app.settings.Settings;
import io.camelsegment.aws.SegmentCredentials;
import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServer;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServerConfiguration;
import org.apache.camel.impl.DefaultCamelContext;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

/** The routes of some settings, with a real HTTP server on a free port. */
public final class RunningSettings implements AutoCloseable {

    private final DefaultCamelContext context = new DefaultCamelContext();
    private final VertxPlatformHttpServer server;
    private final SegmentRoutes routes;

    /** What a test adds to the context. */
    @FunctionalInterface
    public interface Before {
        void add(CamelContext context) throws Exception;
    }

    /**
     * Starts them.
     *
     * @param yaml        the file of settings
     * @param environment the variables that win over it
     */
    public RunningSettings(String yaml, Map<String, String> environment) {
        this(yaml, environment, context -> {});
    }

    /** Starts them after something else was added. */
    public RunningSettings(String yaml, Map<String, String> environment, Before before) {
        this(yaml, environment, before, context -> {});
    }

    /** Starts them between something that is added before their routes, and something that is added after them. */
    public RunningSettings(String yaml, Map<String, String> environment, Before before, Before after) {
        this(config(yaml, environment), before, after);
    }

    /** Starts settings that have been read. */
    public RunningSettings(SegmentConfig config) {
        this(config, context -> {}, context -> {});
    }

    private RunningSettings(SegmentConfig config, Before before, Before after) {
        Settings settings = Settings.read(config, false);
        VertxPlatformHttpServerConfiguration configuration = new VertxPlatformHttpServerConfiguration();
        configuration.setBindHost("127.0.0.1");
        configuration.setBindPort(0);
        server = new VertxPlatformHttpServer(configuration);
        SegmentCredentials credentials = new SegmentCredentials();
        credentials.setBaseCredentials(StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")));
        try {
            context.addService(server);
            context.getRegistry().bind(SegmentCredentials.BEAN, credentials);
            routes = new SegmentRoutes(settings.sources(), settings.destinations());
            routes.setComponentOptions(settings.component());
            before.add(context);
            context.addRoutes(routes);
            after.add(context);
            context.start();
        } catch (Exception e) {
            close();
            throw new IllegalStateException("the routes did not start", e);
        }
    }

    public static SegmentConfig config(String yaml, Map<String, String> environment) {
        try {
            Path file = Files.createTempFile("settings", ".yaml");
            try {
                return config(Files.writeString(file, yaml), environment);
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads the settings of a file. */
    public static SegmentConfig config(Path file, Map<String, String> environment) {
        return new SegmentConfig(new SmallRyeConfigBuilder()
                .addDefaultInterceptors()
                .withProfile("prod")
                .withSources(new EnvConfigSource(environment, 300))
                .withSources(new PropertiesConfigSource(Map.of("segment.config", file.toString()), "test", 100))
                .withCustomizers(new SegmentConfigCustomizer())
                .build());
    }

    public SegmentRoutes routes() {
        return routes;
    }

    public URI uri() {
        return URI.create("http://127.0.0.1:" + server.getServer().actualPort());
    }

    public CamelContext context() {
        return context;
    }

    @Override
    public void close() {
        context.stop();
    }
}
