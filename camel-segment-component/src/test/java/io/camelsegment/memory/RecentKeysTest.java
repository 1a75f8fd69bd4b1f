package io.camelsegment.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RecentKeysTest {

    private static final Duration WINDOW = Duration.ofSeconds(10);
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    @Test
    void knowsEveryKeyThatWasAddedAndNoOther() {
        RecentKeys keys = new RecentKeys(WINDOW, 1_000_000, 0);
        SplittableRandom added = new SplittableRandom(1);
        for (int i = 0; i < 400_000; i++) {
            keys.add(added.nextLong(), added.nextLong(), 0);
        }

        SplittableRandom same = new SplittableRandom(1);
        SplittableRandom other = new SplittableRandom(2);
        for (int i = 0; i < 400_000; i++) {
            assertThat(keys.contains(same.nextLong(), same.nextLong(), 0)).isTrue();
            assertThat(keys.contains(other.nextLong(), other.nextLong(), 0)).isFalse();
        }
    }

    @Test
    void keepsAKeyForTheTimeAfterItWasAddedLast() {
        RecentKeys keys = new RecentKeys(WINDOW, 100, 0);
        keys.add(1, 1, 0);
        for (long second = 0; second < 100; second++) {
            keys.add(2, 2, second * SECOND);
            assertThat(keys.contains(2, 2, second * SECOND)).isTrue();
            if (second < 10) {
                assertThat(keys.contains(1, 1, second * SECOND)).isTrue();
            } else if (second >= 20) {
                assertThat(keys.contains(1, 1, second * SECOND)).isFalse();
            }
        }
        assertThat(keys.contains(2, 2, 108 * SECOND)).isTrue();
        assertThat(keys.contains(2, 2, 109 * SECOND)).isFalse();
    }

    @Test
    void keepsNoKeyForTwiceTheTimeAfterAQuietSpell() {
        RecentKeys keys = new RecentKeys(WINDOW, 100, 0);
        keys.add(1, 1, 0);
        keys.add(2, 2, 9 * SECOND);

        keys.add(3, 3, 18 * SECOND);
        assertThat(keys.contains(2, 2, 18 * SECOND)).isTrue();
        keys.add(4, 4, 20 * SECOND);
        assertThat(keys.contains(1, 1, 20 * SECOND)).isFalse();
        assertThat(keys.contains(3, 3, 27 * SECOND)).isTrue();
    }

    @Test
    void forgetsTheOldestOfTooMany() {
        RecentKeys keys = new RecentKeys(WINDOW, 100, 0);
        for (int i = 1; i <= 1_000; i++) {
            keys.add(i, i, 0);
        }
        int known = 0;
        for (int i = 1; i <= 1_000; i++) {
            boolean contained = keys.contains(i, i, 0);
            known += contained ? 1 : 0;
            assertThat(contained).isEqualTo(i > 900);
        }
        assertThat(known).isEqualTo(100);
    }

    @Test
    void addsAndRemovesAKeyOnce() {
        RecentKeys keys = new RecentKeys(WINDOW, 4, 0);
        assertThat(keys.add(1, 1, 0)).isTrue();
        assertThat(keys.add(2, 2, 0)).isTrue();
        assertThat(keys.add(3, 3, 0)).isTrue(); // the others are old now
        assertThat(keys.add(1, 1, 0)).isFalse();

        assertThat(keys.remove(1, 1, 0)).isTrue();
        assertThat(keys.remove(1, 1, 0)).isFalse();
        assertThat(keys.contains(1, 1, 0)).isFalse();
        assertThat(keys.contains(2, 2, 0)).isTrue();
        assertThat(keys.contains(3, 3, 0)).isTrue();
    }

    @Test
    void findsWhatIsBehindARemovedKey() {
        RecentKeys keys = new RecentKeys(WINDOW, 100, 0);
        for (int i = 1; i <= 8; i++) {
            keys.add(i, 5, 0); // all in one place
        }
        assertThat(keys.remove(3, 5, 0)).isTrue();

        assertThat(keys.contains(8, 5, 0)).isTrue();
        assertThat(keys.add(3, 5, 0)).isTrue();
        for (int i = 1; i <= 8; i++) {
            assertThat(keys.contains(i, 5, 0)).isTrue();
        }
    }
}
