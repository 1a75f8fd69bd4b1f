package io.camelsegment.quarkus;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Set;
import java.util.stream.Collectors;

/** The classes that the build registered for reflection, and that a native binary can therefore make by their names. */
public final class ReachableClasses {

    /** Their names, one in each line; the build writes it. */
    public static final String RESOURCE = "META-INF/camel-segment/reachable-classes";

    private ReachableClasses() {}

    /** @throws IllegalStateException if the app was built without the extension */
    static Set<String> read() {
        ClassLoader loader = Thread.currentThread().getContextClassLoader();
        try (InputStream stream = loader.getResourceAsStream(RESOURCE)) {
            if (stream == null) {
                throw new IllegalStateException("Expected " + RESOURCE
                        + " in the app, but it is not there: build the app with Quarkus' Maven or Gradle plugin");
            }
            return new String(stream.readAllBytes(), UTF_8).lines().collect(Collectors.toUnmodifiableSet());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
