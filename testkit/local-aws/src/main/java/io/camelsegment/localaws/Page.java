package io.camelsegment.localaws;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * The beginning of a longer list.
 *
 * @param more whether anything follows
 */
record Page<T>(List<T> items, boolean more) {

    static <T> Page<T> of(Collection<T> all, int limit) {
        List<T> items = new ArrayList<>();
        for (T item : all) {
            if (items.size() == limit) {
                return new Page<>(items, true);
            }
            items.add(item);
        }
        return new Page<>(items, false);
    }

    /** The last item of a page that has any. */
    T last() {
        return items.get(items.size() - 1);
    }
}
