package io.camelsegment;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.junit.LocationProvider;
import io.camelsegment.delivery.BatchSender;
import io.camelsegment.event.EventParser;
import io.camelsegment.tracking.SegmentComponent;
import java.net.URL;
import java.util.Set;

/** Looks at the component's own classes; {@code archunit.properties} keeps it from reading those that they refer to. */
@AnalyzeClasses(locations = ArchitectureTest.OwnClasses.class)
class ArchitectureTest {

    static final class OwnClasses implements LocationProvider {
        @Override
        public Set<Location> get(Class<?> testClass) {
            URL classes =
                    SegmentComponent.class.getProtectionDomain().getCodeSource().getLocation();
            return Set.of(Location.of(classes));
        }
    }

    @ArchTest
    static void allOfTheComponentIsLookedAt(JavaClasses classes) {
        assertThat(classes.contain(SegmentComponent.class)).isTrue();
        assertThat(classes.contain(BatchSender.class)).isTrue();
        assertThat(classes.contain(EventParser.class)).isTrue();
    }

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
                .should()
                .callMethod(Thread.class, "sleep", long.class)
                .orShould()
                .accessField(System.class, "out")
                .check(classes);
    }
}
