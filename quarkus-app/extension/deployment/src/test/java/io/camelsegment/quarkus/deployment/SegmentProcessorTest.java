package io.camelsegment.quarkus.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import io.camelsegment.aws.AwsConfiguration;
import io.camelsegment.aws.SegmentCredentials;
import io.camelsegment.delivery.BufferFullException;
import io.camelsegment.firehose.SegmentFirehoseConfiguration;
import io.camelsegment.kinesis.KinesisRecordsAggregationStrategy;
import io.camelsegment.memory.MessageIdRepository;
import io.camelsegment.routes.Transforms;
import io.quarkus.deployment.builditem.CombinedIndexBuildItem;
import io.quarkus.deployment.builditem.nativeimage.ReflectiveClassBuildItem;
import io.quarkus.deployment.builditem.nativeimage.ServiceProviderBuildItem;
import java.io.IOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.camel.AggregationStrategy;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeTimedOutException;
import org.apache.camel.processor.aggregate.GroupedBodyAggregationStrategy;
import org.apache.camel.support.processor.idempotent.MemoryIdempotentRepository;
import org.jboss.jandex.Index;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.sts.internal.StsProfileCredentialsProviderFactory;

/** What is registered, of ours, of Camel's and of the user's. */
class SegmentProcessorTest {

    private final SegmentProcessor processor = new SegmentProcessor();

    @Test
    void registersTheBeansThatSettingsAndRoutesMayName() throws IOException {
        CombinedIndexBuildItem index = index(
                SegmentCredentials.class,
                MessageIdRepository.class,
                KinesisRecordsAggregationStrategy.class,
                Transforms.class,
                MemoryIdempotentRepository.class,
                GroupedBodyAggregationStrategy.class,
                UsersAggregation.class,
                Unrelated.class);
        List<ReflectiveClassBuildItem> items = new ArrayList<>();

        processor.beans(index, items::add);

        assertThat(names(items))
                .contains(
                        SegmentCredentials.class.getName(),
                        MessageIdRepository.class.getName(),
                        KinesisRecordsAggregationStrategy.class.getName(),
                        Transforms.class.getName(),
                        MemoryIdempotentRepository.class.getName(),
                        GroupedBodyAggregationStrategy.class.getName(),
                        UsersAggregation.class.getName());
        assertThat(items).allSatisfy(item -> {
            assertThat(item.isConstructors()).isTrue();
            assertThat(item.isMethods()).isTrue();
        });
    }

    /** A binary otherwise knows no {@code camel.beans.firehose.accessKey}. */
    @Test
    void registersWhatBeansInheritTheirSettersFrom() throws IOException {
        List<ReflectiveClassBuildItem> items = new ArrayList<>();

        processor.beans(index(SegmentFirehoseConfiguration.class, InheritingAggregation.class), items::add);

        assertThat(names(items)).contains(AwsConfiguration.class.getName(), ConfiguredAggregation.class.getName());
    }

    @Test
    void leavesOutAClassThatRefersToAMissingOne() throws IOException {
        ClassLoader own = Thread.currentThread().getContextClassLoader();
        String missing = UsersException.class.getName().replace('.', '/') + ".class";
        Thread.currentThread().setContextClassLoader(new ClassLoader(own) {
            @Override
            public URL getResource(String name) {
                return name.equals(missing) ? null : super.getResource(name);
            }
        });
        List<ReflectiveClassBuildItem> items = new ArrayList<>();
        try {
            processor.beans(index(UsersAggregation.class, RefusingAggregation.class), items::add);
        } finally {
            Thread.currentThread().setContextClassLoader(own);
        }

        assertThat(names(items)).contains(UsersAggregation.class.getName());
        assertThat(names(items)).doesNotContain(RefusingAggregation.class.getName());
    }

    @Test
    void registersTheExceptionsOfTheJdkOfCamelAndOfTheUser() throws IOException {
        List<ReflectiveClassBuildItem> items = new ArrayList<>();

        processor.exceptions(
                index(BufferFullException.class, ExchangeTimedOutException.class, UsersException.class), items::add);

        assertThat(names(items))
                .contains(
                        "java.lang.IllegalArgumentException",
                        "java.lang.Exception",
                        "java.io.UncheckedIOException",
                        "java.util.concurrent.TimeoutException",
                        "java.net.ConnectException",
                        "javax.net.ssl.SSLException",
                        "java.nio.file.NoSuchFileException",
                        BufferFullException.class.getName(),
                        ExchangeTimedOutException.class.getName(),
                        UsersException.class.getName());
    }

    @Test
    void registersTheMethodsOfWhatMessagesHold() {
        ReflectiveClassBuildItem values = processor.values();

        assertThat(values.getClassNames())
                .contains(
                        "java.lang.String",
                        "java.lang.Integer",
                        "java.util.ArrayList",
                        "java.util.LinkedHashMap",
                        "java.util.TreeMap",
                        "java.time.Instant",
                        "org.apache.camel.impl.engine.DefaultRouteController");
        assertThat(values.isMethods()).isTrue();
    }

    @Test
    void registersWhatTheDefaultChainOfAwsFindsByName() {
        List<ServiceProviderBuildItem> services = new ArrayList<>();
        List<ReflectiveClassBuildItem> items = new ArrayList<>();

        processor.defaultChain(services::add, items::add);

        assertThat(services)
                .flatExtracting(ServiceProviderBuildItem::providers)
                .contains(
                        "software.amazon.awssdk.http.urlconnection.UrlConnectionSdkHttpService",
                        "software.amazon.awssdk.http.nio.netty.NettySdkAsyncHttpService");
        assertThat(names(items)).containsExactly(StsProfileCredentialsProviderFactory.class.getName());
    }

    @Test
    void anImageHasAllKameletsAndRouteFilesAndThePageNamesThem() throws IOException {
        Path resources = Path.of("../../../routes/src/main/resources");
        List<String> inImage = processor.routeFiles().getResources();
        try (Stream<Path> files = Files.walk(resources)) {
            assertThat(inImage)
                    .containsExactlyInAnyOrderElementsOf(files.filter(Files::isRegularFile)
                            .map(file -> resources.relativize(file).toString())
                            .toList());
        }

        String page = Files.readString(Path.of("../../../docs/operations.md"));
        assertThat(inImage).allSatisfy(file -> assertThat(page)
                .contains('`' + file.replaceFirst("kamelets/(.*)\\.kamelet\\.yaml", "$1") + '`'));
    }

    /** Indexes classes with those that they extend, but for the JDK's, as Quarkus does. */
    private static CombinedIndexBuildItem index(Class<?>... classes) throws IOException {
        Set<Class<?>> all = new LinkedHashSet<>();
        for (Class<?> one : classes) {
            for (Class<?> next = one; !next.getName().startsWith("java."); next = next.getSuperclass()) {
                all.add(next);
            }
        }
        Index index = Index.of(all);
        return new CombinedIndexBuildItem(index, index);
    }

    private static List<String> names(List<ReflectiveClassBuildItem> items) {
        return items.stream().flatMap(item -> item.getClassNames().stream()).toList();
    }

    /** As in a user's app. */
    public static final class UsersAggregation implements AggregationStrategy {
        @Override
        public Exchange aggregate(Exchange oldExchange, Exchange newExchange) {
            return newExchange;
        }
    }

    /** As in a user's app. */
    abstract static class ConfiguredAggregation implements AggregationStrategy {
        private int size;

        public void setSize(int size) {
            this.size = size;
        }

        @Override
        public Exchange aggregate(Exchange oldExchange, Exchange newExchange) {
            return size > 0 ? newExchange : oldExchange;
        }
    }

    /** As in a user's app. */
    public static final class InheritingAggregation extends ConfiguredAggregation {}

    /** As in a user's app. */
    public static final class RefusingAggregation implements AggregationStrategy {
        @Override
        public Exchange aggregate(Exchange oldExchange, Exchange newExchange) {
            throw new UsersException();
        }
    }

    /** As in a user's app. */
    public static final class UsersException extends IllegalStateException {
        private static final long serialVersionUID = 1;
    }

    /** Nothing that a route could name. */
    public static final class Unrelated {}
}
