package io.camelsegment.app;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Which of the app's packages may import which: nothing upwards. By JUnit's own engine, since Quarkus starts tests of
 * this module with another class loader.
 */
class PackagesTest {

    private static final String ROOT = "io.camelsegment.app";

    /** What each package may import of the app, from the ground up; {@value #ROOT} itself is at the top. */
    private static final Map<String, Set<String>> IMPORTS = Map.of(
            ROOT + ".routes",
            Set.of(),
            ROOT + ".settings",
            Set.of(ROOT + ".routes"),
            ROOT + ".local",
            Set.of(ROOT + ".routes", ROOT + ".settings"),
            ROOT + ".setup",
            Set.of(ROOT + ".routes", ROOT + ".settings", ROOT + ".local"),
            ROOT + ".command",
            Set.of(ROOT + ".routes", ROOT + ".settings", ROOT + ".local", ROOT + ".setup"),
            ROOT + ".debugger",
            Set.of(ROOT + ".routes", ROOT + ".settings"),
            ROOT,
            Set.of(ROOT + ".routes", ROOT + ".settings", ROOT + ".local", ROOT + ".setup", ROOT + ".command"));

    private final JavaClasses classes = new ClassFileImporter().importPath(Path.of("target/classes"));

    @Test
    void everyPackageHasItsRule() {
        Set<String> packages = new TreeSet<>();
        classes.forEach(one -> packages.add(one.getPackageName()));

        assertThat(packages).isEqualTo(new TreeSet<>(IMPORTS.keySet()));
    }

    @Test
    void eachPackageImportsOnlyWhatIsBelowIt() {
        IMPORTS.forEach((name, below) -> {
            Set<String> allowed = new TreeSet<>(below);
            allowed.add(name);
            classes()
                    .that()
                    .resideInAPackage(name)
                    .should()
                    .onlyDependOnClassesThat(describe(
                            "are in " + allowed + " or not of the app",
                            (JavaClass other) -> !other.getPackageName().startsWith(ROOT)
                                    || allowed.contains(other.getPackageName())))
                    .check(classes);
        });
    }

    @Test
    void noPackagesImportEachOther() {
        slices().matching("io.camelsegment.(**)").should().beFreeOfCycles().check(classes);
    }

    /** All others ask the destination, or its service. */
    @Test
    void onlyTheSettingsAndTheExampleOfLocalModeNameTheTypesOfDestinations() {
        Set<String> users = classes.stream()
                .filter(one -> !one.getName().startsWith(ROOT + ".routes.Destination$"))
                .filter(one -> one.getDirectDependenciesFromSelf().stream()
                        .map(dependency -> dependency.getTargetClass().getName())
                        .anyMatch(name -> name.startsWith(ROOT + ".routes.Destination$Kinesis")
                                || name.startsWith(ROOT + ".routes.Destination$Firehose")))
                .map(one -> one.getSimpleName())
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(users).containsExactly("DestinationReader", "LocalMode");
    }

    @Test
    void everyPackageSaysWhatItIs() {
        // From the sources: a package-info without annotations leaves no class.
        classes.forEach(
                one -> assertThat(Path.of("src/main/java", one.getPackageName().replace('.', '/'), "package-info.java"))
                        .exists());
    }
}
