package io.camelsegment.quarkus.deployment;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.camelsegment.quarkus.ReachableClasses;
import io.camelsegment.quarkus.SegmentRecorder;
import io.quarkus.deployment.annotations.BuildProducer;
import io.quarkus.deployment.annotations.BuildStep;
import io.quarkus.deployment.annotations.ExecutionTime;
import io.quarkus.deployment.annotations.Record;
import io.quarkus.deployment.builditem.CombinedIndexBuildItem;
import io.quarkus.deployment.builditem.ExtensionSslNativeSupportBuildItem;
import io.quarkus.deployment.builditem.FeatureBuildItem;
import io.quarkus.deployment.builditem.GeneratedResourceBuildItem;
import io.quarkus.deployment.builditem.IndexDependencyBuildItem;
import io.quarkus.deployment.builditem.SystemPropertyBuildItem;
import io.quarkus.deployment.builditem.nativeimage.NativeImageResourceBuildItem;
import io.quarkus.deployment.builditem.nativeimage.NativeImageSystemPropertyBuildItem;
import io.quarkus.deployment.builditem.nativeimage.ReflectiveClassBuildItem;
import io.quarkus.deployment.builditem.nativeimage.ServiceProviderBuildItem;
import java.lang.reflect.Modifier;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.AggregationStrategy;
import org.apache.camel.Expression;
import org.apache.camel.Predicate;
import org.apache.camel.Processor;
import org.apache.camel.impl.engine.DefaultRouteController;
import org.apache.camel.quarkus.core.deployment.main.spi.CamelMainListenerBuildItem;
import org.apache.camel.spi.HeaderFilterStrategy;
import org.apache.camel.spi.IdempotentRepository;
import org.jboss.jandex.ClassInfo;
import org.jboss.jandex.DotName;
import org.jboss.jandex.IndexView;

/**
 * What a native image cannot find by itself: Camel makes the classes that settings and YAML name by reflection, and
 * calls the methods that Simple names. The components, converters and services are found by Camel Quarkus, as for each
 * Camel component.
 */
class SegmentProcessor {

    private static final String OWN = "io.camelsegment.";

    private static final String DISABLE_URI_VALIDATION = "vertx.disableURIValidation";

    /** What settings and YAML name implementations of. */
    private static final List<Class<?>> KINDS = List.of(
            AggregationStrategy.class,
            IdempotentRepository.class,
            Predicate.class,
            Expression.class,
            Processor.class,
            HeaderFilterStrategy.class);

    /** What the AWS SDK finds its HTTP clients by. */
    private static final List<String> HTTP_SERVICES = List.of(
            "software.amazon.awssdk.http.SdkHttpService", "software.amazon.awssdk.http.async.SdkAsyncHttpService");

    /** The SDK itself registers its twin for web identities. */
    private static final String ROLES_OF_PROFILES =
            "software.amazon.awssdk.services.sts.internal.StsProfileCredentialsProviderFactory";

    /** The packages of the JDK whose exceptions routes throw and catch. */
    private static final List<String> EXCEPTIONS = List.of(
            "java/io", "java/lang", "java/net", "java/nio", "java/security", "java/time", "java/util", "javax/net");

    @BuildStep
    FeatureBuildItem feature() {
        return new FeatureBuildItem("camel-segment");
    }

    /** The Kamelets, route templates and the route configuration that a native image has. */
    @BuildStep
    NativeImageResourceBuildItem routeFiles() {
        return new NativeImageResourceBuildItem(
                "kamelets/segment-source.kamelet.yaml",
                "kamelets/segment-kinesis-sink.kamelet.yaml",
                "kamelets/segment-firehose-sink.kamelet.yaml",
                "kamelets/segment-mapping-sink.kamelet.yaml",
                "kamelets/segment-hash-action.kamelet.yaml",
                "camel-segment/templates.camel.yaml",
                "camel-segment/dead-letters.camel.yaml");
    }

    /** AWS is reached by TLS. */
    @BuildStep
    ExtensionSslNativeSupportBuildItem tls() {
        return new ExtensionSslNativeSupportBuildItem("camel-segment");
    }

    /**
     * What the AWS SDK finds by name when its default chain calls STS: for web identities and for profiles with a role.
     */
    @BuildStep
    void defaultChain(
            BuildProducer<ServiceProviderBuildItem> services, BuildProducer<ReflectiveClassBuildItem> classes) {
        for (String service : HTTP_SERVICES) {
            services.produce(ServiceProviderBuildItem.allProvidersFromClassPath(service));
        }
        classes.produce(ReflectiveClassBuildItem.builder(ROLES_OF_PROFILES)
                .reason("Profiles with a role")
                .build());
    }

    /** Camel's own repositories and aggregation strategies, and its exceptions. */
    @BuildStep
    void index(BuildProducer<IndexDependencyBuildItem> dependencies) {
        for (String artifact : List.of("camel-api", "camel-support", "camel-core-processor")) {
            dependencies.produce(new IndexDependencyBuildItem("org.apache.camel", artifact));
        }
    }

    @BuildStep
    void beans(CombinedIndexBuildItem combined, BuildProducer<ReflectiveClassBuildItem> classes) {
        IndexView index = combined.getIndex();
        Set<String> names = new TreeSet<>();
        for (Class<?> kind : KINDS) {
            add(index.getAllKnownImplementations(DotName.createSimple(kind)), names);
        }
        // All of ours that a user can make or meet in a message.
        add(
                index.getKnownClasses().stream()
                        .filter(one -> one.name().toString().startsWith(OWN))
                        .toList(),
                names);
        Set<String> withSuperclasses = new TreeSet<>(names);
        names.forEach(name -> addSuperclasses(name, index, withSuperclasses));
        classes.produce(ReflectiveClassBuildItem.builder(withSuperclasses.toArray(String[]::new))
                .methods()
                .reason("Beans that settings and routes may name")
                .build());
    }

    private static void add(Collection<ClassInfo> found, Set<String> names) {
        ClassLoader loader = Thread.currentThread().getContextClassLoader();
        found.stream()
                .filter(one -> Modifier.isPublic(one.flags()) && !Modifier.isAbstract(one.flags()))
                .map(one -> one.name().toString())
                .filter(name -> References.areThere(name, loader))
                .forEach(names::add);
    }

    /** Adds those that a bean inherits setters from; the registration of a class has only what it declares. */
    private static void addSuperclasses(String name, IndexView index, Set<String> names) {
        ClassLoader loader = Thread.currentThread().getContextClassLoader();
        ClassInfo next = index.getClassByName(DotName.createSimple(name));
        while (next != null && next.superName() != null) {
            next = index.getClassByName(next.superName());
            if (next != null && References.areThere(next.name().toString(), loader)) {
                names.add(next.name().toString());
            }
        }
    }

    @BuildStep
    void exceptions(CombinedIndexBuildItem combined, BuildProducer<ReflectiveClassBuildItem> classes) {
        List<Class<?>> ofJdk = EXCEPTIONS.stream()
                .flatMap(directory -> JdkClasses.in(directory, Throwable.class::isAssignableFrom).stream())
                .toList();
        Set<String> names = new TreeSet<>();
        for (Class<?> one : ofJdk) {
            names.add(one.getName());
            add(combined.getIndex().getAllKnownSubclasses(DotName.createSimple(one)), names);
        }
        classes.produce(ReflectiveClassBuildItem.builder(names.toArray(String[]::new))
                .reason("Exceptions that routes throw and catch")
                .build());
    }

    /** Such as the list in {@code ${body.size()}}. */
    @BuildStep
    ReflectiveClassBuildItem values() {
        Stream<Class<?>> collections = JdkClasses.in("java/util", SegmentProcessor::isCollection).stream()
                .filter(one -> one.getPackageName().equals("java.util"));
        Stream<Class<?>> words = JdkClasses.in(
                "java/lang",
                one -> one.getPackageName().equals("java.lang")
                        && (Number.class.isAssignableFrom(one) || CharSequence.class.isAssignableFrom(one)))
                .stream();
        Stream<Class<?>> times = JdkClasses.in(
                "java/time", one -> one.getPackageName().equals("java.time") && Comparable.class.isAssignableFrom(one))
                .stream();
        // As in ${camelContext.routeController.suspendRoute('web')}.
        Stream<Class<?>> controller = Stream.of(DefaultRouteController.class);
        String[] names = Stream.of(collections, words, times, controller)
                .flatMap(found -> found)
                .map(Class::getName)
                .toArray(String[]::new);
        return ReflectiveClassBuildItem.builder(names)
                .methods()
                .reason("Methods that Simple calls on the body, headers, properties and the context")
                .build();
    }

    private static boolean isCollection(Class<?> one) {
        return Collection.class.isAssignableFrom(one) || Map.class.isAssignableFrom(one) || one == Map.Entry.class;
    }

    /**
     * Otherwise Quarkus answers a stray percent sign or a space in a pixel's query with an empty 400. A native image
     * reads it when it is built.
     */
    @BuildStep
    void addresses(
            BuildProducer<SystemPropertyBuildItem> inRun, BuildProducer<NativeImageSystemPropertyBuildItem> inImage) {
        inRun.produce(new SystemPropertyBuildItem(DISABLE_URI_VALIDATION, "true"));
        inImage.produce(new NativeImageSystemPropertyBuildItem(DISABLE_URI_VALIDATION, "true"));
    }

    @BuildStep
    void reach(
            List<ReflectiveClassBuildItem> registered,
            BuildProducer<GeneratedResourceBuildItem> resources,
            BuildProducer<NativeImageResourceBuildItem> inImage) {
        String names = registered.stream()
                .filter(ReflectiveClassBuildItem::isConstructors)
                .flatMap(item -> item.getClassNames().stream())
                .distinct()
                .sorted()
                .collect(Collectors.joining("\n"));
        resources.produce(new GeneratedResourceBuildItem(ReachableClasses.RESOURCE, names.getBytes(UTF_8)));
        inImage.produce(new NativeImageResourceBuildItem(ReachableClasses.RESOURCE));
    }

    @BuildStep
    @Record(ExecutionTime.STATIC_INIT)
    CamelMainListenerBuildItem reachListener(SegmentRecorder recorder) {
        return new CamelMainListenerBuildItem(recorder.reachListener());
    }
}
