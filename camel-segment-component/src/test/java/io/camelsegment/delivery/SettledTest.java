package io.camelsegment.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class SettledTest {

    /** Whatever their order and whichever of them are missing. */
    @Property(tries = 500)
    void recordsOfOneCallbackAreHandedOverTogetherAndInOrder(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 12) int callbacks,
            @ForAll @IntRange(min = 0, max = 20) int swaps) {
        Random random = new Random(seed);
        List<Settled> all = new ArrayList<>();
        for (int i = 0; i < callbacks; i++) {
            RecordCallback callback = new SharedCallback(List.of());
            int from = random.nextInt(3);
            for (int index = from; index <= from + random.nextInt(5); index++) {
                all.add(new Settled(new PendingRecord(new byte[0], null, 0, true, callback, index), null, null));
            }
        }
        for (int i = 0; i < swaps; i++) {
            Collections.swap(all, random.nextInt(all.size()), random.nextInt(all.size()));
        }

        List<List<Settled>> handedOver = Settled.byCallback(all);

        Map<RecordCallback, List<Settled>> expected =
                all.stream().collect(Collectors.groupingBy(one -> one.record().callback()));
        assertThat(handedOver).containsExactlyInAnyOrderElementsOf(expected.values());
    }
}
