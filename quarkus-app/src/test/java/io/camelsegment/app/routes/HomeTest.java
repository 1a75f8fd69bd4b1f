package io.camelsegment.app.routes;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Which home is chosen is in {@code PackagedAppIT}. */
class HomeTest {

    @Test
    void aFileCannotNameIt() {
        assertThatThrownBy(() -> Home.refuseLate(Optional.of("elsewhere")))
                .hasMessageStartingWith("segment.home: expected SEGMENT_HOME or --home instead");
        assertThatCode(() -> Home.refuseLate(Optional.empty())).doesNotThrowAnyException();
    }
}
