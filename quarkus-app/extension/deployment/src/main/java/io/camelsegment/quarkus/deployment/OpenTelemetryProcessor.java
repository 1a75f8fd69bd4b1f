package io.camelsegment.quarkus.deployment;

import io.quarkus.bootstrap.classloading.QuarkusClassLoader;
import io.quarkus.deployment.Capabilities;
import io.quarkus.deployment.Capability;
import io.quarkus.deployment.annotations.BuildProducer;
import io.quarkus.deployment.annotations.BuildStep;
import io.quarkus.deployment.builditem.BytecodeTransformerBuildItem;
import io.quarkus.deployment.builditem.nativeimage.ServiceProviderBuildItem;
import io.quarkus.deployment.pkg.NativeConfig;
import java.util.List;
import java.util.Optional;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.Handle;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/** What sends traces in apps that have OpenTelemetry's SDK without Quarkus' extension for it. */
class OpenTelemetryProcessor {

    /** What OpenTelemetry's SDK finds its parts by. */
    private static final List<String> OPENTELEMETRY_SERVICES = List.of(
            "io.opentelemetry.exporter.internal.http.HttpSenderProvider",
            "io.opentelemetry.sdk.autoconfigure.spi.ResourceProvider",
            "io.opentelemetry.sdk.autoconfigure.spi.traces.ConfigurableSpanExporterProvider");

    private static final String EXPORTER_BUILDER = "io.opentelemetry.exporter.otlp.trace.OtlpGrpcSpanExporterBuilder";

    private static final String GRPC = "io.grpc.Channel";

    @BuildStep
    void services(Capabilities capabilities, BuildProducer<ServiceProviderBuildItem> services) {
        if (capabilities.isMissing(Capability.OPENTELEMETRY_TRACER)
                && QuarkusClassLoader.isClassPresentAtRuntime(
                        "io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk")) {
            for (String service : OPENTELEMETRY_SERVICES) {
                services.produce(ServiceProviderBuildItem.allProvidersFromClassPath(service));
            }
        }
    }

    /** An image links all that can be called, and the exporter may be told to use a channel of gRPC. */
    @BuildStep
    void cutOffGrpc(NativeConfig image, BuildProducer<BytecodeTransformerBuildItem> transformers) {
        if (image.enabled()) {
            withoutGrpc(Thread.currentThread().getContextClassLoader()).ifPresent(transformers::produce);
        }
    }

    static Optional<BytecodeTransformerBuildItem> withoutGrpc(ClassLoader loader) {
        return References.isThere(EXPORTER_BUILDER, loader) && !References.isThere(GRPC, loader)
                ? Optional.of(new BytecodeTransformerBuildItem.Builder()
                        .setClassToTransform(EXPORTER_BUILDER)
                        .setVisitorFunction((name, next) -> new WithoutStubs(next))
                        .build())
                : Optional.empty();
    }

    /** Has null in the place of what makes the stubs for a channel; without a channel it is not asked for. */
    private static final class WithoutStubs extends ClassVisitor {

        private static final String STUBS = "io/opentelemetry/exporter/otlp/trace/MarshalerTraceServiceGrpc";

        WithoutStubs(ClassVisitor next) {
            super(Opcodes.ASM9, next);
        }

        @Override
        public MethodVisitor visitMethod(
                int access, String name, String descriptor, String signature, String[] exceptions) {
            return new MethodVisitor(api, super.visitMethod(access, name, descriptor, signature, exceptions)) {
                @Override
                public void visitInvokeDynamicInsn(String method, String type, Handle bootstrap, Object... arguments) {
                    if (arguments.length > 1
                            && arguments[1] instanceof Handle made
                            && made.getOwner().equals(STUBS)) {
                        visitInsn(Opcodes.ACONST_NULL);
                    } else {
                        super.visitInvokeDynamicInsn(method, type, bootstrap, arguments);
                    }
                }
            };
        }
    }
}
