package io.camelsegment.app;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaStaticInitializer;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import io.camelsegment.aws.SegmentCredentials;
import io.camelsegment.localaws.LocalAws;
import io.camelsegment.routes.FanOut;
import io.netty.buffer.ByteBuf;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.io.Closeable;
import java.io.File;
import java.io.FileDescriptor;
import java.io.IOException;
import java.io.Reader;
import java.lang.ref.Cleaner;
import java.lang.reflect.AccessibleObject;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.http.HttpClient;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TimeZone;
import java.util.Timer;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.apache.camel.Component;
import org.junit.jupiter.api.Test;

/**
 * Finds what a native image refuses, or does otherwise than the JVM. Its static fields are set on the machine that
 * builds it, and it finds classes by name only if they are registered.
 */
class NativeImageTest {

    /** What must not come from the build. */
    private static final List<Class<?>> OF_THE_PROCESS = List.of(
            RandomGenerator.class,
            Buffer.class,
            ByteBuf.class,
            ByteBuffer.class,
            Thread.class,
            Executor.class,
            Timer.class,
            Cleaner.class,
            Vertx.class,
            HttpClient.class,
            File.class,
            Path.class,
            FileDescriptor.class,
            Closeable.class,
            InetAddress.class,
            Instant.class,
            TimeZone.class);

    private static final Set<String> ASKING_THE_MACHINE = Set.of(
            System.class.getName() + ".getenv",
            System.class.getName() + ".getProperty",
            System.class.getName() + ".currentTimeMillis",
            System.class.getName() + ".nanoTime",
            Runtime.class.getName() + ".availableProcessors",
            Runtime.class.getName() + ".maxMemory",
            ProcessHandle.class.getName() + ".current",
            Locale.class.getName() + ".getDefault",
            ZoneId.class.getName() + ".systemDefault",
            Clock.class.getName() + ".systemDefaultZone");

    private static final Set<String> BY_NAME = Set.of(
            "forName",
            "newInstance",
            "getMethod",
            "getMethods",
            "getDeclaredMethod",
            "getDeclaredMethods",
            "getField",
            "getFields",
            "getDeclaredField",
            "getDeclaredFields",
            "getConstructor",
            "getConstructors",
            "getDeclaredConstructor",
            "getDeclaredConstructors",
            "getResource",
            "getResourceAsStream");

    private final JavaClasses classes =
            new ClassFileImporter().withImportOption(NativeImageTest::isOurs).importPackages("io.camelsegment");

    /** Neither tests, nor what only the build runs. */
    private static boolean isOurs(com.tngtech.archunit.core.importer.Location location) {
        return ImportOption.Predefined.DO_NOT_INCLUDE_TESTS.includes(location) && !location.contains("/deployment/");
    }

    @Test
    void allModulesOfTheAppAreLookedAt() {
        assertThat(classes.contain(SegmentCredentials.class)).isTrue();
        assertThat(classes.contain(FanOut.class)).isTrue();
        assertThat(classes.contain(LocalAws.class)).isTrue();
        assertThat(classes.contain(Main.class)).isTrue();
        assertThat(classes.contain("io.camelsegment.quarkus.SegmentRecorder")).isTrue();
        assertThat(classes.contain(NativeImageTest.class)).isFalse();
    }

    @Test
    void theRulesFindWhatTheyAreAgainst() {
        JavaClasses offender = new ClassFileImporter().importClasses(Offender.class);

        assertThat(List.of(staticFields(), staticInitializers(), machineInStaticInitializers(), names()))
                .allMatch(rule -> rule.evaluate(offender).hasViolation());
    }

    @Test
    void noStaticFieldHoldsWhatBelongsToAProcess() {
        staticFields().check(classes);
    }

    private static ArchRule staticFields() {
        return noFields()
                .that()
                .areStatic()
                .should()
                .haveRawType(describe("belongs to a process", NativeImageTest::isOfTheProcess));
    }

    /** Also when the field has another type, or it is in a list. */
    @Test
    void noStaticInitializerMakesWhatBelongsToAProcess() {
        staticInitializers().check(classes);
    }

    private static ArchRule staticInitializers() {
        return noClasses()
                .should()
                .accessTargetWhere(describe(
                        "a static initializer makes what belongs to a process",
                        (JavaAccess<?> access) ->
                                access.getOrigin() instanceof JavaStaticInitializer && isOfTheProcess(made(access))));
    }

    @Test
    void noStaticInitializerAsksTheMachine() {
        machineInStaticInitializers().check(classes);
    }

    private static ArchRule machineInStaticInitializers() {
        return noClasses()
                .should()
                .accessTargetWhere(describe(
                        "a static initializer asks the machine",
                        (JavaAccess<?> access) ->
                                access.getOrigin() instanceof JavaStaticInitializer && asksTheMachine(access)));
    }

    /** Camel Quarkus makes the components when the image is built, so they ask only when they start. */
    @Test
    void noComponentAsksTheMachineWhenItIsMade() {
        Deque<JavaCodeUnit> open = new ArrayDeque<>();
        classes.stream().filter(one -> isA(one, Component.class)).forEach(one -> open.addAll(one.getConstructors()));
        assertThat(open).isNotEmpty();
        Set<JavaCodeUnit> seen = new HashSet<>(open);
        List<String> asking = new ArrayList<>();
        while (!open.isEmpty()) {
            for (JavaCall<?> call : open.pop().getCallsFromSelf()) {
                if (!call.isDeclaredInLambda()) {
                    if (asksTheMachine(call) || isOfTheProcess(made(call))) {
                        asking.add(call.getDescription());
                    }
                    call.getTarget()
                            .resolveMember()
                            .filter(called -> classes.contain(called.getOwner().getName()) && seen.add(called))
                            .ifPresent(open::push);
                }
            }
        }
        assertThat(asking).isEmpty();
    }

    /**
     * The extension looks whether there is a class, and for the list that its build wrote. Its substitutions are for
     * the compiler. {@link Version} has a resource.
     */
    @Test
    void nothingIsFoundByItsName() {
        names().check(classes);
    }

    private static ArchRule names() {
        return noClasses()
                .that()
                .resideOutsideOfPackage("io.camelsegment.quarkus.graal")
                .and()
                .doNotHaveFullyQualifiedName("io.camelsegment.quarkus.ReachCheck")
                .and()
                .doNotHaveFullyQualifiedName("io.camelsegment.quarkus.ReachableClasses")
                .and()
                .doNotBelongToAnyOf(Version.class)
                .and()
                .doNotHaveFullyQualifiedName("io.camelsegment.app.debugger.DebuggerPage") // its files are below
                .should()
                .accessTargetWhere(describe("something is found by its name", NativeImageTest::isByName));
    }

    /** An image has those of Camel and of Quarkus, and of others those that are named. */
    @Test
    void theServicesAndResourcesOfTheAppAreInTheImage() throws IOException {
        Properties settings = new Properties();
        try (Reader reader = Files.newBufferedReader(Path.of("src/main/resources/application.properties"))) {
            settings.load(reader);
        }
        List<String> included = List.of(
                settings.getProperty("quarkus.native.resources.includes").split(","));
        Path filtered = Path.of("src/main/resources-filtered");
        try (Stream<Path> services = Files.list(Path.of("src/main/resources/META-INF/services"));
                Stream<Path> resources = Files.walk(filtered).filter(Files::isRegularFile)) {
            assertThat(services.map(service -> "META-INF/services/" + service.getFileName()))
                    .isNotEmpty()
                    .isSubsetOf(included);
            assertThat(resources.map(
                            resource -> filtered.relativize(resource).toString().replace('\\', '/')))
                    .isNotEmpty()
                    .isSubsetOf(included);
        }
        assertThat(included).contains("segment-page/*");
    }

    private static boolean asksTheMachine(JavaAccess<?> access) {
        return ASKING_THE_MACHINE.contains(
                access.getTargetOwner().getName() + "." + access.getTarget().getName());
    }

    private static boolean isByName(JavaAccess<?> access) {
        JavaClass owner = access.getTargetOwner();
        return isA(owner, AccessibleObject.class)
                || owner.isEquivalentTo(Proxy.class)
                || owner.isEquivalentTo(ServiceLoader.class)
                || ((owner.isEquivalentTo(Class.class) || isA(owner, ClassLoader.class))
                        && BY_NAME.contains(access.getTarget().getName()));
    }

    private static JavaClass made(JavaAccess<?> access) {
        if (access.getTarget() instanceof AccessTarget.FieldAccessTarget field) {
            return field.getRawType();
        }
        return access.getTarget() instanceof AccessTarget.MethodCallTarget method
                ? method.getRawReturnType()
                : access.getTargetOwner();
    }

    private static boolean isOfTheProcess(JavaClass one) {
        return OF_THE_PROCESS.stream().anyMatch(kind -> isA(one, kind));
    }

    /** Asks the class itself, as ArchUnit reads only ours and does not know what others extend. */
    private static boolean isA(JavaClass one, Class<?> kind) {
        Class<?> type = one.reflect();
        while (type.isArray()) {
            type = type.getComponentType();
        }
        return kind.isAssignableFrom(type);
    }

    /** All that the rules are against. */
    @SuppressWarnings("unused")
    private static final class Offender {

        private static final SecureRandom FIELD = new SecureRandom();
        private static final Object HIDDEN = List.of(Executors.newSingleThreadScheduledExecutor());
        private static final long STARTED = System.nanoTime();

        static Object find() throws ReflectiveOperationException {
            return Class.forName("java.util.ArrayList");
        }
    }
}
