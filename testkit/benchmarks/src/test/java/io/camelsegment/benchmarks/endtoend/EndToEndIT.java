package io.camelsegment.benchmarks.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.camelsegment.benchmarks.Bodies;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A few seconds of the benchmark, so that it works when it is wanted. */
class EndToEndIT {

    private static final Settings SECONDS = new Settings(
            Path.of("../../quarkus-app/target/quarkus-app/quarkus-run.jar"),
            Path.of("target/bench-smoke"),
            Path.of(System.getProperty("java.home")),
            List.of(),
            List.of(),
            1,
            3,
            8);

    @Test
    void theAppDoesMoreWithASecondOfCpuTimeThanStockCamel() throws Exception {
        try (Rig rig = new Rig(SECONDS)) {
            Subjects subjects = new Subjects(rig);
            try (SubjectProcess app = subjects.app();
                    SubjectProcess stock = subjects.stockCamel(StockCamelSubject.Form.BATCH)) {
                Load load = Load.saturating(Bodies.BROWSER).withConnections(512);
                List<Sample> samples = rig.takeTurns(
                        "smoke",
                        load.body().name(),
                        List.of(new Rig.Contestant(app, load), new Rig.Contestant(stock.awaitPort(), load)));
                assertThat(samples)
                        .allSatisfy(sample -> assertThat(sample.events()).isPositive());
                assertThat(samples.get(0).refused()).isZero();
                assertThat(samples.get(0).eventsPerCpuSecond())
                        .isGreaterThan(samples.get(1).eventsPerCpuSecond());
            }
        }
    }
}
