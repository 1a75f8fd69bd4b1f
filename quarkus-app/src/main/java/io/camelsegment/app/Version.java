package io.camelsegment.app;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** The versions of the app and of its runtime, for bug reports. */
final class Version implements IVersionProvider {

    /** Beside this class; Maven writes the version into it. */
    private static final String RESOURCE = "version.properties";

    @Override
    public String[] getVersion() {
        // GraalVM sets it in a binary.
        boolean binary = System.getProperty("org.graalvm.nativeimage.imagecode") != null;
        return new String[] {
            "camel-segment " + ofTheApp(),
            "Java " + System.getProperty("java.version") + ", "
                    + (binary ? "native binary" : System.getProperty("java.vm.name"))
        };
    }

    private static String ofTheApp() {
        Properties properties = new Properties();
        try (InputStream resource = Version.class.getResourceAsStream(RESOURCE)) {
            properties.load(resource);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return properties.getProperty("version");
    }
}
