package io.camelsegment.app.routes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;

/**
 * The Camel YAML routes in the directory {@code routes} beside the app. Camel's own routes-include-pattern takes them
 * too, but fails when there is no such directory. Camel Quarkus finds this class by itself.
 */
public class UserRoutes extends RouteBuilder {

    private static final Path DIRECTORY = Path.of("routes");

    /** Returns whether there is any. */
    public static boolean exist() {
        return !files().isEmpty();
    }

    @Override
    public void configure() throws Exception {
        List<Resource> resources = new ArrayList<>();
        for (Path file : files()) {
            resources.add(ResourceHelper.resolveMandatoryResource(getContext(), "file:" + file));
        }
        PluginHelper.getRoutesLoader(getContext()).loadRoutes(resources);
    }

    private static List<Path> files() {
        if (!Files.isDirectory(DIRECTORY)) {
            return List.of();
        }
        try (var stream = Files.newDirectoryStream(DIRECTORY, "*.camel.yaml")) {
            List<Path> files = new ArrayList<>();
            stream.forEach(files::add);
            Collections.sort(files);
            return files;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
