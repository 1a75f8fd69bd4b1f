package io.camelsegment.aws;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BatchPermissionTest {

    private final BatchPermission permission = new BatchPermission();

    private static long at(int seconds) {
        return Duration.ofSeconds(seconds).toNanos();
    }

    @Test
    void triesTheBatchCallUntilItIsDenied() {
        assertThat(permission.mayTry(at(0))).isTrue();
        assertThat(permission.denied(at(0))).isTrue();

        assertThat(permission.denied(at(0)))
                .as("of a request sent at the same time")
                .isFalse();
        assertThat(permission.mayTry(at(0))).isFalse();
        assertThat(permission.isDenied()).isTrue();
    }

    @Test
    void triesItAgainAtAGrowingInterval() {
        permission.denied(at(0));
        List<Integer> trials = new ArrayList<>();

        for (int second = 0; second < 300; second++) {
            if (permission.mayTry(at(second))) {
                trials.add(second);
                permission.denied(at(second));
            }
        }

        assertThat(trials).containsExactly(1, 3, 7, 15, 31, 63, 123, 183, 243);
    }

    @Test
    void letsOneCallerAtATimeTryIt() {
        permission.denied(at(0));

        assertThat(permission.mayTry(at(1))).isTrue();
        assertThat(permission.mayTry(at(1))).isFalse();
    }

    @Test
    void triesItAtOnceWhenSinglePutsAreDenied() {
        permission.denied(at(0));
        permission.tryNext(at(0));

        assertThat(permission.mayTry(at(0))).isTrue();
    }

    @Test
    void isGrantedAgain() {
        permission.denied(at(0));

        assertThat(permission.granted()).isTrue();
        assertThat(permission.granted()).as("news only once").isFalse();
        assertThat(permission.mayTry(at(0))).isTrue();
    }
}
