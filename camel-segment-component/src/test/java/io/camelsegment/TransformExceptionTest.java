package io.camelsegment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class TransformExceptionTest {

    private final TransformException transform = new TransformException("transform_failed", "expected text", null);

    @Test
    void isFoundAmongTheCauses() {
        assertThat(TransformException.of(new IllegalStateException(transform))).isSameAs(transform);
    }

    @Test
    void isNotFoundBesideAnotherFailure() {
        IllegalStateException failure = new IllegalStateException(transform);
        failure.addSuppressed(new IOException("the stream is away"));

        assertThat(TransformException.of(failure)).isNull();
        assertThat(TransformException.of(null)).isNull();
    }

    @Test
    void isLookedForInACircleOfExceptions() {
        RuntimeException one = new IllegalStateException();
        RuntimeException other = new IllegalStateException(one);
        one.addSuppressed(other);

        assertThat(TransformException.of(one)).isNull();
        assertThat(TransformException.of(other)).isNull();
    }

    @Test
    void isLookedForInManyCausesOnlyUpToABound() {
        Exception failure = transform;
        for (int i = 0; i < 100; i++) {
            failure = new IllegalStateException(failure);
        }

        assertThat(TransformException.of(failure)).isNull();
    }
}
