package io.camelsegment.benchmarks.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.camelsegment.benchmarks.Bodies;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A little of the benchmark, so that it works when it is wanted. */
class EndToEndIT {

    @Test
    void measuresTheAppAndStockCamel() throws Exception {
        List<Sample> samples = measure(settings(0.5, 0.5), 32);

        assertThat(samples)
                .extracting(Sample::subject, Sample::round)
                .containsExactly(
                        tuple("app", Sample.COLD),
                        tuple("stock Camel, batch", Sample.COLD),
                        tuple("stock Camel, batch", 1),
                        tuple("app", 1));
    }

    @Test
    @Tag("nightly")
    void theAppDoesMoreWithASecondOfCpuTimeThanStockCamel() throws Exception {
        List<Sample> samples = measure(settings(3, 8), 512);

        assertThat(Scenarios.ratioOf(samples, "app", "stock Camel, batch").median())
                .isGreaterThan(1);
    }

    /** Returns a sample of the app and one of stock Camel, both of which delivered what they took. */
    private static List<Sample> measure(Settings settings, int connections) throws Exception {
        try (Rig rig = new Rig(settings)) {
            Subjects subjects = new Subjects(rig);
            try (SubjectProcess stock = subjects.stockCamel(StockCamelSubject.Form.BATCH);
                    SubjectProcess app = subjects.app()) {
                Load load = Load.saturating(Bodies.BROWSER).withConnections(connections);
                List<Sample> samples = rig.takeTurns(
                        "smoke",
                        load.body().name(),
                        List.of(new Rig.Contestant(app, load), new Rig.Contestant(stock.awaitPort(), load)));
                assertThat(samples)
                        .allSatisfy(sample -> assertThat(sample.events()).isPositive());
                assertThat(samples)
                        .filteredOn(sample -> sample.subject().equals("app"))
                        .allSatisfy(sample -> assertThat(sample.refused()).isZero());
                return samples;
            }
        }
    }

    /**
     * @param seconds CPU time that each takes while it is measured
     * @param warmup  CPU time of each before that
     */
    private static Settings settings(double seconds, double warmup) {
        return new Settings(
                Path.of("../../quarkus-app/target/quarkus-app/quarkus-run.jar"),
                null,
                Path.of("target/bench-smoke"),
                Path.of(System.getProperty("java.home")),
                List.of(),
                List.of(),
                1,
                seconds,
                warmup);
    }
}
