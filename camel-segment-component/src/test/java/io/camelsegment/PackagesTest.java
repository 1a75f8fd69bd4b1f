package io.camelsegment;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Which of the component's packages may import which: nothing upwards, and nothing of the same floor. */
@AnalyzeClasses(locations = ArchitectureTest.OwnClasses.class)
class PackagesTest {

    private static final String ROOT = "io.camelsegment";

    /**
     * What each package may import, by the names below {@value #ROOT}, from the ground up; empty for {@value #ROOT}
     * itself.
     */
    private static final Map<String, Set<String>> IMPORTS = new TreeMap<>(Map.of(
            "event", Set.of(),
            "delivery", Set.of(),
            "", Set.of("event"),
            "memory", Set.of(),
            "sink", Set.of("", "event", "delivery", "memory", "observation"),
            "tracking.server", Set.of("", "event", "delivery", "memory", "sink", "observation"),
            "tracking.client", Set.of("", "event", "delivery", "memory", "sink", "observation"),
            "tracking",
                    Set.of(
                            "",
                            "event",
                            "delivery",
                            "memory",
                            "sink",
                            "observation",
                            "tracking.server",
                            "tracking.client"),
            "aws", Set.of("", "event", "delivery", "memory", "sink", "observation", "aws.client"),
            "kinesis", Set.of("", "event", "delivery", "memory", "sink", "aws", "aws.client")));

    static {
        IMPORTS.put("firehose", IMPORTS.get("kinesis"));
        IMPORTS.put("aws.client", Set.of());
        IMPORTS.put("observation", Set.of("event"));
        IMPORTS.put("opentelemetry", Set.of("observation"));
    }

    @ArchTest
    static void everyPackageHasItsRule(JavaClasses classes) {
        Set<String> packages = new TreeSet<>();
        classes.forEach(one -> packages.add(nameOf(one.getPackage())));

        assertThat(packages).isEqualTo(IMPORTS.keySet());
    }

    @ArchTest
    static void eachPackageImportsOnlyWhatIsBelowIt(JavaClasses classes) {
        IMPORTS.forEach((name, imports) -> {
            Set<String> allowed = imports.stream().map(PackagesTest::fullName).collect(Collectors.toSet());
            allowed.add(fullName(name));
            classes()
                    .that()
                    .resideInAPackage(fullName(name))
                    .should()
                    .onlyDependOnClassesThat(describe(
                            "are in " + allowed + " or not of this project",
                            (JavaClass other) -> !other.getPackageName().startsWith(ROOT)
                                    || allowed.contains(other.getPackageName())))
                    .check(classes);
        });
    }

    @ArchTest
    static void noPackagesImportEachOther(JavaClasses classes) {
        slices().matching(ROOT + ".(*)..").should().beFreeOfCycles().check(classes);
    }

    @ArchTest
    static void everyPackageSaysWhatItIs(JavaClasses classes) {
        // From the sources: a package-info without annotations leaves no class.
        classes.forEach(
                one -> assertThat(Path.of("src/main/java", one.getPackageName().replace('.', '/'), "package-info.java"))
                        .exists());
    }

    private static String nameOf(JavaPackage one) {
        return one.getName().equals(ROOT) ? "" : one.getName().substring(ROOT.length() + 1);
    }

    private static String fullName(String name) {
        return name.isEmpty() ? ROOT : ROOT + "." + name;
    }
}
