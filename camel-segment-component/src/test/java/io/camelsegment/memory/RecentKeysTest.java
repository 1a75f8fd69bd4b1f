package io.camelsegment.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class RecentKeysTest {

    private static final Duration WINDOW = Duration.ofSeconds(10);
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    /** Returns the i-th of evenly distributed keys. */
    private static Hash128 key(long i) {
        return next(new SplittableRandom(i));
    }

    /** Returns the i-th of keys that share a lock and its tables. */
    private static Hash128 near(long i) {
        return new Hash128(i, key(i).second());
    }

    private static Hash128 next(SplittableRandom random) {
        return new Hash128(random.nextLong(), random.nextLong());
    }

    @Test
    void knowsEveryKeyThatWasAddedAndNoOther() {
        RecentKeys keys = new RecentKeys(WINDOW, 32 << 20, 0);
        SplittableRandom added = new SplittableRandom(1);
        for (int i = 0; i < 400_000; i++) {
            keys.add(next(added), 0);
        }

        SplittableRandom same = new SplittableRandom(1);
        SplittableRandom other = new SplittableRandom(2);
        for (int i = 0; i < 400_000; i++) {
            assertThat(keys.contains(next(same), 0)).isTrue();
            assertThat(keys.contains(next(other), 0)).isFalse();
        }
    }

    @Test
    void keepsAKeyForTheTimeAfterItWasAddedLast() {
        RecentKeys keys = new RecentKeys(WINDOW, RecentKeys.MIN_BYTES, 0);
        keys.add(near(1), 0);
        for (long second = 0; second < 100; second++) {
            keys.add(near(2), second * SECOND);
            assertThat(keys.contains(near(2), second * SECOND)).isTrue();
            if (second < 10) {
                assertThat(keys.contains(near(1), second * SECOND)).isTrue();
            } else if (second >= 20) {
                assertThat(keys.contains(near(1), second * SECOND)).isFalse();
            }
        }
        assertThat(keys.contains(near(2), 108 * SECOND)).isTrue();
        assertThat(keys.contains(near(2), 109 * SECOND)).isFalse();
    }

    @Test
    void keepsNoKeyForTwiceTheTimeAfterAQuietSpell() {
        RecentKeys keys = new RecentKeys(WINDOW, RecentKeys.MIN_BYTES, 0);
        keys.add(near(1), 0);
        keys.add(near(2), 9 * SECOND);

        keys.add(near(3), 18 * SECOND);
        assertThat(keys.contains(near(2), 18 * SECOND)).isTrue();
        keys.add(near(4), 20 * SECOND);
        assertThat(keys.contains(near(1), 20 * SECOND)).isFalse();
        assertThat(keys.contains(near(3), 27 * SECOND)).isTrue();
    }

    @Test
    void forgetsTheOldestOfTooMany() {
        RecentKeys keys = new RecentKeys(WINDOW, RecentKeys.MIN_BYTES, 0);
        for (int i = 1; i <= 10_000; i++) {
            keys.add(key(i), 0);
            assertThat(keys.bytes()).isLessThanOrEqualTo(RecentKeys.MIN_BYTES);
        }

        int known = 0;
        for (int i = 1; i <= 10_000; i++) {
            boolean contained = keys.contains(key(i), 0);
            known += contained ? 1 : 0;
            if (i > 9_900) {
                assertThat(contained).isTrue();
            } else if (i < 9_000) {
                assertThat(contained).isFalse();
            }
        }
        assertThat(known).isBetween(256, 512);
        assertThat(keys.size(0)).isEqualTo(known);
    }

    @Test
    void addsAndRemovesAKeyOnce() {
        RecentKeys keys = new RecentKeys(WINDOW, RecentKeys.MIN_BYTES, 0);
        assertThat(keys.add(near(1), 0)).isTrue();
        assertThat(keys.add(near(2), 0)).isTrue();
        assertThat(keys.add(near(1), 9 * SECOND)).isFalse();
        assertThat(keys.add(near(3), 11 * SECOND)).isTrue(); // the others are old now
        assertThat(keys.add(near(1), 11 * SECOND)).isFalse();

        assertThat(keys.remove(near(1), 11 * SECOND)).isTrue();
        assertThat(keys.remove(near(1), 11 * SECOND)).isFalse();
        assertThat(keys.contains(near(1), 11 * SECOND)).isFalse();
        assertThat(keys.contains(near(2), 11 * SECOND)).isTrue();
        assertThat(keys.contains(near(3), 11 * SECOND)).isTrue();
    }

    @Test
    void findsWhatIsBehindARemovedKey() {
        RecentKeys keys = new RecentKeys(WINDOW, RecentKeys.MIN_BYTES, 0);
        for (int i = 1; i <= 8; i++) {
            keys.add(new Hash128(i, 5), 0); // all in one place
        }
        assertThat(keys.remove(new Hash128(3, 5), 0)).isTrue();

        assertThat(keys.contains(new Hash128(8, 5), 0)).isTrue();
        assertThat(keys.add(new Hash128(3, 5), 0)).isTrue();
        for (int i = 1; i <= 8; i++) {
            assertThat(keys.contains(new Hash128(i, 5), 0)).isTrue();
        }
    }

    @Property(tries = 500)
    void agreesWithAPlainMapOfTimes(
            @ForAll long seed, @ForAll boolean sharesALock, @ForAll @IntRange(min = 1, max = 300) int different) {
        Random random = new Random(seed);
        RecentKeys keys = new RecentKeys(WINDOW, 1 << 20, 0);
        Map<Hash128, Long> addedAt = new HashMap<>();
        long now = 0;
        for (int step = 0; step < 300; step++) {
            now += random.nextInt(10) == 0 ? random.nextLong(12 * SECOND) : random.nextLong(SECOND / 10);
            Hash128[] some = new Hash128[1 + random.nextInt(30)];
            for (int i = 0; i < some.length; i++) {
                some[i] = sharesALock ? near(1 + random.nextInt(different)) : key(random.nextInt(different));
            }
            boolean[] present = keys.containsAll(some, now);
            for (int i = 0; i < some.length; i++) {
                Long added = addedAt.get(some[i]);
                assertThat(present[i]).isEqualTo(keys.contains(some[i], now));
                if (added == null || now - added >= 2 * WINDOW.toNanos()) {
                    assertThat(present[i]).isFalse();
                } else if (now - added < WINDOW.toNanos()) {
                    assertThat(present[i]).isTrue();
                }
            }
            Hash128 one = some[0];
            switch (random.nextInt(3)) {
                case 0 -> {
                    keys.addAll(some, now);
                    for (Hash128 key : some) {
                        addedAt.put(key, now);
                    }
                }
                case 1 -> {
                    assertThat(keys.add(one, now)).isEqualTo(!present[0]);
                    addedAt.put(one, now);
                }
                default -> {
                    assertThat(keys.remove(one, now)).isEqualTo(present[0]);
                    addedAt.remove(one);
                }
            }
        }
    }

    @Property(tries = 200)
    void keepsTheLastOfTooManyWithinItsBytes(
            @ForAll long seed,
            @ForAll @LongRange(min = RecentKeys.MIN_BYTES, max = 200_000) long maxBytes,
            @ForAll @IntRange(min = 1, max = 20_000) int count) {
        RecentKeys keys = new RecentKeys(WINDOW, maxBytes, 0);
        SplittableRandom random = new SplittableRandom(seed);
        Hash128[] added = new Hash128[count];
        Arrays.setAll(added, i -> next(random));
        for (int from = 0; from < count; ) {
            int to = Math.min(count, from + 1 + random.nextInt(50));
            keys.addAll(Arrays.copyOfRange(added, from, to), 0);
            assertThat(keys.bytes()).isLessThanOrEqualTo(maxBytes);
            from = to;
        }

        // A sixteenth of what there is room for: no tables get so much more than others that they forget one of these.
        long sure = maxBytes / 32 / 16;
        boolean[] present = keys.containsAll(added, 0);
        for (int i = (int) Math.max(0, count - sure); i < count; i++) {
            assertThat(present[i]).isTrue();
        }
        assertThat(keys.size(0)).isLessThanOrEqualTo(maxBytes / 32);
    }

    /** A thread finds each key that it has added, and none that nobody has added. */
    @Test
    void losesAndInventsNothingWhenThreadsShareIt() throws Exception {
        RecentKeys keys = new RecentKeys(WINDOW, 16 << 20, 0);
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<Integer>> wrong = new ArrayList<>();
            for (int thread = 0; thread < 4; thread++) {
                int seed = thread;
                wrong.add(threads.submit(() -> addAndCountWrong(keys, seed)));
            }
            for (Future<Integer> count : wrong) {
                assertThat(count.get()).isZero();
            }
        } finally {
            threads.shutdownNow();
        }

        assertThat(keys.size(0)).isEqualTo(4 * 40_000);
        for (int thread = 0; thread < 4; thread++) {
            SplittableRandom same = new SplittableRandom(thread);
            for (int i = 0; i < 40_000; i++) {
                assertThat(keys.contains(next(same), 0)).isTrue();
            }
        }
    }

    private static int addAndCountWrong(RecentKeys keys, int seed) {
        SplittableRandom own = new SplittableRandom(seed);
        SplittableRandom foreign = new SplittableRandom(seed + 1_000);
        int wrong = 0;
        for (int batch = 0; batch < 40_000 / 25; batch++) {
            Hash128[] some = new Hash128[25];
            Arrays.setAll(some, i -> next(own));
            wrong += count(keys.containsAll(some, 0));
            keys.addAll(some, 0);
            wrong += some.length - count(keys.containsAll(some, 0));
            Arrays.setAll(some, i -> next(foreign));
            wrong += count(keys.containsAll(some, 0));
        }
        return wrong;
    }

    private static int count(boolean[] present) {
        int count = 0;
        for (boolean each : present) {
            count += each ? 1 : 0;
        }
        return count;
    }
}
