package io.camelsegment.routes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FirstNamesTest {

    private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 5);
    private final FirstNames names = new FirstNames(clock::get);

    @Test
    void picksEachNameOnceWithoutRegardToCase() {
        assertThat(names.pick("Signed Up")).isEqualTo("Signed Up");
        assertThat(names.pick("Signed Up")).isNull();
        assertThat(names.pick("SIGNED UP")).isNull();
        assertThat(names.pick("Signed In")).isEqualTo("Signed In");
    }

    @Test
    void picksTenAMinuteAndTheOthersWhenTheyComeAgain() {
        for (int i = 0; i < FirstNames.PER_MINUTE; i++) {
            assertThat(names.pick("name " + i)).isNotNull();
        }
        assertThat(names.pick("late")).isNull();
        clock.addAndGet(TimeUnit.MINUTES.toNanos(1));
        assertThat(names.pick("late")).isEqualTo("late");
    }

    @Test
    void remembersABoundedNumberOfNames() {
        int picked = 0;
        for (int i = 0; i < 2 * FirstNames.IN_ALL; i++) {
            picked += names.pick("name " + i) == null ? 0 : 1;
            clock.addAndGet(TimeUnit.MINUTES.toNanos(1));
        }
        assertThat(picked).isEqualTo(FirstNames.IN_ALL);
    }

    @ParameterizedTest
    @CsvSource({
        "'a\nb\r\tc', a?b??c",
        "'a\u2028b\u202ec', a?b?c",
        "'a\u0000\u001b[31m', a??[31m",
        "'Señor 注文', 'Señor 注文'"
    })
    void keepsALogLineOneLine(String name, String told) {
        assertThat(names.pick(name)).isEqualTo(told);
    }

    @Test
    void cutsLongNames() {
        assertThat(names.pick("x".repeat(10_000))).isEqualTo("x".repeat(100));
        assertThat(names.pick("x".repeat(20_000))).isNull();
        assertThat(names.pick("y".repeat(99) + "\ud83d\ude00")).isEqualTo("y".repeat(99) + "?");
    }
}
