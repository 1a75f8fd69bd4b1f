package io.camelsegment;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;

@AnalyzeClasses(packages = "io.camelsegment", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static void theDeliveryEngineKnowsNeitherCamelNorAws(JavaClasses classes) {
        noClasses()
                .that()
                .resideInAPackage("io.camelsegment.delivery..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.apache.camel..", "software.amazon..")
                .check(classes);
    }

    @ArchTest
    static void eventsKnowNoAws(JavaClasses classes) {
        noClasses()
                .that()
                .resideInAPackage("io.camelsegment.event..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("software.amazon..")
                .check(classes);
    }

    /** A native image does not link Camel's own AWS components without the KCL, DynamoDB and the Apache HTTP client. */
    @ArchTest
    static void nothingLinksToCamelsAwsComponents(JavaClasses classes) {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.apache.camel.component.aws2..", "org.apache.camel.component.aws..")
                .check(classes);
    }

    @ArchTest
    static void nothingSleepsOrPrints(JavaClasses classes) {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.camelsegment.localaws..")
                .should()
                .callMethod(Thread.class, "sleep", long.class)
                .orShould()
                .accessField(System.class, "out")
                .check(classes);
    }
}
