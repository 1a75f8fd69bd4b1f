package io.camelsegment.quarkus.deployment;

import io.quarkus.deployment.annotations.BuildProducer;
import io.quarkus.deployment.annotations.BuildStep;
import io.quarkus.deployment.builditem.BytecodeTransformerBuildItem;
import io.quarkus.deployment.builditem.nativeimage.ReflectiveClassBuildItem;
import io.quarkus.deployment.builditem.nativeimage.RuntimeInitializedClassBuildItem;
import io.quarkus.deployment.pkg.NativeConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.FieldVisitor;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.commons.ClassRemapper;
import org.objectweb.asm.commons.SimpleRemapper;
import software.amazon.awssdk.services.firehose.FirehoseClient;
import software.amazon.awssdk.services.kinesis.KinesisClient;

/**
 * What links Camel's own {@code aws2-kinesis} and {@code aws2-kinesis-firehose} into a native image of an app that has
 * them without the Kinesis Client Library: the consumer of that library and the options of its clients are cut off.
 */
class StockProducersProcessor {

    private static final String KINESIS = "org.apache.camel.component.aws2.kinesis.";

    private static final String KCL_CONSUMER = KINESIS + "KclKinesis2Consumer";

    /** What has options for clients that only the library's consumer uses. */
    private static final List<String> CONFIGURATION = List.of(
            KINESIS + "Kinesis2Configuration",
            KINESIS + "Kinesis2ComponentConfigurer",
            KINESIS + "Kinesis2EndpointConfigurer");

    private static final SimpleRemapper WITHOUT_CLIENTS = new SimpleRemapper(
            Opcodes.ASM9,
            Map.of(
                    "software/amazon/awssdk/services/cloudwatch/CloudWatchAsyncClient",
                    "java/lang/Object",
                    "software/amazon/awssdk/services/dynamodb/DynamoDbAsyncClient",
                    "java/lang/Object"));

    /** Of the producers' HTTP client: it holds a SecureRandom, which must not be in an image. */
    private static final String NTLM = "org.apache.http.impl.auth.NTLMEngineImpl";

    @BuildStep
    void cutOffKcl(NativeConfig image, BuildProducer<BytecodeTransformerBuildItem> transformers) {
        if (image.enabled()) {
            withoutKcl(Thread.currentThread().getContextClassLoader()).forEach(transformers::produce);
        }
    }

    static List<BytecodeTransformerBuildItem> withoutKcl(ClassLoader loader) {
        List<BytecodeTransformerBuildItem> items = new ArrayList<>();
        if (References.isThere(KCL_CONSUMER, loader) && !References.areThere(KCL_CONSUMER, loader)) {
            items.add(transformer(KCL_CONSUMER, RefusingConsumer::new));
            for (String one : CONFIGURATION) {
                items.add(transformer(one, next -> new ClassRemapper(next, WITHOUT_CLIENTS)));
            }
        }
        return items;
    }

    /** The clients that {@code segmentCredentials} makes for them, which YAML names as beans. */
    @BuildStep
    ReflectiveClassBuildItem clients() {
        return ReflectiveClassBuildItem.builder(KinesisClient.class, FirehoseClient.class)
                .reason("Clients for Camel's own producers")
                .build();
    }

    @BuildStep
    void httpClient(BuildProducer<RuntimeInitializedClassBuildItem> classes) {
        if (References.isThere(NTLM, Thread.currentThread().getContextClassLoader())) {
            classes.produce(new RuntimeInitializedClassBuildItem(NTLM));
        }
    }

    private static BytecodeTransformerBuildItem transformer(String name, UnaryOperator<ClassVisitor> visitor) {
        return new BytecodeTransformerBuildItem.Builder()
                .setClassToTransform(name)
                .setVisitorFunction((className, next) -> visitor.apply(next))
                .build();
    }

    /** Leaves nothing of a consumer but a constructor that throws. */
    private static final class RefusingConsumer extends ClassVisitor {

        private static final String EXCEPTION = "java/lang/UnsupportedOperationException";

        RefusingConsumer(ClassVisitor next) {
            super(Opcodes.ASM9, next);
        }

        @Override
        public void visitNestMember(String nestMember) {
            // The nested classes implement interfaces of the missing library.
        }

        @Override
        public void visitInnerClass(String name, String outerName, String innerName, int access) {
            // See visitNestMember.
        }

        @Override
        public FieldVisitor visitField(int access, String name, String descriptor, String signature, Object value) {
            return null;
        }

        @Override
        public MethodVisitor visitMethod(
                int access, String name, String descriptor, String signature, String[] exceptions) {
            if (name.equals("<init>")) {
                MethodVisitor constructor = super.visitMethod(access, name, descriptor, signature, exceptions);
                constructor.visitCode();
                constructor.visitTypeInsn(Opcodes.NEW, EXCEPTION);
                constructor.visitInsn(Opcodes.DUP);
                constructor.visitLdcInsn("expected useKclConsumers=false, since this binary was built without the"
                        + " Kinesis Client Library, but was true");
                constructor.visitMethodInsn(Opcodes.INVOKESPECIAL, EXCEPTION, "<init>", "(Ljava/lang/String;)V", false);
                constructor.visitInsn(Opcodes.ATHROW);
                constructor.visitMaxs(3, 3);
                constructor.visitEnd();
            }
            return null;
        }
    }
}
