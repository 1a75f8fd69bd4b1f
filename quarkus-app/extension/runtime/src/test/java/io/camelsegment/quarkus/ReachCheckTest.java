package io.camelsegment.quarkus;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which classes are warned of. Quarkus' log manager stands behind SLF4J here as in an app. */
class ReachCheckTest {

    private static final Logger LOGGER = Logger.getLogger(ReachCheck.class.getName());

    private final List<String> warnings = new ArrayList<>();
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord entry) {
            warnings.add(entry.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @BeforeEach
    void listen() {
        LOGGER.addHandler(handler);
    }

    @AfterEach
    void stopListening() {
        LOGGER.removeHandler(handler);
    }

    @Test
    void warnsOnceOfAClassThatTheBuildDidNotRegister() {
        ReachCheck check = new ReachCheck(false, () -> Set.of("java.lang.String"));

        check.check(
                "routes/a.yaml",
                List.of("java.lang.String", "java.util.concurrent.Phaser", "java.util.concurrent.Exchanger"));
        check.check("routes/b.yaml", List.of("java.util.concurrent.Phaser"));

        assertThat(warnings).singleElement().satisfies(warning -> assertThat(warning)
                .startsWith("routes/a.yaml names the classes java.util.concurrent.Phaser,"
                        + " java.util.concurrent.Exchanger, which a native binary of this app cannot reach: ")
                .contains("@RegisterForReflection", "quarkus.index-dependency")
                .endsWith("quarkus.log.category.\"io.camelsegment.quarkus\".level=ERROR keeps this quiet"));
    }

    @Test
    void leavesAClassThatIsNotThereAtAllToCamelOnTheJvm() {
        new ReachCheck(false, Set::of).check("routes/a.yaml", List.of("com.acme.Missing"));

        assertThat(warnings).isEmpty();
    }

    @Test
    void warnsInABinaryAlsoOfAClassThatIsNotThere() {
        new ReachCheck(true, Set::of).check("routes/a.yaml", List.of("com.acme.Missing"));

        assertThat(warnings).singleElement().satisfies(warning -> assertThat(warning)
                .startsWith("routes/a.yaml names the class com.acme.Missing, which this native binary cannot reach: ")
                .endsWith("quarkus.index-dependency"));
    }

    @Test
    void readsTheListOfTheBuildOnce() {
        AtomicInteger reads = new AtomicInteger();
        ReachCheck check = new ReachCheck(false, () -> {
            reads.incrementAndGet();
            return Set.of();
        });

        check.check("routes/a.yaml", List.of("java.util.concurrent.Phaser"));
        check.check("routes/b.yaml", List.of("java.util.concurrent.Exchanger"));

        assertThat(warnings).hasSize(2);
        assertThat(reads).hasValue(1);
    }

    @Test
    void readsNothingWhenNoClassIsNamed() {
        new ReachCheck(false, () -> {
                    throw new IllegalStateException("read");
                })
                .check("routes/a.yaml", List.of());

        assertThat(warnings).isEmpty();
    }
}
