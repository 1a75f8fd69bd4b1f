package io.camelsegment.quarkus.deployment;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.deployment.builditem.BytecodeTransformerBuildItem;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The exporter of spans as it is in a native image: gRPC is not there, as in the app. */
class OpenTelemetryProcessorTest {

    private static final String EXPORTER = "io.opentelemetry.exporter.otlp.trace.";

    private final ClassLoader own = getClass().getClassLoader();

    @Test
    void leavesNothingThatNeedsGrpc() throws Exception {
        BytecodeTransformerBuildItem item =
                OpenTelemetryProcessor.withoutGrpc(own).orElseThrow();
        ClassLoader image = new ImageClasses(EXPORTER, Set.of(item));

        assertThat(fileOfBuilder(own)).contains("newFutureStub");
        assertThat(fileOfBuilder(image)).doesNotContain("newFutureStub");
        Class<?> exporter = Class.forName(EXPORTER + "OtlpGrpcSpanExporter", true, image);
        assertThat(exporter.getMethod("builder").invoke(null)).isNotNull();
    }

    @Test
    void changesNothingBesideGrpcOrWithoutTheExporter() {
        ClassLoader withGrpc = new ClassLoader(own) {
            @Override
            public URL getResource(String name) {
                return name.startsWith("io/grpc/")
                        ? super.getResource("org/objectweb/asm/Type.class")
                        : super.getResource(name);
            }
        };

        assertThat(OpenTelemetryProcessor.withoutGrpc(withGrpc)).isEmpty();
        assertThat(OpenTelemetryProcessor.withoutGrpc(ClassLoader.getPlatformClassLoader()))
                .isEmpty();
    }

    private static String fileOfBuilder(ClassLoader loader) throws IOException {
        String name = (EXPORTER + "OtlpGrpcSpanExporterBuilder").replace('.', '/') + ".class";
        try (InputStream file = loader.getResourceAsStream(name)) {
            return new String(file.readAllBytes(), ISO_8859_1);
        }
    }
}
