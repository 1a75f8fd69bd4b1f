package io.camelsegment.quarkus.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.deployment.builditem.BytecodeTransformerBuildItem;
import io.quarkus.deployment.builditem.nativeimage.RuntimeInitializedClassBuildItem;
import java.io.IOException;
import java.net.URL;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Camel's own producers as they are in a native image: the Kinesis Client Library is not there, as in the app. */
class StockProducersProcessorTest {

    private static final String KINESIS = "org.apache.camel.component.aws2.kinesis.";

    private final ClassLoader own = getClass().getClassLoader();
    private final CamelContext context = new DefaultCamelContext();

    @AfterEach
    void stop() {
        context.stop();
        Thread.currentThread().setContextClassLoader(own);
    }

    /** An image has all members of these classes, and so the types of all. */
    @Test
    void leavesNothingThatRefersToAMissingClass() throws Exception {
        List<String> names = StockProducersProcessor.withoutKcl(own).stream()
                .map(BytecodeTransformerBuildItem::getClassToTransform)
                .toList();
        ClassLoader image = image();

        assertThat(names).contains(KINESIS + "KclKinesis2Consumer", KINESIS + "Kinesis2Configuration");
        for (String name : names) {
            assertThatThrownBy(() -> link(name, own)).as(name).isInstanceOf(Error.class);
            link(name, image);
        }
    }

    @Test
    void keepsTheProducersAndTheConsumerThatNeedsNoLibrary() throws Exception {
        Thread.currentThread().setContextClassLoader(image());
        Endpoint kinesis = context.getEndpoint("aws2-kinesis:events?accessKey=a&secretKey=s&region=us-west-2");
        Endpoint firehose = context.getEndpoint("aws2-kinesis-firehose:lake?accessKey=a&secretKey=s&region=us-west-2");

        assertThat(kinesis.createProducer().getEndpoint()).isSameAs(kinesis);
        assertThat(kinesis.createConsumer(exchange -> {}).getEndpoint()).isSameAs(kinesis);
        assertThat(firehose.createProducer().getEndpoint()).isSameAs(firehose);
    }

    @Test
    void refusesTheConsumerOfTheLibrary() throws Exception {
        Thread.currentThread().setContextClassLoader(image());
        Endpoint kinesis = context.getEndpoint(
                "aws2-kinesis:events?accessKey=a&secretKey=s&region=us-west-2&useKclConsumers=true");

        assertThatThrownBy(() -> kinesis.createConsumer(exchange -> {}))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageContaining("expected useKclConsumers=false");
    }

    @Test
    void changesNothingBesideTheLibraryOrWithoutTheProducers() {
        ClassLoader withLibrary = new ClassLoader(own) {
            @Override
            public URL getResource(String name) {
                URL found = super.getResource(name);
                return found == null ? super.getResource("org/apache/camel/Exchange.class") : found;
            }
        };

        assertThat(StockProducersProcessor.withoutKcl(withLibrary)).isEmpty();
        assertThat(StockProducersProcessor.withoutKcl(ClassLoader.getPlatformClassLoader()))
                .isEmpty();
    }

    @Test
    void makesTheRandomGeneratorOfTheirHttpClientAtRunTime() throws Exception {
        List<RuntimeInitializedClassBuildItem> classes = new ArrayList<>();

        new StockProducersProcessor().httpClient(classes::add);

        assertThat(classes).singleElement().satisfies(item -> assertThat(Class.forName(item.getClassName(), false, own))
                .isNotNull());
    }

    private ClassLoader image() throws IOException {
        return new ImageClasses("org.apache.camel.component.aws2.", StockProducersProcessor.withoutKcl(own));
    }

    /** Fails when something that an image has of a class is not there. */
    private static void link(String name, ClassLoader loader) throws ClassNotFoundException {
        Class<?> one = Class.forName(name, true, loader);
        assertThat(one.getDeclaredConstructors()).isNotEmpty();
        assertThat(one.getDeclaredMethods()).isNotNull();
        assertThat(one.getDeclaredFields()).isNotNull();
        assertThat(one.getDeclaredClasses()).isNotNull();
        assertThat(References.areThere(name, loader)).as(name).isTrue();
    }
}
